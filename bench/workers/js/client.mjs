// The official JavaScript client, as a contestant: see clients/stage.py for what it is told and what it says.
// Without its logger middleware, which would cost it time; ours logs its line a task.
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";

import { BasicAuthInterceptor, Client } from "camunda-external-task-client-js";

const told = JSON.parse(process.env.BENCH_CLIENT);
const say = (facts) => process.stdout.write(JSON.stringify(facts) + "\n");
const effects = told.real ? await (await import("./effects.mjs")).open(told) : null;

const client = new Client({
  baseUrl: told.url, workerId: `js-${crypto.randomUUID()}`, maxTasks: told.max_tasks, maxParallelExecutions: told.slots || undefined,
  interval: told.interval, lockDuration: 60000, asyncResponseTimeout: told.poll * 1000, autoPoll: false,
  interceptors: new BasicAuthInterceptor({ username: told.user, password: told.password }),
});
client.on("poll:error", (error) => console.error("poll", error.message));
client.on("handler:error", (error) => console.error("handler", error.message));
client.on("complete:error", (task, error) => console.error("complete", error.message));

let handled = 0;
const subscribe = (topic) => client.subscribe(topic, { variables: effects ? effects.variables : [] }, async ({ task, taskService }) => {
  if (effects) await effects.run(task);
  await taskService.complete(task);
  handled += 1;
});

const words = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const heard = async (word) => { if ((await words.next()).value !== word) process.exit(1); };

const warming = subscribe(told.warm_topic);
client.start();
while (handled < told.warm_tasks) await pause(20);
client.stop();
await pause(told.poll * 1000 + 200);     // the open poll returns
warming.unsubscribe();

say({ ready: true });
await heard("go");
const before = process.cpuUsage();
subscribe(told.topic);
client.start();
await heard("stop");
const used = process.cpuUsage(before);
say({ cpu: (used.user + used.system) / 1e6 });
process.exit(0);

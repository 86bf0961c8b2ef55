// The work of the topic `notify` in JavaScript: the rows that workers/records writes, in the same order and transactions (queue it; claim
// the attempt; note how it ended), and the same mail. Where ours sends from its outbox after `complete`, this sends before: a JavaScript
// handler has no outbox, and a mail after `complete` would be lost with the process.
import nodemailer from "nodemailer";
import pg from "pg";

const moment = (later = 0) => new Date(Date.now() + later).toISOString().replace("Z", "000+00:00");
const day = (iso) => new Date(iso).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });
const FACTS = "key, child_id, process, pathway_id, workstep_id, what, by, at, recorded_at, details";
const ENTRY = `INSERT INTO entries (${FACTS}) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10) ON CONFLICT (key) DO NOTHING`;
const NOTIFICATION = `INSERT INTO notifications (id, key, child_id, process, workstep_id, to_user, address, template, channel, details, at)
  VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11) ON CONFLICT (key) DO NOTHING RETURNING key`;
const DELIVERY = "INSERT INTO deliveries (notification_id, attempt, state, at) VALUES ($1, 1, $2, $3) ON CONFLICT (notification_id, attempt, state) DO NOTHING";

export const variables = ["user", "groups", "template", "stepName", "requestLabel", "dueDate"];

export async function open(told) {
  const { host, user, database } = told.postgresql;
  const pool = new pg.Pool({ host, user, database, max: told.slots || 16 });
  const mail = nodemailer.createTransport({ host: "127.0.0.1", port: told.smtp_port, ignoreTLS: true, ...told.mail });
  const authorization = "Basic " + Buffer.from(`${told.user}:${told.password}`).toString("base64");
  const known = new Map();

  const person = (id) => {                    // kept for half a minute, as ours does
    if (!(known.get(id)?.until > Date.now())) {
      known.set(id, { until: Date.now() + 30000, user: fetch(`${told.url}/user?id=${id}`, { headers: { authorization } }).then((a) => a.json()).then(([row]) => row) });
    }
    return known.get(id).user;
  };
  const transaction = async (statements) => {
    const connection = await pool.connect();
    try {
      await connection.query("BEGIN");
      const result = await statements(connection);
      await connection.query("COMMIT");
      return result;
    } catch (error) {
      await connection.query("ROLLBACK");
      throw error;
    } finally {
      connection.release();
    }
  };

  const run = async (task) => {
    const input = task.variables.getAll(), child = task.businessKey, id = crypto.randomUUID().replaceAll("-", "");
    const to = await person(input.user), process = task.processDefinitionKey, key = `${task.id}:${to.id}`;
    const facts = { reference: child, step: input.stepName, request: input.requestLabel, due: input.dueDate.slice(0, 10) };
    const queued = await transaction(async (tx) => {
      const now = moment();
      const made = await tx.query(NOTIFICATION, [id, key, child, process, null, to.id, to.email, input.template, "smtp", facts, now]);
      if (made.rowCount) await tx.query("INSERT INTO queue (notification_id, due_at) VALUES ($1,$2)", [id, now]);
      const details = { request: input.requestLabel, to: input.user, told: [to.id] };
      await tx.query(ENTRY, [`${task.id}:request-sent`, child, process, task.processInstanceId, null, "request-sent", null, now, now, details]);
      return made.rowCount === 1;
    });
    if (!queued) return;                      // an earlier run did it
    await transaction(async (tx) => {
      await tx.query("UPDATE queue SET due_at = $2 WHERE notification_id = $1", [id, moment(120000)]);
      await tx.query(DELIVERY, [id, "started", moment()]);
    });
    await mail.sendMail({
      from: "homeward@example.org", to: to.email, subject: `${child}: ${facts.request}`, messageId: `<${id}@homeward>`, headers: { "Auto-Submitted": "auto-generated" },
      text: `You are asked to answer a request about child ${child}.\n\nRequest: ${facts.request}\nStep: ${facts.step}\n\nDue: ${day(facts.due)}\n\nAnswer it in Tasklist: ${told.url}\n`,
    });
    await transaction(async (tx) => {
      const now = moment();
      await tx.query(DELIVERY, [id, "sent", now]);
      await tx.query("DELETE FROM queue WHERE notification_id = $1", [id]);
      const details = { to: to.id, template: input.template, channel: "smtp", notificationId: id };
      await tx.query(ENTRY, [`sent:${id}`, child, process, null, null, "notification-sent", "homeward", now, now, details]);
      await tx.query("UPDATE tallies SET number = number + 1 WHERE state = 'sent'");
    });
  };
  return { run, variables };
}

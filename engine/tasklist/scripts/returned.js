// What the rules refuse is there again at once, as another task of the same step: it is opened, with the reasons on top, in place of a list that looks as if all were well.
import { before, read } from './requests.js';

before(/\/task\/([\w-]+)\/submit-form(?:\?|$)/, async ([, id], request) => {
  const { processInstanceId, taskDefinitionKey, assignee } = (await read(`task/${id}`)) ?? {};
  request.addEventListener('load', async () => {
    if (!assignee || request.status >= 300) return;
    const [task] = (await read(`task?${new URLSearchParams({ processInstanceId, taskDefinitionKey, assignee })}`)) ?? [];
    if (!task) return;
    const [path, query] = location.hash.split('?'), search = new URLSearchParams(query);
    search.set('task', task.id);
    location.hash = `${path}?${search}`;
  });
});

// Who claims too late reads whose the task is now: the engine says "by someone else". The page stays the old one until it is loaded again.
import { before, nameOf, read } from './requests.js';

const { get } = Object.getOwnPropertyDescriptor(XMLHttpRequest.prototype, 'responseText');

before(/\/task\/([\w-]+)\/claim$/, async ([, id], request) => {
  const { assignee } = (await read(`task/${id}`)) ?? {};
  const name = assignee && await nameOf(assignee);
  if (name) Object.defineProperty(request, 'responseText', { get() { return get.call(this).replace('someone else', name); } });
});

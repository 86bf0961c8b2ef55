// Drafts: what somebody has begun to write lives with the task, as its own variable `draft`, and not in the browser. It is kept by a button, on leaving the form, and
// every minute while it changes; it is back wherever the task is opened, and goes with it. Who may write it: engine/drafts.xml. Nothing of it reaches the process.
//
// What a brother's or sister's record offers (workers/topics/copies.py) is the task's variable `offered`: shown like a draft while there is none, it becomes one
// as soon as somebody changes it.
//
// Tasklist itself offers where to put a draft in: it looks for one in localStorage (`camunda-form:<task>`, `operaton-form:<task>`) when it opens a form, puts one
// there on Save and when a session ends, and removes it when the task is completed. For these keys localStorage is what this page remembers, and no other.
import { before, call, nameOf, read } from './requests.js';

const KEY = /^(?:camunda|operaton)-form:(.+)$/, MINUTE = 60_000;

const offers = new Map();      // task -> what a brother's or sister's record offers: {answers, at, from, name}
const remembered = new Map();  // task -> {answers, at, by, name}; `copied`: it began as that; `unkept`: the engine does not have it yet
let opening;                   // the task whose form Tasklist opens
let page;                      // the form that can be seen: its task, its place, form-js itself, its answers now and as they were kept last
let me;                        // who is logged in: {id, name}
let asked;                     // for whom drafts were fetched last
let queue = Promise.resolve(); // one request after the other, completing the task too: else each would refuse the other

const { getItem, setItem, removeItem } = Storage.prototype;
Storage.prototype.getItem = function (key) {
  const [, task] = KEY.exec(key) ?? [];
  if (!task) return getItem.call(this, key);
  opening = task;
  const draft = remembered.get(task) ?? offers.get(task);
  return draft && (!draft.unkept || isMine(draft)) ? JSON.stringify(draft.answers) : null;
};
Storage.prototype.setItem = function (key, value) {
  if (!KEY.test(key)) setItem.call(this, key, value);
};
Storage.prototype.removeItem = function (key) {
  const [, task] = KEY.exec(key) ?? [];
  if (!task) return removeItem.call(this, key);
  remembered.delete(task);
  if (page?.task === task) page.done = true;
};
Object.keys(localStorage).filter((key) => /^(camForm|camunda-form|operaton-form):/.test(key)).forEach((key) => removeItem.call(localStorage, key));

// A task's draft is fetched before its form, and the task is completed after the draft that is on its way.
before(/\/auth\/user\/[^/]+\/login\//, (_, request, body) => { me = { id: new URLSearchParams(body).get('username') }; });
before(/\/task\/([\w-]+)\/form(?:\?|$)/, ([, task]) => load(task));
before(/\/task\/[\w-]+\/submit-form(?:\?|$)/, (_, request) => {
  const ready = queue;
  queue = new Promise((done) => request.addEventListener('loadend', done));
  // Tasklist shows the page that the server sends to who is logged out, unless the answer has a text of its own.
  Object.defineProperty(request, 'statusText', { get: () => (request.status === 401 || /html/.test(request.getResponseHeader('Content-Type')) ? LOGGED_OUT : '') });
  return ready;
});

// What the engine does not have yet is for who wrote it: after a session has ended, somebody else may log in on the same page.
const isMine = (draft) => draft?.unkept && draft.by === me?.id;

async function load(task) {
  const own = (name) => read(`task/${task}/localVariables/${name}?deserializeValue=false`);
  const [user, draft, offered] = await Promise.all([read('auth/user'), own('draft'), own('offered')]);
  offered ? offers.set(task, JSON.parse(offered.value)) : offers.delete(task);
  asked = user?.userId;
  if (user && (user.userId !== me?.id || !me.name)) {
    me = { id: user.userId, name: user.userId };
    me.name = await nameOf(me.id);
  }
  if (isMine(remembered.get(task))) return;
  draft ? remembered.set(task, JSON.parse(draft.value)) : remembered.delete(task);
}

// form-js can be reached from its element, through whatever draws it there: the one thing that hands out its services.
function formOf(place) {
  const things = new Set(Object.values(place));
  for (const thing of things) {  // grows on the way
    if (!thing || typeof thing !== 'object' || thing instanceof Node) continue;
    const form = typeof thing.getService === 'function' && thing.getService('form', false);
    if (form) return form;
    Object.values(thing).forEach((part) => things.add(part));
  }
}

// What is asked, without what is only shown. Not by way of form-js' `submit`: it would find fault with each question that is not answered yet.
function answersOf(form) {
  const { data } = form._getState(), asked = form.get('formFieldRegistry').getAll().filter((field) => !field.disabled);
  const keys = new Set(asked.map((field) => form.get('pathRegistry').getValuePath(field)?.[0]));
  return JSON.stringify(Object.fromEntries(Object.entries(data).filter(([key]) => keys.has(key))));
}

function enter(place) {
  const form = formOf(place), actions = document.querySelector('.task-details .form-actions, [cam-tasklist-form] .form-actions');
  if (!form?._getState().schema || !actions || opening === 'undefined') return;  // not drawn yet, or the form that starts a case
  if (asked && asked !== me.id) return location.reload();  // after a session has ended Tasklist goes on with what it has, whoever logs in
  actions.querySelectorAll('.draft').forEach((part) => part.remove());
  actions.insertAdjacentHTML('afterbegin', '<span class="draft" role="status"></span> <button class="draft btn btn-default" type="button">Keep as a draft</button>');
  const draft = remembered.get(opening), answers = answersOf(form);
  const entered = { task: opening, place, by: me?.id, line: actions.querySelector('span.draft'), answers, kept: isMine(draft) ? null : answers, copied: draft ? draft.copied : offers.has(opening) };
  page = entered;
  actions.querySelector('button.draft').onclick = () => keep(entered);
  form.on('changed', () => {
    entered.answers = answersOf(form);
    if (changed(entered)) remember(entered);
  });
  if (changed(entered)) keep(entered);
  else say(entered, draft);
}

const changed = (page) => !page.done && page.answers !== page.kept;
const remember = ({ task, answers, by, copied }) => remembered.set(task, { answers: JSON.parse(answers), by, copied, unkept: true }).get(task);

function say({ task, line, copied }, draft, trouble = '') {
  const copy = copied && offers.get(task), date = (text) => new Date(text).toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' });
  const whose = copy ? `Copied from ${copy.from}’s record of ${date(copy.at)} by ${copy.name}: take out what does not concern this child. ` : '';
  line.textContent = whose + (trouble || (draft ? kept(draft) : ''));
  line.classList.toggle('text-danger', Boolean(trouble));
}

function kept(draft) {
  const at = new Date(draft.at), today = at.toDateString() === new Date().toDateString() && draft.by === me?.id;
  const when = at.toLocaleString('en-GB', { hour: '2-digit', minute: '2-digit', ...(today ? {} : { day: 'numeric', month: 'long', year: 'numeric' }) }).replace(' at ', ', ');
  return `Draft kept ${when}${today ? '' : ` by ${draft.name}`}`;
}

function keep(page) {
  const { task, answers, by, copied } = page, unkept = remember(page), draft = { answers: unkept.answers, at: new Date().toISOString(), by, name: me?.name, copied };
  const body = JSON.stringify({ type: 'Json', value: JSON.stringify(draft) });
  queue = queue.then(async () => {
    if (page.done || by !== me?.id) return;
    const answer = await call(`task/${task}/localVariables/draft`, { method: 'PUT', body }).catch(() => ({}));
    if (answer.ok) {
      page.kept = answers;
      if (page.answers === answers) remembered.set(task, draft);
      return say(page, draft);
    }
    const status = answer.status === 403 && !(await read('auth/user')) ? 401 : answer.status;
    if (status in LOST && remembered.get(task) === unkept) remembered.delete(task);  // it will not become theirs by asking again
    say(page, draft, LOST[status] ?? (status === 401 ? `This draft was not kept. ${LOGGED_OUT}`
      : 'This draft was not kept. What you wrote stays on this page, and is tried again every minute.'));
  });
}

const LOGGED_OUT = 'You have been logged out. Log in again: what you wrote will still be here.';
const LOST = {
  403: 'This draft was not kept: you do not have this task any more.',
  404: 'This draft was not kept: the task does not exist any more.',
};

// What stands in the form is kept when it goes from the page, whatever took it away …
new MutationObserver(() => {
  const place = document.querySelector('[cam-tasklist-form] .fjs-container');
  if (page && page.place !== place) {
    if (changed(page)) keep(page);
    page = null;
  }
  if (place && !page) enter(place);
}).observe(document.body, { childList: true, subtree: true });

// … every minute …
setInterval(() => page && changed(page) && keep(page), MINUTE);

// … and before the whole page goes. The browser asks first: a request on its way while Tasklist's page is loaded makes that page unreadable (the
// server keeps the one nonce of a session's Content-Security-Policy, and every answer changes it). By the time somebody has answered, the draft is kept.
addEventListener('beforeunload', (event) => {
  document.activeElement?.blur();  // form-js waits a moment for more
  if (!page || !changed(page)) return;
  keep(page);
  event.preventDefault();
});

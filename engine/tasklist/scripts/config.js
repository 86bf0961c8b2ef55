// Tasklist's configuration, served in place of the one that it brings along (application.yaml, containers/default.yml).

// Its button "Unclaim" calls what only those may who hand tasks over. Whoever holds a task gives it back by claiming it for nobody: this sends that instead.
const UNCLAIM = /\/task\/[\w-]+\/unclaim$/, { open, send } = XMLHttpRequest.prototype, givingBack = new WeakSet();

XMLHttpRequest.prototype.open = function (method, url, ...rest) {
  UNCLAIM.test(url) ? givingBack.add(this) : givingBack.delete(this);
  return open.call(this, method, String(url).replace(/\/unclaim$/, givingBack.has(this) ? '/claim' : '$&'), ...rest);
};

XMLHttpRequest.prototype.send = function (body) {
  return send.call(this, givingBack.has(this) ? '{"userId": null}' : body);
};

// The list begins with what is due first, as the shared filters have it; of itself Tasklist asks for the newest first.
const { hash } = window.location;
if (!/[?&]sorting=/.test(hash)) {
  const sorting = JSON.stringify([{ sortBy: 'dueDate', sortOrder: 'asc' }, { sortBy: 'priority', sortOrder: 'desc' }, { sortBy: 'created', sortOrder: 'asc' }]);
  window.history.replaceState(null, '', `${hash || '#/'}${hash.includes('?') ? '&' : '?'}sorting=${encodeURIComponent(sorting)}`);
}

export default {
  customScripts: ['scripts/drafts', 'scripts/returned', 'scripts/claimed', 'scripts/people', 'scripts/cards', 'scripts/dates'],
  shortcuts: {
    claimTask: { key: 'ctrl+alt+c', description: 'claims the currently selected task' },
    focusFilter: { key: 'ctrl+shift+f', description: 'set the focus to the first filter in the list' },
    focusList: { key: 'ctrl+alt+l', description: 'sets the focus to the first task in the list' },
    focusForm: { key: 'ctrl+alt+f', description: 'sets the focus to the first input field in a task form' },
    startProcess: { key: 'ctrl+alt+p', description: 'opens the start process modal dialog' },
  },
};

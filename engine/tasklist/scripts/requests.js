// What the other scripts share: to do something before a request of Tasklist's own goes out, and to ask the engine themselves.
const { open, send } = XMLHttpRequest.prototype, addresses = new WeakMap(), duties = [];

XMLHttpRequest.prototype.open = function (method, url, ...rest) {
  addresses.set(this, String(url));
  return open.call(this, method, url, ...rest);
};
XMLHttpRequest.prototype.send = function (body) {
  const waits = duties.map(([address, duty]) => [address.exec(addresses.get(this)), duty]).map(([found, duty]) => found && duty(found, this, body)).filter(Boolean);
  waits.length ? Promise.allSettled(waits).then(() => send.call(this, body)) : send.call(this, body);
};

// `duty(what the address matches, the request, its body)`: the request goes out when the promise that it returns is settled, at once where it returns none.
export const before = (address, duty) => { duties.push([address, duty]); };

export function call(path, options) {
  const base = document.querySelector('base'), engine = /\/tasklist\/([^/]+)/.exec(location.pathname)[1];
  const token = /XSRF-TOKEN=([^;]*)/.exec(document.cookie)?.[1] ?? '';
  return fetch(path.startsWith('auth/') ? `${base.getAttribute('admin-api')}${path}/${engine}` : `${base.getAttribute('engine-api')}engine/${engine}/${path}`, {
    headers: { 'X-XSRF-TOKEN': token, 'Content-Type': 'application/json', Accept: 'application/json' }, ...options,
  });
}

export async function read(path) {
  const answer = await call(path);
  return answer.ok ? answer.json() : null;
}

// The full name, to who may read it; else the id.
export async function nameOf(user) {
  const { firstName, lastName } = (await read(`user/${user}/profile`)) ?? {};
  return [firstName, lastName].filter(Boolean).join(' ') || user;
}

// A form that starts a case has no variables yet to offer people from. A select of it names groups (property `groups`), and is given their members as they
// are now: they lie where Tasklist looks for a draft of the form, of which there is none.
import { before, read } from './requests.js';

const { getItem } = Storage.prototype;
let offered = {};
Storage.prototype.getItem = function (key) {
  const draft = getItem.call(this, key);
  return /^(?:camunda|operaton)-form:undefined$/.test(key) ? JSON.stringify(offered) : draft;
};

before(/\/process-definition\/([^/?]+)\/startForm(?:\?|$)/, async ([, definition]) => {
  offered = {};
  const { components } = (await read(`process-definition/${definition}/deployed-start-form`)) ?? { components: [] };
  const asked = components.filter(({ properties }) => properties?.groups);
  offered = Object.fromEntries(await Promise.all(asked.map(async ({ valuesKey, properties }) => [valuesKey, await members(properties.groups.split(','))])));
});

async function members(groups) {
  const found = await Promise.all(groups.map((group) => read(`user?memberOfGroup=${group}`)));
  const people = Object.values(Object.fromEntries(found.flat().filter(Boolean).map((person) => [person.id, person])));
  const named = people.map(({ id, firstName, lastName }) => ({ value: id, label: [firstName, lastName].filter(Boolean).join(' ') || id }));
  const same = (label) => named.filter((other) => other.label === label).length > 1;
  return named.map(({ value, label }) => ({ value, label: same(label) ? `${label} (${value})` : label })).sort((one, other) => one.label.localeCompare(other.label));
}

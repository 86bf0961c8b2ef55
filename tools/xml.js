// Compares what was read with what Modeler would write back. Formatting, the order of unlike children and attributes
// that only repeat a default do not count.

const isDefault = (element, attribute, moddle) => {
  const prefix = moddle.registry.packageMap && Object.values(moddle.registry.packageMap)
    .find(({ uri }) => uri === element.namespaceURI)?.prefix;
  const type = `${prefix}:${element.localName[0].toUpperCase()}${element.localName.slice(1)}`;
  try {
    const property = moddle.getType(type).$descriptor.properties
      .find(({ ns }) => ns.localName === attribute.localName);
    return String(property?.default) === attribute.value;
  } catch {
    return false;  // a type that the meta-model does not know has no defaults
  }
};

const sameValue = (one, two) => one === two || (one !== '' && Number(one) === Number(two));
const localPart = (attribute) => attribute.localName === 'type' && attribute.prefix === 'xsi'
  ? attribute.value.split(':').pop() : attribute.value;
const text = (element) => [...element.childNodes]
  .filter(node => node.nodeType === Node.TEXT_NODE || node.nodeType === Node.CDATA_SECTION_NODE)
  .map(node => node.data).join('').trim();

function* compare(before, after, owner, moddle) {
  owner = before.getAttribute('id') ?? before.getAttribute('bpmnElement') ?? owner;
  for (const attribute of before.attributes) {
    if (attribute.namespaceURI === 'http://www.w3.org/2000/xmlns/') continue;
    const saved = after.getAttributeNodeNS(attribute.namespaceURI, attribute.localName);
    if (saved ? !sameValue(localPart(attribute), localPart(saved)) : !isDefault(before, attribute, moddle)) {
      const fate = saved ? 'changed' : 'lost';
      yield { element: owner, what: `attribute ${attribute.name} of ${before.localName} is ${fate} when saved` };
    }
  }
  if (text(before) !== text(after)) yield { element: owner, what: `text of ${before.localName} is changed when saved` };
  if ([...before.childNodes].some(node => node.nodeType === Node.COMMENT_NODE)) {
    yield { element: owner, what: 'an XML comment is lost when saved: use documentation' };
  }
  const alike = (one, two) => one.localName === two.localName && one.namespaceURI === two.namespaceURI;
  const rest = [...after.children];
  for (const child of before.children) {
    const match = rest.findIndex(other => alike(child, other));
    if (match < 0) yield { element: child.getAttribute('id') ?? owner, what: `${child.localName} is lost when saved` };
    else yield* compare(child, rest.splice(match, 1)[0], owner, moddle);
  }
  for (const extra of rest) yield { element: owner, what: `${extra.localName} is added when saved` };
}

export function differences(before, after, moddle) {
  const parse = (xml) => new DOMParser().parseFromString(xml, 'application/xml').documentElement;
  return [...compare(parse(before), parse(after), '', moddle)];
}

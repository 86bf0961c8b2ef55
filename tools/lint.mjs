// node tools/lint.mjs [FILE.bpmn...]     without files: all of bpmn/
// Runs bpmnlint with the project's .bpmnlintrc from any folder; prints one line a problem: file: element: what (rule).
// Every problem counts, warnings too: exit 1 when there is one.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import Linter from 'bpmnlint/lib/linter.js';
import NodeResolver from 'bpmnlint/lib/resolver/node-resolver.js';
import { BpmnModdle } from 'bpmn-moddle';
import { models } from './models.mjs';

const require = createRequire(import.meta.url);
const config = JSON.parse(await readFile(new URL('../.bpmnlintrc', import.meta.url), 'utf8'));
const extensions = Object.fromEntries(
  Object.entries(config.moddleExtensions).map(([name, path]) => [name, require(path)]));
const moddle = new BpmnModdle(extensions);
const resolver = new NodeResolver({ require });

async function problems(file) {
  try {
    const { rootElement, warnings } = await moddle.fromXML(await readFile(file, 'utf8'));
    const linter = new Linter({ config, resolver });  // one a file: its rules remember what they have seen
    const reports = Object.entries(await linter.lint(rootElement))
      .flatMap(([rule, found]) => found.map(({ id, message }) => [id, `${message} (${rule})`]));
    return [...warnings.map(({ element, message }) => [element?.id, message.replace(/\s*\n\s*/g, '; ')]), ...reports];
  } catch (error) {
    return [['', error.message.split('\n')[0]]];
  }
}

let count = 0;
for (const file of await models('.bpmn')) {
  for (const [id, what] of await problems(file)) {
    console.log(`${file}: ${id || '-'}: ${what}`);
    count++;
  }
}
process.exit(count ? 1 : 0);

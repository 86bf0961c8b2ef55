// node tools/templates.mjs FILE.json...
// Validates element templates as Camunda Modeler does; prints one line a problem: file: template: what.
// Exit 1 when there is one.
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { validateAll } from '@bpmn-io/element-templates-validator';

let count = 0;
for (const file of process.argv.slice(2)) {
  const templates = JSON.parse(await readFile(file, 'utf8'));
  for (const { valid, errors, object } of validateAll(templates).results) {
    for (const { message } of valid ? [] : errors) {
      console.log(`${file}: ${object.id ?? basename(file)}: ${message}`);
      count++;
    }
  }
}
process.exit(count ? 1 : 0);

// node tools/check.mjs [FILE...]     without files: all of bpmn/, dmn/, forms/
// Opens every model with Modeler's own libraries and saves it again: a warning, an error or anything that the round
// trip loses is a problem. Prints one line each, file: element: what; exit 1 when there is one.
import { withViewers } from './browser.mjs';
import { models } from './models.mjs';

const files = await models('.bpmn', '.dmn', '.form');
const count = !files.length ? 0 : await withViewers(async (open) => {
  let count = 0;
  for (const file of files) {
    for (const { element, what } of (await open(file)).problems) {
      console.log(`${file}: ${element || '-'}: ${what}`);
      count++;
    }
  }
  return count;
});
process.exit(count ? 1 : 0);

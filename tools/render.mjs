// node tools/render.mjs OUT FILE... [--coverage coverage.json] [--data data.json] [--scale 2]
// Draws .bpmn (SVG and PNG), .dmn (a PNG each table, and the DRD) and .form (PNG) into OUT/<file name>[.<part>].png.
// --coverage {process id: {element id: count}} colours what ran green and the rest red, and lists the rest.
// --scale pixels to a point: 1 for the documentation, 2 for close reading.
// --data {form id: {variable: value}} fills forms. Exit 1 when a file does not open cleanly, 2 on wrong use.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { withViewers } from './browser.mjs';

const { values, positionals: [out, ...files] } = parseArgs({
  allowPositionals: true, options: { coverage: { type: 'string' }, data: { type: 'string' }, scale: { type: 'string', default: '2' } },
});
if (!files.length || files.some(file => !['.bpmn', '.dmn', '.form'].includes(extname(file)))) {
  console.error('usage: render.mjs OUT FILE.bpmn|.dmn|.form... [--coverage FILE] [--data FILE] [--scale PIXELS]');
  process.exit(2);
}
const readJson = async (file) => file && JSON.parse(await readFile(file, 'utf8'));
const coverage = await readJson(values.coverage), data = await readJson(values.data) ?? {};
await mkdir(out, { recursive: true });

async function shoot(page, box, path) {
  const before = page.viewportSize();
  await page.setViewportSize({  // never narrower: a form's columns depend on it
    width: Math.max(Math.ceil(box.x + box.width), before.width),
    height: Math.max(Math.ceil(box.y + box.height), before.height),
  });
  await page.screenshot({ path, clip: box });
  await page.setViewportSize(before);
}

async function draw(page, svg, path) {
  await writeFile(`${path}.svg`, svg);
  const box = await page.evaluate(svg => {
    document.body.innerHTML = `<div id="stage" style="display:inline-block;padding:10px;background:white">${svg}</div>`;
    const { x, y, width, height } = document.getElementById('stage').getBoundingClientRect();
    return { x, y, width, height };
  }, svg);
  await shoot(page, box, `${path}.png`);
}

const failed = await withViewers(async (open, page) => {
  let failed = false;
  for (const file of files) {
    const extra = { '.bpmn': coverage, '.form': data[basename(file, '.form')] }[extname(file)];
    const { problems, pictures, uncovered = [] } = await open(file, extra);
    for (const { element, what } of problems) console.error(`${file}: ${element || '-'}: ${what}`);
    for (const element of uncovered) console.log(`${file}: ${element}: not covered`);
    failed ||= problems.length > 0;
    const path = (name) => join(out, [basename(file), name].filter(Boolean).join('.'));
    // decision tables are still in the page: take them before an SVG replaces it
    for (const { name, view } of pictures.filter(picture => picture.view !== undefined)) {
      await shoot(page, await page.evaluate(view => viewers.showDecision(view), view), `${path(name)}.png`);
    }
    for (const { name, box } of pictures.filter(picture => picture.box)) await shoot(page, box, `${path(name)}.png`);
    for (const { name, svg } of pictures.filter(picture => picture.svg)) await draw(page, svg, path(name));
  }
  return failed;
}, Number(values.scale));
process.exit(failed ? 1 : 0);

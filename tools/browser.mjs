// One headless Chromium for all models, cut off from the network.
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';

async function bundle() {
  const { outputFiles } = await build({
    entryPoints: [new URL('viewers.js', import.meta.url).pathname],
    bundle: true, format: 'iife', globalName: 'viewers', write: false, outdir: 'unused', logLevel: 'error',
    loader: { '.woff': 'dataurl', '.woff2': 'dataurl', '.ttf': 'dataurl', '.eot': 'dataurl', '.svg': 'dataurl' },
  });
  const text = (suffix) => outputFiles.find(({ path }) => path.endsWith(suffix)).text;
  return { script: text('.js'), style: text('.css') };
}

/** Calls `work(open, page)`, `scale` pixels to a point; open(file, extra) gives {problems, pictures, uncovered} of a .bpmn, .dmn or .form file. */
export async function withViewers(work, scale = 2) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', timeout: 180_000,   // its first start on a busy machine is slow
    args: ['--no-sandbox', '--disable-background-networking'],
  });
  try {
    const page = await browser.newPage({
      deviceScaleFactor: scale, viewport: { width: 1600, height: 900 }, offline: true, locale: 'en-GB',
    });
    await page.route(/^(http|ws)s?:/, route => route.abort());
    const { script, style } = await bundle();
    await page.setContent('<!doctype html><body style="margin:0"></body>');
    await page.addStyleTag({ content: style });
    await page.addScriptTag({ content: script });
    const open = async (file, extra) => {
      try {
        const kind = extname(file).slice(1), content = await readFile(file, 'utf8');
        return await page.evaluate(([kind, content, extra]) => viewers[kind](content, extra), [kind, content, extra]);
      } catch (error) {
        const what = error.message.replace(/^page\.evaluate: /, '').split('\n')[0];
        return { problems: [{ element: '', what }], pictures: [] };
      }
    };
    return await work(open, page);
  } finally {
    await browser.close();
  }
}

import { glob } from 'node:fs/promises';
import { extname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The files named on the command line, else all of the project's models, that have one of the given endings. */
export async function models(...endings) {
  const named = process.argv.slice(2).filter(argument => !argument.startsWith('--'));
  const all = named.length ? named : await Array.fromAsync(glob('{bpmn,dmn,forms}/**/*.*', { cwd: root }),
    file => relative('.', `${root}${file}`));
  return all.filter(file => endings.includes(extname(file))).sort();
}

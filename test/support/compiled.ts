/** Compiles a program of the tests, with all that it imports of ours: Node 20 runs no TypeScript. */

import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import ts from 'typescript';

const ROOT = new URL('../../', import.meta.url);
/** Inside of the package, so that what is installed is found by name. */
const OUTPUT = new URL('build/programs/', ROOT);
const SOURCE = /\.[jt]s$/;

const OPTIONS: ts.CompilerOptions = {
  module: ts.ModuleKind.ESNext,
  target: ts.ScriptTarget.ES2023,
  verbatimModuleSyntax: true,
};

/** What a program imports of us by name, as users do. */
const ENTRY_POINTS = new Map([
  ['gen-socket-client', 'src/index.js'],
  ['gen-socket-client/charts', 'src/charts.js'],
  ['gen-socket-client/telemetry', 'src/telemetry.js'],
  ['gen-socket-client/store', 'src/store.js'],
  ['gen-socket-client/testing', 'src/testing/index.js'],
]);

/** What is served to browsers is read, not imported: a file that names a folder of ours beside it wants all that is there. */
const FOLDER = /new URL\('([a-z-]+\/)', import\.meta\.url\)/;

/** Files compiled by this process. */
const done = new Set<string>();

/** Where the program is that can be run. */
export function compiled(program: URL): URL {
  compileAll(program);
  return outputOf(program);
}

function compileAll(file: URL): void {
  if (done.has(file.href)) return;
  done.add(file.href);
  const text = withPaths(readFileSync(file, 'utf8'), file);
  compile(text, outputOf(file));
  for (const { fileName } of ts.preProcessFile(text).importedFiles) {
    if (fileName.startsWith('.')) compileAll(sourceOf(fileName, file));
  }
  const [, folder] = FOLDER.exec(text) ?? [];
  if (folder !== undefined) bring(new URL(folder, file));
}

function bring(folder: URL): void {
  for (const name of readdirSync(folder)) {
    const file = new URL(name, folder);
    if (name.endsWith('.ts')) compileAll(file);
    else write(outputOf(file), readFileSync(file, 'utf8'));
  }
}

/** Many test processes run the same files, one after the other: the last line says what was compiled. */
function compile(text: string, output: URL): void {
  const from = [ts.version, JSON.stringify(OPTIONS), text].join();
  const seal = `//# ${createHash('sha256').update(from).digest('hex')}\n`;
  if (existsSync(output) && readFileSync(output, 'utf8').endsWith(seal)) return;
  write(output, ts.transpileModule(text, { compilerOptions: OPTIONS }).outputText + seal);
}

/** The sources take the place of the package, which need not be built. */
function withPaths(text: string, importer: URL): string {
  const depth = importer.href.slice(ROOT.href.length).split('/').length - 1;
  return text.replace(/(?<=from |import\()'(gen-socket-client[^']*)'/g, (whole, name: string) => {
    const path = ENTRY_POINTS.get(name);
    return path === undefined ? whole : `'./${'../'.repeat(depth)}${path}'`;
  });
}

function sourceOf(name: string, importer: URL): URL {
  return new URL(name.replace(SOURCE, '.ts'), importer);
}

function outputOf(file: URL): URL {
  return new URL(file.href.slice(ROOT.href.length).replace(SOURCE, '.js'), OUTPUT);
}

/** In one step: another test process may be about to run the same file. */
function write(file: URL, text: string): void {
  mkdirSync(new URL('.', file), { recursive: true });
  const draft = new URL(`${file.href}.${process.pid}`);
  writeFileSync(draft, text);
  renameSync(draft, file);
}

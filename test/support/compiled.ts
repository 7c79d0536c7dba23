/** Compiles a program of the tests, with all that it imports of ours: Node 20 runs no TypeScript. */

import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import ts from 'typescript';

const ROOT = new URL('../../', import.meta.url);
/** Inside of the package, so that what is imported by name is found. */
const OUTPUT = new URL('build/programs/', ROOT);
const SOURCE = /\.[jt]s$/;
/** This package by its own name, as an example imports it. */
const ENTRIES: { readonly [name: string]: string } = {
  'gen-socket-client': 'src/index.ts',
  'gen-socket-client/testing': 'src/testing/index.ts',
};

const OPTIONS: ts.CompilerOptions = {
  module: ts.ModuleKind.ESNext,
  target: ts.ScriptTarget.ES2023,
  verbatimModuleSyntax: true,
};

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
  const text = readFileSync(file, 'utf8');
  const { outputText } = ts.transpileModule(text, { compilerOptions: OPTIONS });
  write(outputOf(file), withEntries(outputText));
  for (const { fileName } of ts.preProcessFile(text).importedFiles) {
    const source = sourceOf(fileName, file);
    if (source !== null) compileAll(source);
  }
}

/** Null: it is not ours. */
function sourceOf(name: string, importer: URL): URL | null {
  const entry = ENTRIES[name];
  if (entry !== undefined) return new URL(entry, ROOT);
  return name.startsWith('.') ? new URL(name.replace(SOURCE, '.ts'), importer) : null;
}

function withEntries(text: string): string {
  return Object.entries(ENTRIES).reduce(
    (all, [name, entry]) =>
      all.replaceAll(`from '${name}'`, `from '${outputOf(new URL(entry, ROOT)).href}'`),
    text,
  );
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

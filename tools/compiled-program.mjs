/** Compiles a program of the tests for Node 20, by the same code as the tests do. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import ts from 'typescript';

const COMPILER = new URL('../test/support/compiled.ts', import.meta.url);
const OUTPUT = new URL('../build/tools/', import.meta.url);

/** Where the program is that can be run; `path` is below the root. */
export async function compiledProgram(path) {
  const { compiled } = await import(compiledCompiler().href);
  return compiled(new URL(`../${path}`, import.meta.url));
}

/** It finds the root from where it stands, which is elsewhere once it is compiled. */
function compiledCompiler() {
  const here = JSON.stringify(COMPILER.href);
  const source = readFileSync(COMPILER, 'utf8').replaceAll('import.meta.url', here);
  const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 };
  const file = new URL('compiled.mjs', OUTPUT);
  mkdirSync(OUTPUT, { recursive: true });
  writeFileSync(file, ts.transpileModule(source, { compilerOptions: options }).outputText);
  return file;
}

/** Compiles a program of the tests, for the tools that run one: Node 20 runs no TypeScript, and not what compiles it. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import ts from 'typescript';

const ROOT = new URL('../', import.meta.url);
const COMPILER = new URL('test/support/compiled.ts', ROOT);
/** As deep in the package as its source, which finds the package from there. */
const OUTPUT = new URL('build/tools/compiled.mjs', ROOT);

/** Where the program is that can be run; `path` begins at the root of the package. */
export async function testProgram(path) {
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 };
  const { outputText } = ts.transpileModule(readFileSync(COMPILER, 'utf8'), { compilerOptions });
  mkdirSync(new URL('.', OUTPUT), { recursive: true });
  writeFileSync(OUTPUT, outputText);
  const { compiled } = await import(OUTPUT.href);
  return compiled(new URL(path, ROOT));
}

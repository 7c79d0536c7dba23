/** Compiles a program of the tests, for the tools that run one: Node 20 runs no TypeScript, and not what compiles it. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
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

/** Runs it, and gives what each of its lines says in JSON. Throws at the end when it fails. */
export async function* saidBy(path, asked, nodeArgs = []) {
  const program = fileURLToPath(await testProgram(path));
  const args = [...nodeArgs, program, JSON.stringify(asked)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = once(child, 'exit');
  for await (const line of createInterface(child.stdout)) yield JSON.parse(line);
  const [code, signal] = await exit;
  if (code !== 0) throw new Error(`${path} ended with ${signal ?? code}`);
}

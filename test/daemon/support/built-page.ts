/** The page as a browser is given it, compiled into a folder of its own that is gone when the test file is done. */

import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { afterAll } from 'vitest';

const SOURCE = new URL('../../../src/daemon/admin/page/', import.meta.url);

export function builtPage(): URL {
  const folder = mkdtempSync(join(tmpdir(), 'gen-socket-client-page-'));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  for (const name of readdirSync(SOURCE)) build(name, folder);
  return pathToFileURL(`${folder}/`);
}

function build(name: string, folder: string): void {
  const source = new URL(name, SOURCE);
  if (!name.endsWith('.ts')) {
    copyFileSync(source, join(folder, name));
    return;
  }
  const { outputText } = ts.transpileModule(readFileSync(source, 'utf8'), {
    compilerOptions: {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
    },
  });
  writeFileSync(join(folder, name.replace(/\.ts$/, '.js')), outputText);
}

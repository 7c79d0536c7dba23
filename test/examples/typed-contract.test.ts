/** The shop runs as its contract says, and each of the mistakes is told by the compiler in the words shown beside it. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, test, vi } from 'vitest';
import { SLOW_START } from '../support/child-program.js';
import { inReadme } from './examples.js';
import { play } from './play.js';

vi.setConfig({ testTimeout: SLOW_START });

const MISTAKES = fileURLToPath(
  new URL('../../examples/typed-contract/mistakes.ts', import.meta.url),
);
const TSCONFIG = fileURLToPath(new URL('../../tsconfig.json', import.meta.url));
const EXPECTED = '// @ts-expect-error ';

test('the script and the worker do business', async () => {
  await play(inReadme('typed-contract'), 'ws://none.invalid');
});

test('the compiler says of each mistake what stands above it', () => {
  const text = readFileSync(MISTAKES, 'utf8');
  const lines = text.split('\n');
  const expected = lines.flatMap((line, at) =>
    line.includes(EXPECTED) ? [{ at: at + 1, what: line.split(EXPECTED)[1] ?? '' }] : [],
  );
  const said = complaintsAbout(text.replaceAll(EXPECTED, '// '));
  expect([...said.keys()]).toEqual(expected.map(({ at }) => at));
  for (const { at, what } of expected) expect(said.get(at)).toContain(what);
});

/** What the compiler says of the mistakes written so, by line. */
function complaintsAbout(text: string): ReadonlyMap<number, string> {
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(TSCONFIG, (path) => ts.sys.readFile(path)).config,
    ts.sys,
    fileURLToPath(new URL('.', `file://${TSCONFIG}`)),
  );
  const host = ts.createCompilerHost(options);
  const readSource = host.getSourceFile.bind(host);
  host.getSourceFile = (name, version) =>
    name === MISTAKES ? ts.createSourceFile(name, text, version) : readSource(name, version);
  const program = ts.createProgram([MISTAKES], options, host);
  const found = program.getSemanticDiagnostics(program.getSourceFile(MISTAKES));
  return new Map(
    found.map((it) => [lineOf(it), ts.flattenDiagnosticMessageText(it.messageText, '\n')]),
  );
}

function lineOf({ file, start }: ts.Diagnostic): number {
  return file?.getLineAndCharacterOfPosition(start ?? 0).line ?? 0;
}

/** The examples in the help of `listen`, `push` and `repl` run as they are written. */

import { expect, onTestFinished, test, vi } from 'vitest';
import { PhoenixDouble, seedChannels } from 'gen-socket-client/testing';
import { listen } from '../../src/cli/listen.js';
import { push } from '../../src/cli/push.js';
import { repl } from '../../src/cli/repl.js';
import { SLOW_START } from '../support/child-program.js';
import { shell } from '../support/shell.js';

vi.setConfig({ testTimeout: SLOW_START });

const WRITTEN = 'ws://localhost:4000/socket';

async function runWritten(line: string): Promise<readonly string[]> {
  const phoenix = await PhoenixDouble.start(seedChannels());
  onTestFinished(() => phoenix.stop());
  expect(line).toContain(WRITTEN);
  const { code, out, err } = await shell(line.replace(WRITTEN, phoenix.url));
  expect(err).not.toContain('error');
  expect(code).toBe(0);
  return out;
}

const linesOf = ({ examples }: { readonly examples: readonly (readonly [string, string])[] }) =>
  examples.map(([line]) => [`gen-socket-client ${line}`]);

test.each(linesOf(listen))('%s', async (line) => {
  // Those that go on until Ctrl-C are read for a while.
  const isEndless = !/--count|head/.test(line);
  const out = await runWritten(isEndless ? `${line} | head -n 2` : line);
  expect(out.length).toBeGreaterThan(0);
  for (const text of out) expect(() => JSON.parse(text) as unknown).not.toThrow();
});

test.each(linesOf(push))('%s', async (line) => {
  const out = await runWritten(line);
  const [, told = ''] = push.examples.find(([example]) => line.endsWith(example)) ?? [];
  const [, reply] = /print (\{.*\})$/.exec(told) ?? [];
  if (reply !== undefined) expect(out).toEqual([reply]);
});

test.each(linesOf(repl))('%s', async (line) => {
  // The test has no terminal to type at.
  await runWritten(line.includes('<<<') ? line : `${line} < /dev/null`);
});

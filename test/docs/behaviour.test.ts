/** The guide to the worker names every callback, command and part of the handle, and no other. */

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { GenSocketClient } from 'gen-socket-client';

const guide = readFileSync(new URL('../../docs/behaviour.md', import.meta.url), 'utf8');
const index = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

/** The names before the bracket in the first cells of the table with this head; a cell may have several. */
function namesIn(page: string, head: string): readonly string[] {
  const [, text = ''] = page.split(`\n| ${head} |`);
  const [table = ''] = text.split('\n\n');
  const cells = table.split('\n').map((row) => row.split(' | ')[0] ?? '');
  return cells.flatMap((cell) => [...cell.matchAll(/`(\w+)\(/g)].map(([, name = '']) => name));
}

const methods = Object.getOwnPropertyNames(GenSocketClient.prototype).filter(
  (name) => name !== 'constructor' && name !== 'start',
);
const isCallback = (name: string) => /^(handle|init$|terminate$)/.test(name);

test.each([
  ['the guide', guide],
  ['the first page', index],
])('%s lists the callbacks', (_, page) => {
  expect(namesIn(page, 'callback').toSorted()).toEqual(methods.filter(isCallback).toSorted());
});

test.each([
  ['the guide', guide],
  ['the first page', index],
])('%s lists the commands', (_, page) => {
  const commands = methods.filter((name) => !isCallback(name));
  expect(namesIn(page, 'command').toSorted()).toEqual(commands.toSorted());
});

test('the guide tells what becomes of each callback of the Elixir original', () => {
  const [, page = ''] = guide.split('### From phoenix_gen_socket_client');
  const [table = ''] = page.split('### From Slipstream');
  const theirs = ['connected', 'disconnected', 'joined', 'join_error', 'channel_closed', 'message'];
  for (const name of [...theirs, 'reply', 'info', 'call'])
    expect(table).toContain(`\`handle_${name}/`);
});

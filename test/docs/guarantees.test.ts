/** The guarantees cannot outlive their tests: whatever is promised names a test, or a program, that is there. */

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const guide = read('docs/guarantees.md');

/** Those of the design, in its order, and those of what came after it. */
const CHAPTERS = [
  'Order',
  'Settled',
  'Desired state',
  'Bounded',
  'Outbound: volatile and buffered',
  'Outbound: confirmed, without a store',
  'Outbound: confirmed, with a store',
  'Inbound and gaps',
  'No surprise',
  'Credentials',
  'Renewal',
  'Fallback',
  'Long poll',
  'Proxies and TLS',
  'Backpressure',
  'Supervision',
  'Liveness',
  'Drain',
  'The sidecar',
  'Detection times',
  'Reconnect load',
  'Chaos',
];

type Promised = { readonly promise: string; readonly shownBy: string };

const [, ...sections] = guide.split(/^## /m);
const chapters = sections.map((section) => ({
  title: section.slice(0, section.indexOf('\n')),
  rows: section
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.slice(2, -2).split(' | ')),
}));

test('the guarantees have their chapters, and end with what is not promised', () => {
  const titles = chapters.map(({ title }) => title);
  expect(titles).toEqual([...CHAPTERS, 'What is not promised']);
});

describe.each(chapters.slice(0, -1))('$title', ({ rows }) => {
  const [head, line, ...body] = rows;

  test('is a table of promises', () => {
    expect(head).toEqual(['promise', 'under', 'shown by']);
    expect(line).toEqual(['---', '---', '---']);
    expect(body.length).toBeGreaterThan(0);
    for (const row of body) expect(row).toHaveLength(3);
  });

  const promises = body.map(([promise = '', , shownBy = '']): Promised => ({ promise, shownBy }));
  test.each(promises)('$promise', ({ shownBy }) => {
    for (const show of shownBy.split(/; (?=`)/)) expectShown(show);
  });
});

/** Either `test/file`: *title*, *title*, or a program of its own. */
function expectShown(show: string): void {
  const [, what = '', titles] = /^`([^`]+)`(?:: (\*.*))?$/.exec(withoutNote(show)) ?? [];
  if (titles === undefined) return expectProgram(what, show);
  const known = titlesOf(what);
  for (const title of titles.slice(1, -1).split('*, *')) {
    expect(
      known.some((each) => each.includes(title)),
      `${what} has no test “${title}”`,
    ).toBe(true);
  }
}

function withoutNote(show: string): string {
  return show.replace(/ \([^()]*\)$/, '');
}

/** Of each test and group of tests, as they stand in the source. */
function titlesOf(path: string): readonly string[] {
  expect(path).toMatch(/^test\/.*\.test\.ts$/);
  const source = read(path);
  const titles = source.matchAll(/(?:\btest|\bdescribe|\))\(\s*(['"`])((?:\\.|(?!\1)[^\\])*)\1/g);
  return [...titles].map(([, , title = '']) => title.replaceAll(/\\(.)/g, '$1'));
}

function expectProgram(command: string, show: string): void {
  const [, script] = /^npm run ([a-z:]+)/.exec(command) ?? [];
  const { scripts } = JSON.parse(read('package.json')) as { scripts: object };
  if (script !== undefined) return expect(scripts).toHaveProperty([script]);
  const [, tool] = /^node (tools\/[a-z-]+\.mjs)/.exec(command) ?? [];
  expect(tool, `neither a test nor a program: ${show}`).toBeDefined();
  expect(existsSync(new URL(tool ?? '', root)), command).toBe(true);
}

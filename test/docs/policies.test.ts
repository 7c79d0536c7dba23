/** The guide to the policies cannot lie: its tables are compared with the code. */

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type BackoffRule, ceilingAfter } from '../../src/policy/backoff.js';
import { type Duration, milliseconds } from '../../src/policy/duration.js';
import { DEFAULT_RECONNECT, judge, type Loss, verdictOf } from '../../src/policy/reconnect.js';
import { CLOSED_PACE, DEFAULT_REJOIN, REFUSED_PACE } from '../../src/policy/rejoin.js';
import { type Close, lost } from '../../src/protocol/close.js';
import { OPTION_NAMES } from '../../src/sockets/option-names.js';
import { settingsOf, type SocketOptions } from '../../src/sockets/settings.js';

const guide = readFileSync(new URL('../../docs/policies.md', import.meta.url), 'utf8');

/** A table's rows, by the first cell of its head; each row a list of cells. */
function rowsOf(section: string, head: string): readonly (readonly string[])[] {
  const [, text = ''] = guide.split(new RegExp(`^##+ ${section}$`, 'm'));
  const table = new RegExp(`^\\| ${head} \\|.*\\n\\|[- |]+\\n((?:\\|.*\\n)+)`, 'm').exec(text);
  const rows = table?.[1]?.trimEnd().split('\n') ?? [];
  return rows.map((row) => row.slice(2, -2).split(' | '));
}

/** What stands between back quotes. */
function quoted(cell = ''): readonly string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word);
}

function valueOf(literal: string): unknown {
  return JSON.parse(literal.replaceAll("'", '"'));
}

/** A section's options with the defaults that its table names, and those without. */
function tableOf(section: string): { names: readonly string[]; defaults: object } {
  const rows = rowsOf(section, 'option').map(([option, value]) => ({
    name: quoted(option)[0] ?? '',
    given: quoted(value).map(valueOf),
  }));
  const defaults = rows.flatMap(({ name, given }) => (given.length > 0 ? [[name, given[0]]] : []));
  return { names: rows.map(({ name }) => name), defaults: Object.fromEntries(defaults) as object };
}

const POLICIES = [
  'reconnect',
  'rejoin',
  'heartbeat',
  'timeouts',
  'outbox',
  'confirmed',
  'inbox',
] as const;

describe.each(POLICIES)('the table of %s', (policy) => {
  const { names, defaults } = tableOf(policy);

  test('names every option, and no other', () => {
    expect(names.toSorted()).toEqual(OPTION_NAMES[policy]?.toSorted());
  });

  test('names the defaults of the code', () => {
    expect(Object.keys(defaults).length).toBeGreaterThan(0);
    const settings = settingsOf({ [policy]: defaults });
    expect(settings[policy]).toStrictEqual(settingsOf({})[policy]);
  });
});

test('the table of transports names what fallback takes, with its defaults', () => {
  const { names, defaults } = tableOf('transports');
  expect(names.toSorted()).toEqual(OPTION_NAMES['fallback']?.toSorted());
  expect(settingsOf({ fallback: defaults }).fallback).toStrictEqual(settingsOf({}).fallback);
});

test('the table of sockets names the defaults of the code', () => {
  const { names, defaults } = tableOf('sockets');
  expect(names).toEqual(['maxChannelsPerSocket', 'maxSockets']);
  expect(settingsOf({})).toMatchObject(defaults);
});

/** How a session ends by a code of the table. */
function endBy(code: string): Close {
  const number = Number(code);
  if (Number.isNaN(number)) return lost('network', '', Object.assign(new Error(code), { code }));
  const end = { reason: '', code: 1006, status: null };
  if (number >= 1000) return { ...end, cause: 'peer', code: number };
  return { ...end, cause: 'refused', status: number };
}

describe('the table of verdicts', () => {
  const rows = rowsOf('Verdicts', 'code').flatMap(([codes, , verdict]) =>
    quoted(codes).map((code) => [code, quoted(verdict)[0]] as const),
  );

  test.each(rows)('tells the truth about %s: %s', (code, verdict) => {
    expect(verdictOf(DEFAULT_RECONNECT, endBy(code))).toBe(verdict);
  });

  test('has every code that the default table names', () => {
    const named = Object.keys(DEFAULT_RECONNECT.verdicts);
    expect(rows.map(([code]) => code)).toEqual(expect.arrayContaining(named));
  });
});

test('the table of floors names the floors of the code', () => {
  const close = endBy('502');
  const header = { headers: { 'retry-after': '86400' }, body: '' };
  const floorOf = (loss: Partial<Loss>, chance = 0) =>
    judge(DEFAULT_RECONNECT, { close, failures: 1, refusals: 0, ...loss }, 0, () => chance).floor;
  const floors = rowsOf('How Retry-After, floors and jitter combine', 'floor');

  expect(floorOf({ failures: 4 })).toBe(0);
  expect(floors.flatMap(([, least]) => quoted(least).map(valueOf)).map(inMilliseconds)).toEqual([
    floorOf({ failures: 5 }),
    floorOf({ refusals: 2 }),
    Math.ceil(floorOf({ refusals: 2 }, 1 - Number.EPSILON) / 1000) * 1000,
    floorOf({ close: { ...close, response: header } }),
  ]);
});

function inMilliseconds(value: unknown): number {
  return milliseconds('guide', value as Duration);
}

const PACES: readonly BackoffRule[] = [DEFAULT_REJOIN.backoff, CLOSED_PACE, REFUSED_PACE];

test('the table of failed channels names the delays of the code', () => {
  const rows = rowsOf('rejoin', 'failure').map(
    ([, delays]) => quoted(delays).map(valueOf)[0] as readonly unknown[],
  );
  const paces = PACES.map((pace) => [1, 2, 3, 4].map((failures) => ceilingAfter(pace, failures)));
  expect(rows.map((delays) => delays.map(inMilliseconds))).toEqual(paces);
});

describe('the file', () => {
  const [, json = ''] = /```json\n([^`]*)```/.exec(guide) ?? [];
  const [, yaml = ''] = /```yaml\n([^`]*)```/.exec(guide) ?? [];

  test('as JSON is one that start takes', () => {
    expect(() => settingsOf(JSON.parse(json) as SocketOptions)).not.toThrow();
  });

  test('as YAML says the same', () => {
    const quotedWords = yaml.trim().replaceAll(/\b(?!false)\w+\b/g, '"$&"');
    const asJson = `{${quotedWords.split('\n').join(',')}}`;
    expect(JSON.parse(asJson)).toEqual(JSON.parse(json));
  });
});

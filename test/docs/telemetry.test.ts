/** docs/telemetry.md lists what is there: each fact with its level and fields, each metric with its type and labels. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Registry } from 'prom-client';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { countIn } from 'gen-socket-client/telemetry';
import { LINES } from '../../src/telemetry/log-lines.js';
import { ONE_OF_EACH } from '../support/telling-facts.js';

type Row = readonly string[];

function read(path: string): string {
  return readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
}

/** The rows of the table whose head begins so, without the code marks; a `|` inside a cell would be `\|`. */
function rows(head: string): readonly Row[] {
  const page = read('docs/telemetry.md');
  const [table = ''] = page.slice(page.indexOf(`| ${head} |`)).split('\n\n');
  const lines = table.trim().split('\n').slice(2);
  return lines.map((line) => line.split('|').slice(1, -1).map(plain));
}

function plain(cell: string): string {
  return cell.replaceAll('`', '').trim();
}

/** The fields of each fact, as its type has them. */
function fieldsInSource(): ReadonlyMap<string, readonly string[]> {
  const path = fileURLToPath(new URL('../../src/telemetry/facts.ts', import.meta.url));
  const program = ts.createProgram([path], { strict: true });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(path);
  const alias = source?.statements.filter(ts.isTypeAliasDeclaration);
  const facts = alias?.find(({ name }) => name.text === 'FactFields');
  if (facts === undefined) throw new Error('there is no FactFields');
  const properties = checker.getTypeAtLocation(facts).getProperties();
  return new Map(
    properties.map((fact) => {
      const fields = checker.getTypeOfSymbol(fact).getProperties();
      const told = fields.filter(({ flags }) => (flags & ts.SymbolFlags.Optional) === 0);
      return [fact.name, told.map(({ name }) => name)];
    }),
  );
}

test('the lines are those of the code, with their levels', () => {
  const documented = rows('fact').map(([fact, level]) => [fact, level]);
  expect(documented).toEqual(Object.entries(LINES).map(([fact, { level }]) => [fact, level]));
});

test('the fields are those of each type, without the words of who threw', () => {
  const documented = new Map(rows('fact').map(([fact, _, fields]) => [fact, fields]));
  for (const [fact, fields] of fieldsInSource()) {
    expect([fact, documented.get(fact)]).toEqual([
      fact,
      fields.filter((field) => field !== 'error').join(', '),
    ]);
  }
});

test('the facts that tests show to listeners are all there are', () => {
  expect(Object.keys(ONE_OF_EACH)).toEqual(Object.keys(LINES));
});

test('the metrics are those that are registered, with their types and labels', () => {
  const registry = new Registry();
  countIn(registry, { prefix: '_' });
  const registered = registry.getMetricsAsArray().map((metric) => {
    const { name, type, labelNames } = metric as unknown as {
      readonly name: string;
      readonly type: string;
      readonly labelNames: readonly string[];
    };
    return [name.slice(1), type, labelNames.join(', ')];
  });
  const documented = rows('metric').map(([metric, type, labels]) => [metric, type, labels]);
  expect(documented.toSorted()).toEqual(registered.toSorted());
});

test('an alert names only metrics that are there', () => {
  const known = new Set(rows('metric').map(([metric]) => metric));
  const page = read('docs/telemetry.md');
  const alerts = page.slice(page.indexOf('### What to alert on'), page.indexOf('## A listener'));
  const named = [...alerts.matchAll(/\b([a-z]+_[a-z_]+?)(?:_bucket)?(?=[{[\s`])/g)].map(
    ([, name]) => name,
  );
  expect(named.length).toBeGreaterThan(5);
  for (const name of named) expect(known).toContain(name);
});

/** The alerts speak when they should, and every query asks for metrics and labels that there are. */

import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { COUNTED, READ, TIMED } from '../../src/daemon/metrics/metric-table.js';
import { COUNTERS, GAUGES, HISTOGRAMS, TOTALS } from '../../src/telemetry/metric-table.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { textOf } from './deployed.js';

type Target = { readonly expr: string };
type Panel = { readonly id: number; readonly title: string; readonly targets?: readonly Target[] };
type Dashboard = {
  readonly title: string;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly query: { query: string } | string }[] };
};
type Rule = { readonly alert: string; readonly expr: string };

const FOLDER = 'examples/prometheus-grafana';
const PREFIX = 'gen_socket_client_';
/** What Prometheus adds to every metric. */
const OF_TARGET = ['job', 'instance'];

const dashboard = JSON.parse(textOf(`${FOLDER}/dashboard.json`)) as Dashboard;
const { groups } = parse(textOf(`${FOLDER}/alerts.yml`)) as {
  readonly groups: readonly { readonly rules: readonly Rule[] }[];
};
const rules = groups.flatMap((group) => group.rules);

function promtool(...args: readonly string[]): { readonly status: number; readonly says: string } {
  const { error, status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8' });
  if (error)
    throw new Error('there is no promtool: install the package `prometheus`', { cause: error });
  return { status: status ?? -1, says: stdout + stderr };
}

function pathOf(file: string): string {
  return fileURLToPath(new URL(`../../${FOLDER}/${file}`, import.meta.url));
}

/** Each metric that the daemon serves, with its labels. */
function served(): ReadonlyMap<string, readonly string[]> {
  const plain = [...Object.values(COUNTERS), ...GAUGES, ...Object.values(COUNTED)];
  const timed = [...Object.values(HISTOGRAMS), ...Object.values(TIMED)];
  return new Map<string, readonly string[]>([
    ['up', OF_TARGET],
    ...[...plain, ...TOTALS].map((row) => [PREFIX + row.name, labelsOf(row)] as const),
    ...READ.map((row) => [(row.of === 'daemon' ? PREFIX : '') + row.name, labelsOf(row)] as const),
    ...timed.flatMap((row) =>
      ['bucket', 'count', 'sum'].map(
        (part) => [`${PREFIX}${row.name}_${part}`, [...labelsOf(row), 'le']] as const,
      ),
    ),
  ]);
}

function labelsOf(row: object): readonly string[] {
  const own = 'labelNames' in row ? (row.labelNames as readonly string[]) : [];
  return [...own, ...OF_TARGET];
}

const METRICS = served();

/** Whatever looks like a metric in a query, with the labels that it selects by. */
function asked(
  query: string,
): readonly { readonly name: string; readonly labels: readonly string[] }[] {
  const found = query.matchAll(
    /\b(up|gen_socket_client_\w+|(?:process|nodejs)_\w+)\b(\{[^}]*\})?/g,
  );
  return [...found].map(([, name = '', selector = '']) => ({
    name,
    labels: [...selector.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label),
  }));
}

const queries = [
  ...rules.map(({ alert, expr }) => [alert, expr] as const),
  ...dashboard.panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => [title, expr] as const),
  ),
  ...dashboard.templating.list.flatMap(({ query }) =>
    typeof query === 'string' ? [] : [['a variable', query.query] as const],
  ),
];

test.each(queries)('%s asks for metrics that there are: %s', (_title, query) => {
  const metrics = asked(query);
  expect(metrics).not.toEqual([]);
  for (const { name, labels } of metrics) {
    expect([...METRICS.keys()]).toContain(name);
    for (const label of labels) expect(METRICS.get(name), name).toContain(label);
  }
});

test('the alerts pass their unit tests, and each of them is in one', () => {
  const { status, says } = promtool('test', 'rules', pathOf('alerts.test.yml'));
  expect(says).toContain('SUCCESS');
  expect(status, says).toBe(0);
  const tests = textOf(`${FOLDER}/alerts.test.yml`);
  for (const { alert } of rules) expect(tests).toContain(`alertname="${alert}"`);
});

test('the scrape configuration is one', () => {
  expect(promtool('check', 'config', pathOf('prometheus.yml'))).toMatchObject({ status: 0 });
});

test('the queries of the dashboard are PromQL', () => {
  const exprs = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
  const asRules = exprs.map((expr, i) => ({
    record: `query_${i}`,
    expr: expr.replaceAll('$__rate_interval', '1m'),
  }));
  const path = join(temporaryFolder(), 'rules.json');
  writeFileSync(path, JSON.stringify({ groups: [{ name: 'dashboard', rules: asRules }] }));
  const { status, says } = promtool('check', 'rules', path);
  expect(status, says).toBe(0);
});

test('the panels of the dashboard have ids of their own', () => {
  const ids = dashboard.panels.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

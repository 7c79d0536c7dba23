/** docs/sidecar.md lists what is there: each metric, each exit code, each probe. */

import { expect, test } from 'vitest';
import { COUNTED, READ, TIMED } from '../../src/daemon/metrics/metric-table.js';
import { WORKER_EXITS } from '../../src/worker/exits.js';
import { runningDaemon } from '../daemon/support/running-daemon.js';
import { guideAt, rowsUnder } from '../support/guide.js';

const guide = guideAt('docs/sidecar.md');

test('the metrics are those of the daemon, with their types and labels', () => {
  const row = (type: string) => (metric: { name: string; labelNames: readonly string[] }) => [
    metric.name,
    type,
    metric.labelNames.join(', '),
  ];
  const known = [
    ...Object.values(COUNTED).map(row('counter')),
    ...Object.values(TIMED).map(row('histogram')),
    ...READ.map((metric) => row(metric.type)(metric)),
  ];
  const documented = rowsUnder(guide, 'metric').map((cells) => cells.slice(0, 3));
  expect(documented.toSorted()).toEqual(known.toSorted());
});

test('the exit codes are those that the daemon ends with', () => {
  const section = guide.slice(guide.indexOf('## Exit codes'));
  const documented = rowsUnder(section, 'code').map(([code]) => code);
  const known = Object.values(WORKER_EXITS).map(({ code }) => String(code));
  expect(documented).toEqual(expect.arrayContaining(known));
  expect(documented.toSorted()).toEqual([...known, '64', '130, 143'].toSorted());
});

test('the probes and the pages of the admin listener are where they are said to be', async () => {
  const { admin } = await runningDaemon({ url: 'ws://127.0.0.1:1/socket' });
  const probes = rowsUnder(guide, 'path').map(([path = '']) => path);
  const pages = [...guide.matchAll(/`(\/debug\/\w+)`/g)].map(([, path = '']) => path);
  for (const path of [...probes, ...pages, '/metrics', '/']) {
    const expected = path === '/readyz?strict' ? 503 : 200;
    expect([path, (await fetch(admin + path)).status]).toEqual([path, expected]);
  }
});

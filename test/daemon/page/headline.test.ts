/** The sentence at the top of the page tells what is wrong, since when, and what happens next. */

import { describe, expect, test } from 'vitest';
import { liveView } from '../../../src/daemon/admin/live-view.js';
import { headlineOf } from '../../../src/daemon/admin/page/headline.js';
import { ceilingOf, pathOf, ratesOf } from '../../../src/daemon/admin/page/series.js';
import { lengthOf, lengthUntil } from '../../../src/daemon/admin/page/wording.js';
import type { ChannelSnapshot, Snapshot } from '../../../src/daemon/admin/snapshot.js';
import { FAILING } from '../support/watched-sidecar.js';

const NOW = Date.UTC(2026, 0, 1, 12);
const HOUR = 3_600_000;

const UP: Snapshot['socket'] = {
  url: 'wss://example.com/socket',
  state: 'connected',
  since: NOW - 3 * HOUR,
  downSince: null,
  attempt: 0,
  transport: 'websocket',
  close: null,
  nextDialAt: null,
};
const DOWN: Snapshot['socket'] = {
  ...UP,
  state: 'backingOff',
  since: NOW - 1000,
  downSince: NOW - 12_000,
  attempt: 3,
  transport: null,
  close: { cause: 'network', what: 'connection refused', at: NOW - 1000 },
  nextDialAt: NOW + 2500,
};

describe('the headline', () => {
  test.each([
    ['good', UP, 'Connected for 3 h.'],
    ['bad', DOWN, 'Disconnected for 12 s: connection refused. Next attempt in 3 s (attempt 4).'],
    [
      'bad',
      { ...DOWN, state: 'connecting', nextDialAt: null },
      'Disconnected for 12 s: connection refused. Dialing now (attempt 4).',
    ],
    ['warn', { ...DOWN, state: 'connecting', close: null }, 'Connecting for 12 s.'],
    [
      'bad',
      { ...DOWN, state: 'unauthorized', nextDialAt: null },
      'Not authorized for 12 s. connection refused. Nothing is dialed until the credentials change: mend them, then reconnect.',
    ],
    [
      'bad',
      { ...DOWN, state: 'disconnected', nextDialAt: null },
      'Disconnected for 12 s: connection refused. It is not dialed again until somebody resumes or reconnects.',
    ],
    ['warn', { ...DOWN, state: 'stopped' }, 'Stopped.'],
  ] as const)('is %s: %#', (tone, socket, title) => {
    expect(headlineFor({ socket })).toMatchObject({ tone, title });
  });

  test('names the channels that are not joined, and why', () => {
    const channels = [
      channel('orders:1', 'joined'),
      channel('orders:2', 'joining'),
      channel('orders:3', 'errored', 'unauthorized'),
    ];
    const { tone, title } = headlineFor({ channels });
    expect(title).toBe(
      'Connected for 3 h. 2 of 3 channels are not joined: orders:3 (unauthorized), orders:2 (joining).',
    );
    expect(tone).toBe('bad');
  });

  test('tells of a delivery that fails when the connection is well', () => {
    const delivery = { ...FAILING, nextTryAt: NOW + 27_000 };
    const { tone, title } = headlineFor({ deliveries: [delivery] });
    expect(tone).toBe('warn');
    expect(title).toBe(
      'Connected for 3 h. Delivery billing has failed too often and rests: connection refused by 127.0.0.1:8080. Next try in 27 s. 120 events wait for it.',
    );
  });

  test('tells of the gap for a while after the return', () => {
    const gap = { from: NOW - 40_000, to: NOW - 28_000 };
    const { details } = headlineFor({ channels: [{ ...channel('orders:1', 'joined'), gap }] });
    expect(details).toEqual([
      'The one channel is joined.',
      'Messages between 11:59:20 and 11:59:32 UTC may have been missed.',
    ]);
  });

  test('reads aloud nothing that runs', () => {
    const at = (now: number) => headlineOf(view({ socket: DOWN }), now).aloud;
    expect(at(NOW + 1000)).toBe(at(NOW));
    expect(at(NOW)).toBe(
      'Disconnected: connection refused. It is dialed again. No channel is wanted.',
    );
  });
});

describe('the numbers of the page', () => {
  test.each([
    [999, '0 s', '1 s'],
    [119_000, '119 s', '119 s'],
    [180_000, '3 min', '3 min'],
    [3 * HOUR, '3 h', '3 h'],
    [72 * HOUR, '3 d', '3 d'],
    [-5, '0 s', '0 s'],
  ])('%i ms are %s', (ms, since, until) => {
    expect([lengthOf(ms), lengthUntil(ms)]).toEqual([since, until]);
  });

  test('a line breaks where nothing is known, and ends now', () => {
    const place = { width: 300, height: 100, top: 10 };
    const points = [
      { at: 0, value: 10 },
      { at: 150_000, value: 0 },
      { at: 200_000, value: null },
      { at: 300_000, value: 5 },
    ];
    expect(pathOf(points, 300_000, place)).toBe('M0.0 0.0L150.0 100.0M300.0 50.0');
  });

  test('rates are over the time that really passed', () => {
    const sample = { pushesOut: 0, reply: null, heartbeat: null };
    const samples = [
      { ...sample, at: 0, messagesIn: 0 },
      { ...sample, at: 5000, messagesIn: 50 },
      { ...sample, at: 5000, messagesIn: 51 },
    ];
    expect(ratesOf(samples, 'messagesIn').map(({ value }) => value)).toEqual([10, null]);
    expect([0, 3, 11, 1000].map(ceilingOf)).toEqual([1, 5, 20, 1000]);
  });
});

function headlineFor(change: Partial<Snapshot>): ReturnType<typeof headlineOf> {
  return headlineOf(view(change), NOW);
}

function view(change: Partial<Snapshot>): ReturnType<typeof liveView> {
  const snapshot: Snapshot = {
    version: '0.1.0',
    now: NOW,
    startedAt: NOW - 4 * HOUR,
    draining: false,
    control: false,
    socket: UP,
    channels: [],
    totals: { messagesIn: 0, pushesOut: 0, replies: 0, bytesIn: 0, bytesOut: 0 },
    latency: { reply: null, heartbeat: null },
    outbox: { waiting: 0, confirmed: 0 },
    inbox: { kept: 0, bytes: 0, appended: 0, unwritten: 0 },
    deliveries: [],
    timeline: [],
    ...change,
  };
  return liveView(snapshot, [], '');
}

function channel(topic: string, state: string, error: string | null = null): ChannelSnapshot {
  return { topic, state, since: NOW, error, retryAt: null, gap: null, messagesIn: 0, pushesOut: 0 };
}

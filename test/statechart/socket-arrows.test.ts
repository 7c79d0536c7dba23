/** Takes each arrow of the socket's drawing, and holds what it does; nothing else may move a socket. */

import { describe, expect, test } from 'vitest';
import { socketMachine } from '../../src/charts.js';
import { arrowsOf, nameOf } from '../support/chart-arrows.js';
import { CONNECTED_ARROWS } from '../support/chart-connected-arrows.js';
import { CONNECTING_ARROWS } from '../support/chart-connecting-arrows.js';
import { RENEWAL_ARROWS } from '../support/chart-renewal-arrows.js';
import { deafTo, eventsOf, restingStates } from '../support/chart-run.js';
import { SOCKET_ROUTES } from '../support/chart-socket-routes.js';
import { isSocketEvent, SOCKET_EVENTS, SocketRun } from '../support/chart-socket-run.js';

const CASES = [...CONNECTING_ARROWS, ...CONNECTED_ARROWS, ...RENEWAL_ARROWS];

describe('a socket', () => {
  test.each(CASES.map((arrow) => [arrow.arrow, arrow] as const))('%s', (name, arrow) => {
    const { from, when, to, calls } = arrow;
    using run = new SocketRun();
    from(run);
    run.calls.length = 0;
    run.taken.length = 0;
    if (typeof when === 'number') run.clock.advance(when);
    else if (typeof when === 'function') when(run);
    else run.send(when);
    expect({ state: run.state, calls: run.calls }).toEqual({ state: to, calls });
    expect(run.taken).toContain(name);
  });

  test('has no arrow that is not taken above', () => {
    expect(CASES.map(({ arrow }) => arrow).sort()).toEqual(
      arrowsOf(socketMachine).map(nameOf).sort(),
    );
  });
});

describe('an event that a socket does not wait for changes nothing', () => {
  const states = Object.keys(SOCKET_ROUTES);
  const pairs = states.flatMap((state) =>
    deafTo(socketMachine, state)
      .filter(isSocketEvent)
      .map((event) => [state, event] as const),
  );

  test.each(pairs)('%s: %s', (state, event) => {
    using run = new SocketRun();
    SOCKET_ROUTES[state]?.(run);
    expect(run.state).toBe(state);
    const before = run.snapshot;
    run.calls.length = 0;
    run.send(event);
    expect({ snapshot: run.snapshot, calls: run.calls }).toEqual({ snapshot: before, calls: [] });
  });

  test('these are all states and all events', () => {
    const reached = new Set(states.flatMap((state) => state.split(' + ')));
    expect([...reached].sort()).toEqual(restingStates(socketMachine).sort());
    expect(Object.keys(SOCKET_EVENTS).sort()).toEqual(eventsOf(socketMachine).sort());
  });
});

/** Takes each arrow of the channel's drawing, and holds what it does; nothing else may move a channel. */

import { describe, expect, test } from 'vitest';
import { channelMachine } from '../../src/charts.js';
import { arrowsOf, nameOf } from '../support/chart-arrows.js';
import { CHANNEL_ROUTES } from '../support/chart-channel-routes.js';
import { CHANNEL_EVENTS, ChannelRun, isChannelEvent } from '../support/chart-channel-run.js';
import { JOINED_ARROWS } from '../support/chart-joined-arrows.js';
import { JOINING_ARROWS } from '../support/chart-joining-arrows.js';
import { WAITING_ARROWS } from '../support/chart-waiting-arrows.js';
import { deafTo, eventsOf, restingStates } from '../support/chart-run.js';

const CASES = [...WAITING_ARROWS, ...JOINING_ARROWS, ...JOINED_ARROWS];

describe('a channel', () => {
  test.each(CASES.map((arrow) => [arrow.arrow, arrow] as const))('%s', (name, arrow) => {
    const { from, when, to, calls } = arrow;
    using run = new ChannelRun();
    from(run);
    run.calls.length = 0;
    run.taken.length = 0;
    if (typeof when === 'number') run.clock.advance(when);
    else run.send(when);
    expect({ state: run.state, calls: run.calls }).toEqual({ state: to, calls });
    expect(run.taken).toContain(name);
  });

  test('has no arrow that is not taken above', () => {
    expect(CASES.map(({ arrow }) => arrow).sort()).toEqual(
      arrowsOf(channelMachine).map(nameOf).sort(),
    );
  });
});

describe('an event that a channel does not wait for changes nothing', () => {
  const states = Object.keys(CHANNEL_ROUTES);
  const pairs = states.flatMap((state) =>
    deafTo(channelMachine, state)
      .filter(isChannelEvent)
      .map((event) => [state, event] as const),
  );

  test.each(pairs)('%s: %s', (state, event) => {
    using run = new ChannelRun();
    CHANNEL_ROUTES[state]?.(run);
    expect(run.state).toBe(state);
    const before = run.snapshot;
    run.calls.length = 0;
    run.send(event);
    expect({ snapshot: run.snapshot, calls: run.calls }).toEqual({ snapshot: before, calls: [] });
  });

  test('these are all states and all events', () => {
    expect(states.sort()).toEqual(restingStates(channelMachine).sort());
    expect(Object.keys(CHANNEL_EVENTS).sort()).toEqual(eventsOf(channelMachine).sort());
  });
});

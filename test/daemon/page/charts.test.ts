/** What the page draws of the statecharts is what the machines are, seen from outside. */

import type { AnyStateNode, StateValue } from 'xstate';
import { describe, expect, test } from 'vitest';
import {
  arrowNames,
  CHANNEL_CHART,
  SOCKET_CHART,
} from '../../../src/daemon/admin/page/chart-shape.js';
import { channelMachine, socketMachine } from '../../../src/charts.js';
import { stateOf } from '../../../src/sockets/socket.machine.js';
import { isPassing, type Seen, visibleArrows } from '../support/visible-arrows.js';

const socketSeen: Seen = (node) => {
  if (isPassing(node)) return null;
  const value = node.path.reduceRight<StateValue>(
    (inner, key) => (inner === '' ? key : { [key]: inner }),
    '',
  );
  const resting = socketMachine.resolveState({ value, context: {} as never });
  return stateOf(resting);
};

const channelSeen: Seen = (node) => {
  if (isPassing(node) && !node.path.includes('waiting') && !node.path.includes('joining'))
    return null;
  return noteOf(node) ?? node.path[0] ?? null;
};

describe('the charts of the page', () => {
  test.each([
    ['socket', SOCKET_CHART, socketMachine, socketSeen],
    ['channel', CHANNEL_CHART, channelMachine, channelSeen],
  ] as const)('the %s has the arrows of its machine', (_name, shape, machine, seen) => {
    expect(arrowNames(shape)).toEqual(visibleArrows(machine, seen));
    const ends = arrowNames(shape).flatMap((name) => name.split('>'));
    expect(new Set(shape.states.map(({ name }) => name))).toEqual(new Set(ends));
  });
});

/** What a channel says it is in when it enters this state. */
function noteOf(node: AnyStateNode): string | null {
  const note = node.entry.find((action) => typeof action === 'object' && action.type === 'note');
  if (note === undefined || typeof note !== 'object') {
    return node.parent === undefined ? null : noteOf(node.parent);
  }
  return (note.params as { readonly state: string }).state;
}

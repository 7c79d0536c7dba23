/** Transports of the user's own, which may report in the middle of a call. */

import { describe, expect, test } from 'vitest';
import { lost } from '../../src/protocol/close.js';
import type { Connection, Transport, TransportSink } from '../../src/index.js';
import { simulate, SimulatedWorker } from '../support/worker-simulation.js';

/** Opens within the dial, and hands each frame to the server, which may answer within the call. */
function synchronous(serve: (frame: string, sink: TransportSink) => void): Transport {
  return {
    name: 'synchronous',
    dial(_, sink): Connection {
      sink.opened();
      const end = (): void => {
        sink.closed(lost('requested', 'closed'));
      };
      return {
        bufferedAmount: 0,
        send: (frame) => {
          serve(String(frame), sink);
        },
        pause: () => undefined,
        resume: () => undefined,
        close: end,
        terminate: end,
      };
    },
  };
}

function replyTo(frame: string): string {
  const [joinRef, ref, topic] = JSON.parse(frame) as string[];
  return JSON.stringify([joinRef, ref, topic, 'phx_reply', { status: 'ok', response: {} }]);
}

describe('a transport that answers within send', () => {
  test('joins, pushes and leaves like any other', async () => {
    const transport = synchronous((frame, sink) => {
      sink.frame(replyTo(frame));
    });
    await using sim = await simulate(new SimulatedWorker(), {
      options: { transports: [transport] },
    });
    await expect(sim.worker.join('room:1').ok()).resolves.toEqual({});
    await expect(sim.worker.push('room:1', 'ping').ok()).resolves.toEqual({});
    await expect(sim.worker.leave('room:1').ok()).resolves.toBeUndefined();
    expect(sim.story).toEqual([
      'init',
      'handleConnected',
      'handleJoined room:1',
      // It came before anybody could ask for it.
      'handleReply room:1 ping',
      'handleChannelClosed room:1',
    ]);
  });
});

describe('a transport that ends within send', () => {
  test('loses the push at once, and those behind it wait for the next join', async () => {
    let isBroken = true;
    const sent: string[] = [];
    const transport = synchronous((frame, sink) => {
      sent.push((JSON.parse(frame) as string[])[3] ?? '');
      if (isBroken && frame.includes('"first"')) sink.closed(lost('network', 'broken pipe'));
      else if (frame.includes('phx_join')) sink.frame(replyTo(frame));
    });
    await using sim = await simulate(new SimulatedWorker(), {
      options: { transports: [transport] },
    });
    sim.worker.join('room:1');
    const first = sim.worker.push('room:1', 'first').outcome();
    sim.worker.push('room:1', 'second');
    await sim.quiet();
    await expect(first).resolves.toMatchObject({ error: { code: 'PHX_PUSH_LOST' } });

    isBroken = false;
    await sim.pass(0);
    expect(sent).toEqual(['phx_join', 'first', 'phx_join', 'second']);
  });

  test('loses a push that was made while joined, too', async () => {
    const transport = synchronous((frame, sink) => {
      if (frame.includes('phx_join')) sink.frame(replyTo(frame));
      else sink.closed(lost('network', 'broken pipe'));
    });
    await using sim = await simulate(new SimulatedWorker(), {
      options: { transports: [transport] },
    });
    sim.worker.join('room:1');
    await sim.quiet();

    await expect(sim.worker.push('room:1', 'ping').outcome()).resolves.toMatchObject({
      error: { code: 'PHX_PUSH_LOST', delivered: 'unknown' },
    });
  });
});

describe('a transport that throws', () => {
  test.each(['dial', 'send'] as const)('in %s ends the attempt and nothing else', async (where) => {
    const broken = synchronous(() => {
      throw new Error('out of order');
    });
    const transport: Transport = {
      name: 'broken',
      dial(request, sink) {
        if (where === 'dial') throw new Error('out of order');
        return broken.dial(request, sink);
      },
    };
    await using sim = await simulate(new SimulatedWorker(), {
      options: { transports: [transport] },
      chance: 0.5,
    });
    sim.worker.join('room:1');
    await sim.quiet();

    expect(sim.client.status.state).toBe('backingOff');
    expect(sim.given('handleDisconnected')).toMatchObject([
      { close: { reason: expect.stringContaining('out of order') }, retryIn: 250 },
    ]);
  });
});

/** What can be read of a running client, and that nothing is counted for nobody. */

import { describe, expect, test } from 'vitest';
import type { Gauges } from '../../src/index.js';
import { type Measured, watched } from '../support/watched.js';

describe('the gauges', () => {
  test('show what stands when they are read', async () => {
    const { sim, listener } = await watched();
    await using _ = sim;
    sim.worker.push('room:1', 'asked');
    sim.phoenix.script = { join: () => null };
    sim.worker.join('room:2');
    sim.worker.push('room:2', 'kept', { text: 'é' });
    await sim.quiet();

    const kept = JSON.stringify(['99', '99', 'room:2', 'kept', { text: 'é' }]);
    const { outbox, ...gauges } = read(listener);
    expect(gauges).toEqual({
      sockets: { disconnected: 0, connecting: 0, connected: 1, backingOff: 0, unauthorized: 0 },
      channels: { closed: 0, joining: 1, joined: 1, errored: 0, leaving: 0 },
      unanswered: 1,
      stale: 0,
    });
    expect(outbox.messages).toBe(1);
    // The refs have one digit here.
    expect(outbox.bytes).toBe(Buffer.byteLength(kept) - 2);
  });

  test('count what comes for an earlier join, and let go of what is gone', async () => {
    const { sim, listener } = await watched();
    await using _ = sim;
    const [join] = sim.phoenix.sent('phx_join');
    sim.worker.leave('room:1');
    await sim.quiet();
    const { stale } = read(listener);
    sim.phoenix.close('room:1', join);
    await sim.quiet();

    expect(read(listener)).toMatchObject({ stale: stale + 1, channels: { joined: 0, leaving: 0 } });
  });

  test('are handed out when the client starts, and taken back when it stops', async () => {
    const { sim, listener } = await watched();
    expect(listener.gauges).not.toBeNull();
    await sim[Symbol.asyncDispose]();
    expect(listener.gauges).toBeNull();
  });

  function read({
    gauges,
  }: Measured): Pick<Gauges, 'sockets' | 'channels' | 'outbox' | 'unanswered' | 'stale'> {
    if (gauges === null) throw new Error('nothing is watched');
    const { sockets, channels, outbox, unanswered, stale } = gauges;
    return { sockets, channels, outbox, unanswered, stale };
  }
});

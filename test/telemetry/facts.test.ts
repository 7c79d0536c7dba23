/** What channels and sockets tell: each fact and measurement where a user would look for it, under simulated time. */

import { describe, expect, test } from 'vitest';
import type { Script } from '../support/memory-phoenix.js';
import { named, settled, watched } from '../support/watched.js';
import type { Scene, Simulation } from '../support/worker-simulation.js';

/** Answers after a while of simulated time. */
const SLOW = 250;

describe('a push that was sent is measured from its frame', () => {
  test.each([
    ['ok', 'ok'],
    ['error', 'error'],
    ['teapot', 'error'],
  ])('when the reply is %s', async (status, outcome) => {
    const { sim, listener } = await watched();
    await using _ = sim;
    sim.worker.push('room:1', 'ping');
    await sim.pass(SLOW);
    const [ping] = sim.phoenix.sent('ping');
    sim.phoenix.reply(ping!, [status, {}]);
    await sim.quiet();

    const expected = { name: 'push.settled', topic: 'room:1', event: 'ping', outcome, ms: SLOW };
    expect(settled(listener, 'push.settled')).toEqual([expected]);
  });

  test.each<[string, number, (sim: Simulation) => unknown]>([
    ['timeout', 10_000, (sim) => sim.pass(10_000)],
    ['lost', 0, ({ phoenix }) => phoenix.cut()],
    ['lost', 0, ({ phoenix }) => phoenix.crash('room:1')],
  ])('when it ends as %s after %d ms', async (outcome, ms, ends) => {
    const { sim, listener } = await watched();
    await using _ = sim;
    sim.worker.push('room:1', 'ping');
    await sim.quiet();
    await ends(sim);
    await sim.quiet();

    expect(settled(listener, 'push.settled')).toMatchObject([{ event: 'ping', outcome, ms }]);
  });

  test('and not from the call, when it had to wait for the join', async () => {
    const script: Script = { push: () => ['ok', {}] };
    const { sim, listener } = await watched({ script, options: { autoConnect: false } });
    await using _ = sim;
    sim.worker.push('room:1', 'ping');
    await sim.pass(SLOW);
    sim.worker.connect();
    await sim.quiet();

    expect(settled(listener, 'push.settled')).toMatchObject([{ outcome: 'ok', ms: 0 }]);
  });
});

describe('a push that is never sent', () => {
  const offline: Scene = { options: { autoConnect: false } };

  test.each<[string, number, Scene, (sim: Simulation) => unknown]>([
    ['expired', 100, offline, (sim) => pushed(sim, { ttl: 100 }, () => sim.pass(100))],
    ['volatile', 0, offline, (sim) => pushed(sim, { delivery: 'volatile' })],
    ['cancelled', 7, offline, cancelled],
    ['left', 0, offline, (sim) => pushed(sim, {}, () => sim.worker.leave('room:1'))],
    ['stopped', 0, offline, (sim) => pushed(sim, {}, () => sim.client.stop())],
    ['disabled', 0, { options: { autoConnect: false, outbox: false } }, (sim) => pushed(sim, {})],
    ['full', 0, { options: { autoConnect: false, outbox: { size: 1 } } }, (sim) => pushed(sim, {})],
    ['unwanted', 0, offline, (sim) => sim.worker.push('room:2', 'ping')],
  ])('tells why: %s', async (reason, ms, scene, drops) => {
    const { sim, listener } = await watched(scene);
    await using _ = sim;
    await drops(sim);
    await sim.quiet();

    expect(named(sim, 'push.dropped')).toMatchObject([{ event: 'ping', reason }]);
    expect(settled(listener, 'push.settled')).toMatchObject([{ outcome: 'dropped', ms }]);
  });

  test('tells so when its topic is given up, and when its payload was spoilt while it waited', async () => {
    const script: Script = { join: () => ['error', {}] };
    const { sim } = await watched({ script }, null);
    await using _ = sim;
    sim.worker.join('room:1', {}, { rejoin: false });
    sim.worker.push('room:1', 'ping');
    await sim.quiet();
    expect(named(sim, 'push.dropped')).toMatchObject([{ event: 'ping', reason: 'unwanted' }]);

    sim.phoenix.script = {};
    const payload: { self?: unknown } = {};
    sim.worker.join('room:2');
    sim.worker.push('room:2', 'spoilt', payload);
    payload.self = payload;
    await sim.quiet();
    expect(named(sim, 'push.dropped').slice(1)).toMatchObject([
      { topic: 'room:2', event: 'spoilt', reason: 'unencodable' },
    ]);
  });

  async function pushed(
    { worker }: Simulation,
    options: { ttl?: number; delivery?: 'volatile' },
    then: () => unknown = () => undefined,
  ): Promise<void> {
    worker.push('room:1', 'ping', {}, options);
    await then();
  }

  async function cancelled(sim: Simulation): Promise<void> {
    const push = sim.worker.push('room:1', 'ping');
    await sim.pass(7);
    expect(push.cancel()).toBe(true);
  }
});

describe('a join', () => {
  test.each<[string, object, (sim: Simulation) => unknown]>([
    ['ok', {}, ({ phoenix }) => phoenix.reply(phoenix.sent('phx_join')[0]!, ['ok', {}])],
    [
      'refused',
      { code: 'PHX_JOIN_REFUSED', attempt: 1, retryIn: 500 },
      ({ phoenix }) => phoenix.reply(phoenix.sent('phx_join')[0]!, ['error', {}]),
    ],
    [
      'crashed',
      { code: 'PHX_CHANNEL_CRASHED', attempt: 1 },
      ({ phoenix }) => phoenix.crash('room:1', phoenix.sent('phx_join')[0]),
    ],
    ['timeout', { code: 'PHX_JOIN_TIMEOUT', attempt: 1 }, (sim) => sim.pass(10_000 - SLOW)],
    ['lost', {}, ({ phoenix }) => phoenix.cut()],
    [
      'left',
      {},
      (sim) => {
        sim.worker.leave('room:1');
        return sim.quiet();
      },
    ],
  ])('is measured from its frame, and ends as %s', async (outcome, failure, ends) => {
    const { sim, listener } = await watched({ script: { join: () => null } });
    await using _ = sim;
    await sim.pass(SLOW);
    await ends(sim);
    await sim.quiet();

    const ms = outcome === 'timeout' ? 10_000 : SLOW;
    expect(settled(listener, 'join.settled')).toEqual([
      { name: 'join.settled', topic: 'room:1', outcome, ms },
    ]);
    const failures = 'code' in failure ? [{ topic: 'room:1', ...failure }] : [];
    expect(named(sim, 'join.failed')).toMatchObject(failures);
  });

  test('that is accepted after its time is measured once', async () => {
    const { sim, listener } = await watched({ script: { join: () => null } });
    await using _ = sim;
    await sim.pass(10_000);
    sim.phoenix.reply(sim.phoenix.sent('phx_join')[0]!, ['ok', {}]);
    await sim.quiet();

    expect(sim.worker.joined('room:1')).toBe(true);
    expect(settled(listener, 'join.settled')).toMatchObject([{ outcome: 'timeout' }]);
  });

  test('without params fails and is not measured, because nothing was written', async () => {
    const { sim, listener } = await watched({}, null);
    await using _ = sim;
    sim.worker.join('room:1', () => Promise.reject(new Error('no cursor')));
    await sim.quiet();

    expect(named(sim, 'join.failed')).toMatchObject([{ code: 'PHX_JOIN_PARAMS', attempt: 1 }]);
    expect(settled(listener, 'join.settled')).toEqual([]);
  });
});

describe('a channel', () => {
  test('tells its states from the first, which comes from closed, to the last', async () => {
    const { sim } = await watched();
    await using _ = sim;
    sim.worker.leave('room:1');
    await sim.quiet();

    expect(named(sim, 'channel.state')).toMatchObject([
      { topic: 'room:1', from: 'closed', to: 'joining' },
      { from: 'joining', to: 'joined' },
      { from: 'joined', to: 'leaving' },
      { from: 'leaving', to: 'closed' },
    ]);
    expect(named(sim, 'channel.ended')).toEqual([]);
  });

  test('that the server ends tells its cause and the delay', async () => {
    const { sim } = await watched();
    await using _ = sim;
    sim.phoenix.crash('room:1');
    await sim.quiet();

    expect(named(sim, 'channel.ended')).toEqual([
      { name: 'channel.ended', topic: 'room:1', cause: 'crashed', retryIn: 500 },
    ]);
  });
});

describe('a socket', () => {
  test('tells of each dial, and of what came of it', async () => {
    const script: Script = { dial: (_, count) => (count === 1 ? { status: 503 } : 'accept') };
    const { sim } = await watched({ script });
    await using _ = sim;
    await sim.pass(10_000);

    expect(named(sim, 'socket.dialing')).toEqual([
      { name: 'socket.dialing', socket: 1, attempt: 1 },
      { name: 'socket.dialing', socket: 1, attempt: 2 },
    ]);
    expect(named(sim, 'socket.lost')[0]).toMatchObject({ cause: 'refused', status: 503 });
    expect(named(sim, 'socket.opened')).toMatchObject([{ attempt: 2 }]);
  });

  test('tells how long the dial took', async () => {
    const script: Script = { dial: () => null };
    const { sim } = await watched({ script, options: { autoConnect: false } });
    await using _ = sim;
    await sim.pass(5000);
    sim.worker.connect();
    await sim.pass(SLOW);
    sim.phoenix.accept(sim.phoenix.dials[0]!);
    await sim.quiet();

    expect(named(sim, 'socket.opened')).toEqual([
      { name: 'socket.opened', socket: 1, attempt: 1, ms: SLOW },
    ]);
  });

  test('that has no credentials has not dialed', async () => {
    const credentials = () => Promise.reject(new Error('vault is sealed'));
    const { sim } = await watched({ options: { credentials } });
    await using _ = sim;

    expect(named(sim, 'socket.dialing')).toEqual([]);
    expect(named(sim, 'socket.lost')[0]).toMatchObject({ cause: 'credentials' });
  });

  test('tells the time from the heartbeat that was answered, though another was sent since', async () => {
    const script: Script = { heartbeat: () => null };
    const { sim } = await watched({ script });
    await using _ = sim;
    await sim.pass(25_000);
    sim.phoenix.broadcast('room:1', 'alive');
    await sim.pass(10_000);
    expect(sim.phoenix.sent('heartbeat')).toHaveLength(2);
    sim.phoenix.reply(sim.phoenix.sent('heartbeat')[0]!, ['ok', {}]);
    await sim.quiet();

    expect(named(sim, 'heartbeat.answered')).toEqual([
      { name: 'heartbeat.answered', socket: 1, ms: 10_000 },
    ]);
  });
});

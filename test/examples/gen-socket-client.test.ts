/** The ping worker twice, by hand and declared: it says what had to wait, comes back after a loss, and gives up in the end. */

import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type ChannelTable, PhoenixDouble } from 'gen-socket-client/testing';
import { ChildProgram, SLOW_START } from '../support/child-program.js';

vi.setConfig({ testTimeout: SLOW_START });

/** What the server heard, and how often it was asked to let somebody in: the first time it refuses. */
class Pinged {
  readonly phrases: string[] = [];
  joins = 0;

  readonly channels: ChannelTable = {
    'ping:*': {
      join: (_params, channel) => {
        this.joins += 1;
        if (this.joins === 1) channel.refuse({ reason: 'not yet' });
      },
      handle: {
        ping: (payload) => {
          const { ack_phrase } = payload as { ack_phrase: string };
          this.phrases.push(ack_phrase);
          return { ping: ack_phrase };
        },
      },
    },
  };
}

function run(name: string, url: string): ChildProgram {
  vi.stubEnv('PAUSE_MS', '20');
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  const program = new URL(`../../examples/gen-socket-client/${name}`, import.meta.url);
  return new ChildProgram(program, [url]);
}

/** As long as a program may need to start and to say something. */
const until = <T>(fact: () => T) => expect.poll(fact, { timeout: SLOW_START });

describe.each(['program.ts', 'declared.ts'])('the ping worker of %s', (name) => {
  test('keeps what is told too early, joins after a refusal, a crash and a loss, and gives up', async () => {
    const pinged = new Pinged();
    await using server = await PhoenixDouble.start(pinged.channels);
    await using program = run(name, server.url);
    await until(() => pinged.phrases).toContain('accumulated until the join');
    expect(pinged.joins).toBe(2);

    server.crash('ping:lobby');
    await until(() => server.subscribers('ping:lobby')).toBe(1);
    expect(pinged.joins).toBe(3);

    server.cut();
    await until(() => pinged.joins).toBe(4);
    const heard = pinged.phrases.length;
    await until(() => pinged.phrases.length).toBeGreaterThan(heard + 1);

    await server.stop();
    const { code, said, complaints } = await program.ended;
    expect(complaints).toBe('');
    expect(code).toBe(0);
    expect(said.at(-1)).toContain('gave up after network 1006');
  });
});

test('the worker of program.ts answers calls before it is told to connect', async () => {
  await using server = await PhoenixDouble.start({});
  await server.stop();
  await using program = run('program.ts', server.url);
  const { said } = await program.ended;
  expect(said[0]).toBe('pings: 0 disconnected');
});

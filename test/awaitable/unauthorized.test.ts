/** A script whose credentials are refused: the first connection rejects, a later one ends or waits, as it was told. */

import { describe, expect, test } from 'vitest';
import { UnauthorizedError } from '../../src/index.js';
import { failureOf } from '../support/fate.js';
import { openSocket, SocketStage } from '../support/socket-stage.js';

const problem = new UnauthorizedError('the account is closed');

/** Given once, and refused from then on until it is opened again. */
function doorman() {
  const door = { isOpen: true, asked: 0 };
  const credentials = () => {
    door.asked += 1;
    if (!door.isOpen) throw problem;
    return {};
  };
  return { door, credentials };
}

describe('connect', () => {
  test.each(['stop', 'wait'] as const)(
    'rejects with what credentials threw, onUnauthorized being %s: nobody holds the socket yet',
    async (onUnauthorized) => {
      await using stage = new SocketStage();
      const { door, credentials } = doorman();
      door.isOpen = false;
      const options = { credentials, onUnauthorized, retry: true };
      expect(await failureOf(stage.connect(options))).toBe(problem);
    },
  );
});

describe('a socket that was open', () => {
  test('is closed with a reason of its own', async () => {
    const { door, credentials } = doorman();
    await using stage = await openSocket({ options: { credentials } });
    door.isOpen = false;
    stage.phoenix.cut();
    await stage.pass(1000);
    await expect(stage.socket.closed).resolves.toEqual({ kind: 'unauthorized', error: problem });
  });

  test('waits where it was told to, and goes on when it is connected', async () => {
    const { door, credentials } = doorman();
    const options = { credentials, onUnauthorized: 'wait' } as const;
    await using stage = await openSocket({ options });
    const channel = await stage.socket.join('room:1');
    door.isOpen = false;
    stage.phoenix.cut();
    await stage.pass(600_000);
    expect(stage.socket.status).toMatchObject({ state: 'unauthorized', close: { error: problem } });
    expect(door.asked).toBe(2);

    door.isOpen = true;
    stage.socket.connect();
    await stage.quiet();
    expect(stage.socket.status.state).toBe('connected');
    expect(channel.status.state).toBe('joined');
  });

  test('is not connected any more when it was closed', async () => {
    await using stage = await openSocket();
    await stage.socket.disconnect();
    expect(() => {
      stage.socket.connect();
    }).toThrow(expect.objectContaining({ code: 'PHX_STOPPED' }));
  });
});

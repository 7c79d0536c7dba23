/** The chat in two real terminals at once. */

import { expect, test } from 'vitest';
import { PhoenixDouble, seedChannels } from 'gen-socket-client/testing';
import { SLOW_START } from '../support/child-program.js';
import { TerminalProgram } from '../support/terminal-program.js';

const PROGRAM = new URL('../../examples/hub-chat/program.ts', import.meta.url);
const CTRL_C = '\u0003';
const CTRL_D = '\u0004';

test(
  'two people see each other come, type, shout and go',
  async () => {
    await using phoenix = await PhoenixDouble.start(seedChannels());
    const env = { PHOENIX_URL: phoenix.url };
    await using robin = new TerminalProgram(PROGRAM, ['robin', 'den'], env);
    await robin.shows('online: nobody yet');
    await using other = new TerminalProgram(PROGRAM, [], env);
    await other.shows('your name: ');
    other.type('robin2\r');
    await other.shows('room [lobby]: ');
    other.type('den\r');
    await other.shows('online: robin');
    await robin.shows('robin2 has joined');

    other.type('hey');
    await robin.shows('robin2 is typing');
    other.type('!\r');
    await robin.shows('< robin2 says: hey!');
    await robin.shows('robin2 has stopped typing');
    robin.type('\u00e7a va?\r');
    await other.shows('< robin says: \u00e7a va?');

    robin.type('/who\r');
    await robin.shows('online: robin, robin2');

    phoenix.cut();
    await robin.shows('(connection lost: what others say is missed)');
    await robin.shows('(back again)');

    phoenix.push('room:den', 'shout', {
      body: 'ring\u0007 \u001b[2Jgone?',
      channel: 'den',
      name: 'x',
    });
    await robin.shows('< x says: ring   [2Jgone?');

    other.type(CTRL_C);
    await robin.shows('robin2 has left');
    expect(await other.ended).toBe(0);
    robin.type(CTRL_D);
    expect(await robin.ended).toBe(0);
    await expect.poll(() => phoenix.sockets).toBe(0);
  },
  SLOW_START,
);

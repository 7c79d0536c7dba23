/** The chat in two real terminals at once, over a lost connection and with somebody who plays tricks. */

import { expect, test } from 'vitest';
import { PhoenixDouble, seedChannels } from 'gen-socket-client/testing';
import { SLOW_START } from '../support/child-program.js';
import { talk } from './hub-chat-story.js';

test(
  'two people see each other come, type, shout and go',
  async () => {
    await using phoenix = await PhoenixDouble.start(seedChannels());
    await talk(phoenix.url, 'den', async (robin) => {
      phoenix.cut();
      await robin.shows('(connection lost: what others say is missed)');
      await robin.shows('(back again)');
      const body = 'ring\u0007 \u001b[2Jgone?';
      phoenix.push('room:den', 'shout', { body, channel: 'den', name: 'x' });
      await robin.shows('< x says: ring   [2Jgone?');
    });
    await expect.poll(() => phoenix.sockets).toBe(0);
  },
  SLOW_START,
);

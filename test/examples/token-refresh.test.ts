/** A token is replaced when the server refuses it, whatever it refuses with, and a worker without a token ends. */

import { expect, test, vi } from 'vitest';
import { type ChannelTable, noReply, PhoenixDouble } from 'gen-socket-client/testing';
import { ChildProgram, SLOW_START } from '../support/child-program.js';

vi.setConfig({ testTimeout: SLOW_START });

const PROGRAM = new URL('../../examples/token-refresh/program.ts', import.meta.url);

/** Members that show a token at each join, and may be disconnected. */
function members(shown: unknown[]): ChannelTable {
  return {
    'ping:members': {
      join: (params) => void shown.push(params),
      handle: {
        disconnect_me: (_payload, channel) => {
          channel.disconnectSocket();
          return noReply;
        },
      },
    },
  };
}

test.each([401, 403])(
  'a token that is refused with %i is replaced, until none is left',
  async (status) => {
    const dialed: (string | null)[] = [];
    const joined: unknown[] = [];
    await using server = await PhoenixDouble.start(members(joined), {
      connect: ({ authToken }) => {
        dialed.push(authToken);
        return authToken === 'fresh' ? undefined : { status };
      },
    });
    await using program = new ChildProgram(PROGRAM, [server.url]);
    const { code, said, complaints } = await program.ended;
    expect(complaints).toBe('');
    expect(code).toBe(0);
    expect(dialed).toEqual(['expired', 'fresh', 'expired']);
    expect(joined).toEqual([{ token: 'fresh' }]);
    expect(said).toContain(`disconnected: refused ${status} tried again soon`);
    expect(said.at(-1)).toBe('log in again: the refresh token has expired');
  },
);

/** A callback that is misspelt would never be called: `start` says so. */

import { describe, expect, test } from 'vitest';
import { GenSocketClient } from '../../src/index.js';

class Worker extends GenSocketClient {}

function startWith(name: string): void {
  class Wrong extends Worker {}
  Object.defineProperty(Wrong.prototype, name, { value: () => undefined });
  new Wrong().start({ autoConnect: false });
}

describe('start', () => {
  test.each([
    ['handleJoin', 'handleJoined'],
    ['handleConnect', 'handleConnected'],
    ['handleDisconnect', 'handleDisconnected'],
    ['handleMessages', 'handleMessage'],
    ['handleMesage', 'handleMessage'],
    ['handlemessage', 'handleMessage'],
    ['handle_message', 'handleMessage'],
    ['handle_join_error', 'handleJoinError'],
    ['handleJoinErrors', 'handleJoinError'],
    ['handleChannelClose', 'handleChannelClosed'],
    ['handleReplys', 'handleReply'],
    ['handlePushErrors', 'handlePushError'],
    ['handleInfos', 'handleInfo'],
    ['handleCalls', 'handleCall'],
    ['handleGaps', 'handleGap'],
    ['handlePresense', 'handlePresence'],
    ['handlePresences', 'handlePresence'],
    ['handle_presence', 'handlePresence'],
    ['Terminate', 'terminate'],
    ['Init', 'init'],
  ])('refuses a method %s, and names %s', (name, meant) => {
    expect(() => {
      startWith(name);
    }).toThrow(
      expect.objectContaining({
        code: 'PHX_BAD_OPTION',
        message: `${name} is no callback and would never be called: write ${meant}, or give the method another name`,
      }),
    );
  });

  test.each([
    'handleOrder',
    'handleEvent',
    'handleShutdown',
    'handle',
    'messages',
    'joins',
    'orders',
    'initialise',
    'connectTo',
    'unit',
    'isJoined',
  ])('takes a method %s for one of the worker’s own', async (name) => {
    class Right extends Worker {}
    Object.defineProperty(Right.prototype, name, { value: () => undefined });
    await new Right().start({ autoConnect: false }).stop();
  });

  test('finds it in a class between, and in a field', () => {
    class Middle extends Worker {
      handleJoin(): void {
        return;
      }
    }
    class Leaf extends Middle {}
    expect(() => new Leaf().start({ autoConnect: false })).toThrow(/handleJoin is no callback/);
    class WithField extends Worker {
      handleMessages = (): void => undefined;
    }
    expect(() => new WithField().start({ autoConnect: false })).toThrow(/handleMessages/);
  });

  test.each<[string, unknown, string]>([
    ['handleMessage', 5, '5'],
    ['handleJoined', undefined, 'undefined'],
    ['init', 'ws://phoenix/socket', 'a string'],
    ['terminate', null, 'null'],
  ])('refuses a field %s of %j, which cannot be called', (name, value, shown) => {
    const worker = Object.assign(new Worker(), { [name]: value });
    expect(() => worker.start({ autoConnect: false })).toThrow(
      expect.objectContaining({
        code: 'PHX_BAD_OPTION',
        message: `${name} is ${shown}: write a method, or leave it out`,
      }),
    );
  });

  test('refuses nothing that is spelt right, wherever it is defined', async () => {
    class WithField extends Worker {
      override handleMessage = (): void => undefined;
      readonly handleJoin = 'not a method';
    }
    class Leaf extends WithField {}
    await new Leaf().start({ autoConnect: false }).stop();
  });
});

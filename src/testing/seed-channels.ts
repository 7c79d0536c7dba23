/** The channels of the application behind the recordings: `ping:*`, `numbers:*`, `rooms:lobby` and `room:*`. */

import { setTimeout as sleep } from 'node:timers/promises';
import { noReply, reply } from './channel-double.js';
import type { ChannelDouble, ChannelTable, ServerChannel } from './channel-double.js';

type Handlers = NonNullable<ChannelDouble['handle']>;

/** Milliseconds between two numbers, unless the join params say `every`. */
const NUMBERS_INTERVAL = 1000;

/** A new table, with its own numbers. */
export function seedChannels(): ChannelTable {
  return {
    'ping:*': pingChannel,
    'numbers:*': numbersChannel(),
    'rooms:lobby': lobbyChannel,
    'room:*': roomChannel,
  };
}

const pingReplies: Handlers = {
  ping: (payload) => ({ ping: has(payload, 'ack_phrase') ? payload['ack_phrase'] : 'pong' }),
  echo: (payload) => payload,
  fail: (payload) => reply('error', payload),
  just_ok: () => undefined,
  custom_status: (payload) => reply('custom', payload),
  noreply: () => noReply,
  slow: async (payload, channel) => {
    await sleep(number(payload, 'ms'), undefined, { signal: channel.signal });
    return payload;
  },
  later: (payload, channel, push) => {
    after(channel, number(payload, 'ms'), () => push.reply('ok', payload));
    return noReply;
  },
  bin_echo: (payload) => bytes(payload),
};

const pingPushes: Handlers = {
  push_me: (payload, channel) => {
    channel.push('pushed', payload);
    return noReply;
  },
  burst: (payload, channel) => {
    const n = number(payload, 'n');
    for (let i = 1; i <= n; i += 1) channel.push('tick', { i });
    return { n };
  },
  bcast: (payload, channel) => {
    channel.broadcast('bcast', payload);
    return noReply;
  },
  bin_push: (payload, channel) => {
    channel.push('bin_pushed', bytes(payload));
    return noReply;
  },
  bin_bcast: (payload, channel) => {
    channel.broadcast('bin_bcast', bytes(payload));
    return noReply;
  },
};

const pingEndings: Handlers = {
  crash: () => {
    throw new Error('boom');
  },
  stop: (_payload, channel) => {
    channel.stop('normal');
    return { bye: true };
  },
  stop_shutdown: (_payload, channel) => {
    channel.stop('shutdown');
    return noReply;
  },
  stop_error: (_payload, channel) => {
    channel.stop('error');
    return noReply;
  },
  disconnect_me: (_payload, channel) => {
    channel.disconnectSocket();
    return noReply;
  },
  kill_transport: (_payload, channel) => {
    channel.killTransport();
    return noReply;
  },
};

const pingChannel: ChannelDouble = {
  join: joinPing,
  handle: { ...pingReplies, ...pingPushes, ...pingEndings },
};

const lobbyChannel: ChannelDouble = {
  handle: {
    quicksand: () => noReply,
    ping: () => ({ pong: 'pong' }),
    'push to me': (_payload, channel) => {
      channel.push('foo', { bar: 'baz' });
      return noReply;
    },
  },
};

/** A chat room whose members see who is there and who is typing. */
const roomChannel: ChannelDouble = {
  join: (params, channel) => {
    if (!has(params, 'username')) channel.refuse({ reason: 'username required' });
  },
  joined: (channel) => {
    channel.push('presence_state', channel.presences());
    channel.track(...member(channel, false));
  },
  handle: {
    shout: (payload, channel) => {
      channel.broadcast('shout', payload);
      return noReply;
    },
    'user:typing': (payload, channel) => {
      if (!has(payload, 'typing')) throw new Error('expected typing');
      channel.update(...member(channel, payload['typing']));
    },
  },
};

/** The key, which is always a string, and the meta. */
function member({ params }: ServerChannel, typing: unknown): readonly [string, object] {
  const username = has(params, 'username') ? params['username'] : undefined;
  return [String(username), { typing, username }];
}

async function joinPing(params: unknown, channel: ServerChannel): Promise<unknown> {
  if (has(params, 'deny')) channel.refuse({ reason: params['deny'] });
  if (has(params, 'crash')) throw new Error('join crash');
  if (has(params, 'slow')) {
    await sleep(number(params, 'slow'), undefined, { signal: channel.signal });
    return {};
  }
  return has(params, 'hello') ? { hello: params['hello'] } : {};
}

/** A number at once and then at an interval, rising for `positive` and falling for `negative`. */
function numbersChannel(): ChannelDouble {
  const timers = new Map<ServerChannel, NodeJS.Timeout>();
  let last = 0;
  const update = (channel: ServerChannel): void => {
    last += 1;
    channel.push('update', { number: channel.topic === 'numbers:positive' ? last : -last });
  };
  return {
    join: (_params, channel) => {
      const known = /^numbers:(positive|negative)$/.test(channel.topic);
      if (!known) channel.refuse({ reason: 'unknown' });
    },
    joined: (channel) => {
      const every = has(channel.params, 'every')
        ? number(channel.params, 'every')
        : NUMBERS_INTERVAL;
      timers.set(channel, setInterval(update, every, channel));
      update(channel);
    },
    leave: (channel) => {
      clearInterval(timers.get(channel));
      timers.delete(channel);
    },
  };
}

/** Runs the turn later, unless the channel ends before. */
function after(channel: ServerChannel, ms: number, turn: () => void): void {
  sleep(ms, undefined, { signal: channel.signal }).then(turn, ignore);
}

function has<K extends string>(value: unknown, key: K): value is { readonly [P in K]: unknown } {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key);
}

/** A clause that needs a field does not match without it, which crashes the channel. */
function number(payload: unknown, key: string): number {
  const value = has(payload, key) ? payload[key] : undefined;
  if (typeof value !== 'number') throw new Error(`expected ${key} to be a number`);
  return value;
}

function bytes(payload: unknown): Uint8Array {
  if (!(payload instanceof Uint8Array)) throw new Error('expected a binary payload');
  return payload;
}

/** The channel ended first. */
function ignore(): void {}

/** What may be asked of a topic: its options are checked here, then it is the channels' business. */

import type { Join, Leave } from '../channel/requests.js';
import type { Delivery, Push, PushTerms } from '../channel/push-request.js';
import { badOption } from '../errors.js';
import { type Duration, milliseconds } from '../policy/duration.js';
import { type RejoinRule, type TopicRejoinPolicy, topicRejoinRule } from '../policy/rejoin.js';
import { requireBoolean, requireChoice, requireText, shown } from '../policy/requirements.js';
import { refuseUnknownRejoin, requireOptions } from './option-names.js';
import type { Sockets } from './sockets.js';

export type PushOptions = {
  /** From sent to reply, then `PHX_PUSH_TIMEOUT`. Default `timeouts.push`. */
  readonly timeout?: Duration;
  /**
   * Takes the push back when it aborts: before it was sent it fails with `PHX_PUSH_DROPPED` and never goes out; after
   * that it fails with `PHX_PUSH_ABORTED`, `delivered: 'unknown'`, and a late reply is ignored. May be shared by many.
   */
  readonly signal?: AbortSignal;
} & (
  | {
      /** Now, or `delivered: 'no'`: also while more than 1 MiB waits to be written. */
      readonly delivery: 'volatile';
    }
  | {
      /** The default: waits in the outbox for the join and for room to write, and is sent at most once. */
      readonly delivery?: 'buffered';
      /** How long it may wait to be sent, from the call, then `PHX_PUSH_DROPPED`. Default `outbox.ttl`. */
      readonly ttl?: Duration;
    }
  | {
      /**
       * Kept until it is replied to, also over a restart if `outbox.store` is given, and sent again after each loss: the server gets it
       * at least once, with the same key each time. The payload must be an object without the field `outbox.keyField`.
       */
      readonly delivery: 'confirmed';
      /** How long it is kept, from the call, in all. Default: for ever. */
      readonly ttl?: Duration;
      /**
       * Its idempotency key, of 1 to 255 characters. Default: made up. A push whose key waits already, with the same topic and
       * event, is that push.
       */
      readonly key?: string;
    }
);

export type JoinOptions = {
  /** From the join's frame, or the newest join reply on its socket, to the reply. Default `timeouts.join`. */
  readonly timeout?: Duration;
  /** Over the client's own `rejoin`, field by field. */
  readonly rejoin?: TopicRejoinPolicy;
  /**
   * Default true; a change takes effect with the next join. False: `presence_state` and `presence_diff` arrive as messages, and `presence` stays empty. For servers that
   * use these names for something else, or that say who comes and goes and never who is there.
   */
  readonly presence?: boolean;
};

const VOLATILE_OPTIONS = ['timeout', 'signal', 'delivery'];
const BUFFERED_OPTIONS = [...VOLATILE_OPTIONS, 'ttl'];
const CONFIRMED_OPTIONS = [...BUFFERED_OPTIONS, 'key'];
const OPTIONS: { readonly [D in Delivery]: readonly string[] } = {
  volatile: VOLATILE_OPTIONS,
  buffered: BUFFERED_OPTIONS,
  confirmed: CONFIRMED_OPTIONS,
};
/** That of Stripe, whose header made such keys known. */
const LONGEST_KEY = 255;

/** Throws `PHX_BAD_OPTION`. */
export function joinTopic(
  { channels, settings }: Sockets,
  topic: string,
  params: unknown,
  options: JoinOptions = {},
): Join {
  requireName('topic', topic);
  requireOptions(options, ['timeout', 'rejoin', 'presence']);
  const { timeout, rejoin, presence } = options;
  if (presence !== undefined) requireBoolean('presence', presence);
  return channels.join(topic, params ?? {}, {
    ...(timeout !== undefined && { timeout: milliseconds('timeout', timeout) }),
    ...(rejoin !== undefined && { rejoin: rejoinOf(rejoin, settings.rejoin) }),
    ...(presence !== undefined && { presence }),
  });
}

/** Throws `PHX_BAD_OPTION`. */
export function rejoinTopic({ channels }: Sockets, topic: string): Join {
  requireName('topic', topic);
  return channels.rejoin(topic);
}

/** Throws `PHX_BAD_OPTION`. */
export function leaveTopic({ channels }: Sockets, topic: string): Leave {
  requireName('topic', topic);
  return channels.leave(topic);
}

/** Throws `PHX_BAD_OPTION` or `PHX_ENCODING`, and then nothing has happened. */
export function pushTo(
  sockets: Sockets,
  topic: string,
  event: string,
  payload: unknown,
  options?: PushOptions,
): Push {
  const terms = pushTerms(sockets.settings, topic, event, options);
  return sockets.channels.push(topic, event, payload, terms);
}

/** What options come to. Throws `PHX_BAD_OPTION`. */
export function pushTerms(
  { timeouts, outbox }: Sockets['settings'],
  topic: string,
  event: string,
  options: PushOptions = {},
): PushTerms {
  requireName('topic', topic);
  requireName('event', event);
  requireOptions(options, CONFIRMED_OPTIONS);
  const { delivery = 'buffered', signal } = options;
  requireChoice('delivery', delivery, Object.keys(OPTIONS));
  requireOptions(options, OPTIONS[delivery]);
  if (signal !== undefined) requireSignal(signal);
  const key = 'key' in options ? options.key : undefined;
  if (key !== undefined) requireText('key', key, LONGEST_KEY);
  return {
    delivery,
    timeout: milliseconds('timeout', options.timeout ?? timeouts.push),
    ttl: ttlOf(delivery, 'ttl' in options ? options.ttl : undefined, outbox.ttl),
    ...(key !== undefined && { key }),
    ...(signal !== undefined && { signal }),
  };
}

function ttlOf(delivery: Delivery, ttl: Duration | undefined, buffered: number): number {
  if (ttl !== undefined) return milliseconds('ttl', ttl);
  return delivery === 'confirmed' ? Infinity : buffered;
}

function rejoinOf(policy: TopicRejoinPolicy, client: RejoinRule): RejoinRule {
  const rule = topicRejoinRule(policy, client);
  refuseUnknownRejoin(policy);
  return rule;
}

/** Who has no types may give anything. */
function requireName(what: string, name: unknown): void {
  if (typeof name === 'string') return;
  throw badOption(`${what} is ${shown(name)}: write a name`);
}

/** Anything that works as one will do: it may be of another realm. */
export function requireSignal(signal: unknown): void {
  const isSignal = typeof signal === 'object' && signal !== null && 'aborted' in signal;
  if (isSignal && 'addEventListener' in signal && 'removeEventListener' in signal) return;
  throw badOption(`signal is ${shown(signal)}: give the signal of an AbortController`);
}

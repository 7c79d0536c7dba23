/** A worker's line to the client that runs it: open from `start` on. */

import type { Join, Leave } from '../channel/requests.js';
import type { Pending, Push } from '../channel/push-request.js';
import { badOption, type PhoenixSocketError, UsageError } from '../errors.js';
import { type Duration, milliseconds } from '../policy/duration.js';
import { type RejoinRule, type TopicRejoinPolicy, topicRejoinRule } from '../policy/rejoin.js';
import { requireAtLeast, requireChoice, shown } from '../policy/requirements.js';
import type { Endpoint } from '../protocol/endpoint.js';
import { refuseUnknownRejoin, requireOptions } from '../sockets/option-names.js';
import type { Sockets } from '../sockets/sockets.js';
import type { JoinOptions, PushOptions } from './contract.js';
import type { Deferred } from './deferred.js';
import type { Timer, Timers } from './timers.js';

const VOLATILE_OPTIONS = ['timeout', 'signal', 'delivery'];
const PUSH_OPTIONS = [...VOLATILE_OPTIONS, 'ttl'];

/** What the commands need of a running client. */
export interface CommandTarget {
  readonly sockets: Sockets;
  readonly timers: Timers;
  readonly deferred: Deferred;
  readonly isStopped: boolean;
  stopSoon(reason: string | null): void;
}

export class Commands {
  #target: CommandTarget | null = null;

  /** Throws `PHX_ALREADY_STARTED`. */
  open(target: CommandTarget): void {
    if (this.#target !== null) {
      throw new UsageError('PHX_ALREADY_STARTED', 'this worker was started before: make a new one');
    }
    this.#target = target;
  }

  connect(endpoint: Endpoint | undefined): void {
    this.#running('connect').sockets.connect(endpoint);
  }

  disconnect(): void {
    const target = this.#started('disconnect');
    if (!target.isStopped) target.sockets.disconnect();
  }

  stop(reason: string | undefined): void {
    this.#started('stop').stopSoon(reason ?? null);
  }

  join(topic: string, params: unknown, options: JoinOptions = {}): Join {
    const { sockets } = this.#running('join');
    requireName('topic', topic);
    requireOptions(options, ['timeout', 'rejoin']);
    const { timeout, rejoin } = options;
    return sockets.channels.join(topic, params ?? {}, {
      ...(timeout !== undefined && { timeout: milliseconds('timeout', timeout) }),
      ...(rejoin !== undefined && { rejoin: rejoinOf(rejoin, sockets.settings.rejoin) }),
    });
  }

  rejoin(topic: string): Join {
    requireName('topic', topic);
    return this.#running('rejoin').sockets.channels.rejoin(topic);
  }

  leave(topic: string): Leave {
    requireName('topic', topic);
    return this.#started('leave').sockets.channels.leave(topic);
  }

  push(topic: string, event: string, payload: unknown, options: PushOptions = {}): Push {
    const { sockets } = this.#started('push');
    const { timeouts, outbox } = sockets.settings;
    requireName('topic', topic);
    requireName('event', event);
    requireOptions(options, PUSH_OPTIONS);
    if (options.delivery === 'volatile') requireOptions(options, VOLATILE_OPTIONS);
    const { delivery = 'buffered', signal } = options;
    requireChoice('delivery', delivery, ['volatile', 'buffered']);
    if (signal !== undefined) requireSignal(signal);
    const ttl = 'ttl' in options ? options.ttl : undefined;
    return sockets.channels.push(topic, event, payload, {
      delivery,
      timeout: milliseconds('timeout', options.timeout ?? timeouts.push),
      ttl: milliseconds('ttl', ttl ?? outbox.ttl),
      ...(signal !== undefined && { signal }),
    });
  }

  joined(topic: string): boolean {
    return this.#target?.sockets.channels.isJoined(topic) ?? false;
  }

  after(delay: Duration, turn: () => unknown): Timer {
    requireFunction('after', turn);
    return this.#running('after').timers.after(milliseconds('after', delay), turn);
  }

  every(interval: Duration, turn: () => unknown): Timer {
    const ms = milliseconds('every', interval);
    requireAtLeast('every', ms, 1);
    requireFunction('every', turn);
    return this.#running('every').timers.every(ms, turn);
  }

  defer<R>(work: (signal: AbortSignal) => Promise<R>): Pending<R, PhoenixSocketError> {
    requireFunction('defer', work);
    return this.#running('defer').deferred.run(work);
  }

  #started(command: string): CommandTarget {
    if (this.#target !== null) return this.#target;
    throw new UsageError('PHX_NOT_STARTED', `${command} before start: call it from init or later`);
  }

  #running(command: string): CommandTarget {
    const target = this.#started(command);
    if (!target.isStopped) return target;
    throw new UsageError('PHX_STOPPED', `${command} after the worker stopped: start a new one`);
  }
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

function requireFunction(command: string, work: unknown): void {
  if (typeof work === 'function') return;
  throw badOption(`${command} was given ${shown(work)}: write a function`);
}

/** Anything that works as one will do: it may be of another realm. */
function requireSignal(signal: unknown): void {
  const isSignal = typeof signal === 'object' && signal !== null && 'aborted' in signal;
  if (isSignal && 'addEventListener' in signal && 'removeEventListener' in signal) return;
  throw badOption(`signal is ${shown(signal)}: give the signal of an AbortController`);
}

/** A worker's line to the client that runs it: open from `start` on. */

import type { Presence } from '../channel/presence.js';
import type { Join, Leave } from '../channel/requests.js';
import type { Pending, Push } from '../channel/push-request.js';
import { badOption, type PhoenixSocketError, UsageError } from '../errors.js';
import { type Duration, milliseconds } from '../policy/duration.js';
import { requireAtLeast, shown } from '../policy/requirements.js';
import type { Endpoint } from '../protocol/endpoint.js';
import type { Sockets } from '../sockets/sockets.js';
import {
  type JoinOptions,
  joinTopic,
  leaveTopic,
  type PushOptions,
  pushTo,
  rejoinTopic,
} from '../sockets/topic-commands.js';
import type { Deferred } from './deferred.js';
import type { Timer, Timers } from './timers.js';

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

  join(topic: string, params: unknown, options?: JoinOptions): Join {
    return joinTopic(this.#running('join').sockets, topic, params, options);
  }

  rejoin(topic: string): Join {
    return rejoinTopic(this.#running('rejoin').sockets, topic);
  }

  leave(topic: string): Leave {
    return leaveTopic(this.#started('leave').sockets, topic);
  }

  push(topic: string, event: string, payload: unknown, options?: PushOptions): Push {
    return pushTo(this.#started('push').sockets, topic, event, payload, options);
  }

  joined(topic: string): boolean {
    return this.#target?.sockets.channels.isJoined(topic) ?? false;
  }

  presence(topic: string): Presence {
    return this.#started('presence').sockets.channels.presence(topic);
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

function requireFunction(command: string, work: unknown): void {
  if (typeof work === 'function') return;
  throw badOption(`${command} was given ${shown(work)}: write a function`);
}

/** A worker's line to the client that runs it: open from `start` on. */

import type { Join, Leave } from '../channel/requests.js';
import type { Push } from '../channel/push-request.js';
import { UsageError } from '../errors.js';
import { milliseconds } from '../policy/duration.js';
import { type RejoinRule, type TopicRejoinPolicy, topicRejoinRule } from '../policy/rejoin.js';
import { badOption, requireChoice, shown } from '../policy/requirements.js';
import type { Endpoint } from '../protocol/endpoint.js';
import { refuseOthers, refuseUnknownRejoin } from '../sockets/option-names.js';
import type { Sockets } from '../sockets/sockets.js';
import type { JoinOptions, PushOptions } from './contract.js';

/** What the commands need of a running client. */
export interface CommandTarget {
  readonly sockets: Sockets;
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
    const { timeout, rejoin } = options;
    requireName('topic', topic);
    refuseOthers('option', Object.keys(options), ['timeout', 'rejoin']);
    return sockets.channels.join(topic, params ?? {}, {
      ...(timeout !== undefined && { timeout: milliseconds('timeout', timeout) }),
      ...(rejoin !== undefined && { rejoin: rejoinOf(rejoin, sockets.settings.rejoin) }),
    });
  }

  leave(topic: string): Leave {
    return this.#started('leave').sockets.channels.leave(topic);
  }

  push(topic: string, event: string, payload: unknown, options: PushOptions = {}): Push {
    const { sockets } = this.#started('push');
    const { timeouts, outbox } = sockets.settings;
    requireName('topic', topic);
    requireName('event', event);
    const allowed = options.delivery === 'volatile' ? [] : ['ttl'];
    refuseOthers('option', Object.keys(options), ['timeout', 'delivery', ...allowed]);
    const { delivery = 'buffered' } = options;
    requireChoice('delivery', delivery, ['volatile', 'buffered']);
    const ttl = 'ttl' in options ? options.ttl : undefined;
    return sockets.channels.push(topic, event, payload, {
      delivery,
      timeout: milliseconds('timeout', options.timeout ?? timeouts.push),
      ttl: milliseconds('ttl', ttl ?? outbox.ttl),
    });
  }

  joined(topic: string): boolean {
    return this.#target?.sockets.channels.isJoined(topic) ?? false;
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

/** A correct client as a table of its channels: what each frame changes, and what its worker is told of it. */

import type { Fields, Version } from './client-frames.js';
import { Witness } from './client-presence.js';

/** One call of a callback. Errors are plain objects here, and refs are those of the recording. */
export type Told = { readonly callback: string; readonly fact: unknown };

/** How a client comes to say a message: in a frame, by a command that writes none, or never. */
export type Saying = 'frame' | 'command' | 'never';

type Reply = { readonly status: string; readonly response: unknown };

type Channel = {
  readonly joinRef: string | null;
  state: 'joining' | 'joined' | 'leaving';
  leaveRef: string | null;
  /** Ref to event. */
  readonly unanswered: Map<string, string>;
  /** Pushed before the join was answered. */
  readonly waiting: Fields[];
  readonly witness: Witness;
};

/** Nothing is rejoined: the policy of the worker in these tests is to do as the recording does. */
const RETRY_IN = null;

export class ClientModel {
  readonly told: Told[] = [];
  /** How many messages were heard that answer or belong to nothing. */
  stale = 0;
  readonly #version: Version;
  readonly #channels = new Map<string, Channel>();

  constructor(version: Version) {
    this.#version = version;
  }

  tell(callback: string, fact: unknown): void {
    this.told.push({ callback, fact });
  }

  say(message: Fields): Saying {
    const channel = this.#channels.get(message.topic);
    if (message.event === 'heartbeat') return 'frame';
    if (message.event === 'phx_join') return this.#join(message, channel);
    if (channel === undefined) return this.#sayToNobody(message);
    if (message.event === 'phx_leave') return leave(message, channel);
    return push(message, channel);
  }

  hear(message: Fields): void {
    const channel = this.#channels.get(message.topic);
    if (channel === undefined && message.topic === 'phoenix') return;
    if (channel === undefined || !this.#hearOn(channel, message)) this.stale += 1;
  }

  /** Each push that still waits for its join is given up; no reply that is still missing is told. */
  fall(close: object): void {
    for (const { waiting } of this.#channels.values()) {
      for (const message of waiting) this.#dropPush(message);
    }
    this.#channels.clear();
    this.tell('handleDisconnected', { close, attempt: 1, retryIn: RETRY_IN });
  }

  /** A join of what is wanted only replaces the params. */
  #join({ topic, ref }: Fields, existing: Channel | undefined): Saying {
    if (existing !== undefined) return 'command';
    this.#channels.set(topic, {
      joinRef: refOf(ref),
      state: 'joining',
      leaveRef: null,
      unanswered: new Map(),
      waiting: [],
      witness: new Witness(),
    });
    return 'frame';
  }

  /** A leave of what nobody wants is done; a push to it is dropped. */
  #sayToNobody(message: Fields): Saying {
    if (message.event !== 'phx_leave') this.#dropPush(message);
    return 'command';
  }

  #dropPush({ topic, event, payload, ref }: Fields): void {
    const fate = { delivered: 'no', status: null, response: null, retryable: true };
    const push = { name: 'PushError', topic, event, ref: refOf(ref) };
    const error = { ...push, code: 'PHX_PUSH_DROPPED', ...fate };
    this.tell('handlePushError', { topic, event, key: null, payload, error });
  }

  /** False: it is stale. */
  #hearOn(channel: Channel, message: Fields): boolean {
    switch (message.event) {
      case 'phx_reply':
        return this.#hearReply(message, channel);
      case 'phx_close':
        return this.#hearEnd(message, channel, 'closed');
      case 'phx_error':
        return this.#hearEnd(message, channel, 'crashed');
      default:
        return this.#hearMessage(message, channel);
    }
  }

  #hearMessage({ joinRef, topic, event, payload }: Fields, channel: Channel): boolean {
    if (channel.state !== 'joined' || !isCurrent(refOf(joinRef), channel)) return false;
    const changes = channel.witness.hear(event, payload);
    if (changes === null) this.tell('handleMessage', { topic, event, payload });
    for (const change of changes ?? []) this.tell('handlePresence', { topic, ...change });
    return true;
  }

  #hearReply({ topic, ref, payload }: Fields, channel: Channel): boolean {
    const to = refOf(ref);
    const reply = payload as Reply;
    if (to === null) return false;
    if (to === channel.joinRef) this.#hearJoinReply(topic, channel, reply);
    else if (to === channel.leaveRef) this.#hearLeaveReply(topic);
    else return this.#hearPushReply(topic, channel, to, reply);
    return true;
  }

  #hearPushReply(topic: string, channel: Channel, ref: string, reply: Reply): boolean {
    const event = channel.unanswered.get(ref);
    if (event === undefined) return false;
    channel.unanswered.delete(ref);
    this.tell('handleReply', { topic, event, ref, key: null, ...reply });
    return true;
  }

  #hearJoinReply(topic: string, channel: Channel, { status, response }: Reply): void {
    if (status === 'ok') {
      channel.state = 'joined';
      this.tell('handleJoined', { topic, response, gap: null });
      return;
    }
    this.#channels.delete(topic);
    const code = 'PHX_JOIN_REFUSED';
    const error = { name: 'JoinError', code, topic, response, retryable: true };
    this.tell('handleJoinError', { topic, error, attempt: 1, retryIn: RETRY_IN });
  }

  /** On version 1 the close that follows tells it. */
  #hearLeaveReply(topic: string): void {
    if (this.#version === 'v2') this.#end(topic, 'left', {});
  }

  /** Version 1 has the join's ref in the place of the message's own, or null. */
  #hearEnd(message: Fields, channel: Channel, cause: 'closed' | 'crashed'): boolean {
    const ended = refOf(this.#version === 'v1' ? message.ref : message.joinRef);
    if (!isCurrent(ended, channel)) return false;
    if (channel.state === 'leaving') this.#end(message.topic, 'left', {});
    else this.#end(message.topic, cause, message.payload);
    return true;
  }

  #end(topic: string, cause: string, payload: unknown): void {
    this.#channels.delete(topic);
    this.tell('handleChannelClosed', { topic, cause, payload, retryIn: RETRY_IN });
  }
}

function leave({ ref }: Fields, channel: Channel): Saying {
  channel.state = 'leaving';
  channel.leaveRef = refOf(ref);
  return 'frame';
}

/** Version 1 may leave the join_ref out. */
function push(message: Fields, channel: Channel): Saying {
  if (channel.state !== 'joined') {
    channel.waiting.push(message);
    return 'command';
  }
  if (!isCurrent(refOf(message.joinRef), channel)) return 'never';
  channel.unanswered.set(String(message.ref), message.event);
  return 'frame';
}

function isCurrent(joinRef: string | null, channel: Channel): boolean {
  return joinRef === null || joinRef === channel.joinRef;
}

function refOf(ref: Fields['ref']): string | null {
  return ref === null ? null : String(ref);
}

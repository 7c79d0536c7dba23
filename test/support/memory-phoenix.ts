/** The server at the other end of a memory transport: it answers by a script, in the text of version 2 or 1. */

import type { WireMessage } from '../../src/protocol/message.js';
import type { Frame } from '../../src/protocol/serializer.js';
import { v1 } from '../../src/protocol/v1-serializer.js';
import { v2 } from '../../src/protocol/v2-serializer.js';
import {
  type MemoryDial,
  type MemoryRefusal,
  type MemoryServer,
  type MemorySession,
  memoryTransport,
} from '../../src/transport/memory-transport.js';
import type { Transport } from '../../src/transport/transport.js';

/** What a client sent, and over which session. */
export type Received = WireMessage & { readonly session: MemorySession };

/** A reply's status and response. */
export type Answered = readonly [status: string, response: unknown];
/** Null: no reply. */
export type Answer = Answered | null;

/** `count` is how many of the kind came before and with it; of joins and leaves, for the same topic. */
export type Script = {
  /** Default: accepts. Null: nobody answers, or the script has. */
  dial?(dial: MemoryDial, count: number): 'accept' | MemoryRefusal | null;
  /** Default: ok. */
  join?(message: Received, count: number): Answer;
  /** Default: ok, then `phx_close`, as Phoenix does. */
  leave?(message: Received, count: number): Answer;
  /** Default: no reply, as from a handler that returns `:noreply`. */
  push?(message: Received, count: number): Answer;
  /** Default: ok. */
  heartbeat?(message: Received, count: number): Answer;
};

export const OK: Answered = ['ok', {}];

export function refusal(reason: string): Answered {
  return ['error', { reason }];
}

export class MemoryPhoenix {
  readonly transport: Transport;
  readonly dials: MemoryDial[] = [];
  readonly sessions: MemorySession[] = [];
  /** All messages of the client, in order. */
  readonly received: Received[] = [];
  /** May be changed at any time. */
  script: Script;
  readonly #vsn: '1.0.0' | '2.0.0';
  readonly #memberships = new Map<string, Received>();

  constructor(script: Script = {}, vsn: '1.0.0' | '2.0.0' = '2.0.0') {
    const { transport, server } = memoryTransport();
    this.transport = transport;
    this.script = script;
    this.#vsn = vsn;
    void this.#takeDials(server);
  }

  /** Those of the client's messages that have this event, and this topic if one is named. */
  sent(event: string, topic?: string): readonly Received[] {
    return this.received.filter(
      (message) => message.event === event && (topic ?? message.topic) === message.topic,
    );
  }

  accept(dial: MemoryDial): void {
    const session = dial.accept();
    this.sessions.push(session);
    void this.#read(session);
  }

  reply(to: Received, [status, response]: Answered): void {
    if (to.event === 'phx_join' && status === 'ok') this.#memberships.set(to.topic, to);
    this.#say(to.session, { ...to, event: 'phx_reply', payload: { status, response } });
  }

  /** What Phoenix says to a message for a topic that is not joined. */
  replyUnmatched(to: Received): void {
    const payload = { status: 'error', response: { reason: 'unmatched topic' } };
    this.#say(to.session, { ...to, joinRef: null, event: 'phx_reply', payload });
  }

  /** To the newest member of the topic alone. */
  push(topic: string, event: string, payload: unknown = {}): void {
    const { session, joinRef } = this.#member(topic);
    this.#say(session, { joinRef, ref: null, topic, event, payload });
  }

  broadcast(topic: string, event: string, payload: unknown = {}): void {
    const { session } = this.#member(topic);
    this.#say(session, { joinRef: null, ref: null, topic, event, payload });
  }

  /** Ends a membership on purpose: the newest of the topic, unless another join is given. */
  close(topic: string, join: Received = this.#member(topic)): void {
    this.#say(join.session, { ...join, ref: join.joinRef, event: 'phx_close', payload: {} });
  }

  crash(topic: string, join: Received = this.#member(topic)): void {
    const payload = { reason: 'channel_crash' };
    this.#say(join.session, { ...join, ref: join.joinRef, event: 'phx_error', payload });
  }

  /** The newest session ends without a Close frame. */
  cut(): void {
    this.#newest().cut();
  }

  kick(code: number, reason = ''): void {
    this.#newest().close(code, reason);
  }

  /** Sends a frame as it is. */
  sendRaw(frame: Frame): void {
    this.#newest().send(frame);
  }

  #newest(): MemorySession {
    const session = this.sessions.at(-1);
    if (session === undefined) throw new Error('no session was accepted yet');
    return session;
  }

  #member(topic: string): Received {
    const join = this.#memberships.get(topic);
    if (join === undefined) throw new Error(`nobody has joined ${topic} yet`);
    return join;
  }

  async #takeDials(server: MemoryServer): Promise<never> {
    for (;;) {
      const dial = await server.dials.next();
      this.dials.push(dial);
      const { dial: answer = () => 'accept' } = this.script;
      const answered = answer(dial, this.dials.length);
      if (answered === 'accept') this.accept(dial);
      else if (answered !== null) dial.refuse(answered);
    }
  }

  /** Reads text only: a binary frame is there to be looked at, among the frames of its session. */
  async #read(session: MemorySession): Promise<never> {
    for (;;) {
      const frame = await session.received.next();
      if (typeof frame !== 'string') continue;
      const message = { ...this.#decode(frame), session };
      this.received.push(message);
      this.#answer(message);
    }
  }

  #answer(message: Received): void {
    const { event, topic } = message;
    const count = this.sent(event, topic).length;
    if (event === 'phx_join') this.#answerWith(message, this.script.join, count, OK);
    else if (event === 'heartbeat') this.#answerWith(message, this.script.heartbeat, count, OK);
    else if (event === 'phx_leave') this.#answerLeave(message, count);
    else this.#answerWith(message, this.script.push, count, null);
  }

  #answerLeave(message: Received, count: number): void {
    this.#answerWith(message, this.script.leave, count, OK);
    if (this.script.leave === undefined) this.close(message.topic, message);
  }

  #answerWith(
    message: Received,
    answer: ((message: Received, count: number) => Answer) | undefined,
    count: number,
    otherwise: Answer,
  ): void {
    const given = answer === undefined ? otherwise : answer(message, count);
    if (given !== null) this.reply(message, given);
  }

  #decode(frame: string): WireMessage {
    const message = (this.#vsn === '1.0.0' ? v1 : v2).decode(frame);
    if (message instanceof Error) throw message;
    return message;
  }

  /** Version 1 has no `join_ref` on its way out, and the end of a join carries it as its ref. */
  #say(session: MemorySession, { joinRef, ref, topic, event, payload }: WireMessage): void {
    const fields =
      this.#vsn === '1.0.0'
        ? { topic, event, ref, payload }
        : [joinRef, ref, topic, event, payload];
    session.send(JSON.stringify(fields));
  }
}

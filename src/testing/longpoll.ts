/** The long-poll side of a double: which request belongs to which session, and what it is answered. */

import type { IncomingMessage } from 'node:http';
import type { Connect, Refusal } from './connect.js';
import type { FaultState } from './faults.js';
import {
  BAD_REQUEST,
  CRASHED,
  type Handshake,
  negotiateLongPoll,
  type Place,
} from './handshake.js';
import type { Answer } from './listener.js';
import type { Note } from './log-entry.js';
import { framesIn } from './longpoll-body.js';
import {
  type LongPollHost,
  LongPollSession,
  type LongPollTimes,
  type Polled,
} from './longpoll-session.js';
import { LongPollTokens } from './longpoll-token.js';
import type { ServerSocket, Wire } from './server-socket.js';

/** What long poll asks of the server that it belongs to. */
export interface LongPollServer {
  readonly faults: FaultState;
  readonly connect: Connect;
  /** Notes a dial; what becomes of it is noted where this says. */
  dialed(request: IncomingMessage): Note;
  open(handshake: Handshake, wire: Wire, note: Note): ServerSocket;
}

/** The longest that a timer of Node's runs: a session has a watch of its own. */
const NEVER = 2 ** 31 - 1;

export class LongPoll implements LongPollHost {
  readonly #server: LongPollServer;
  readonly #times: LongPollTimes;
  readonly #tokens = new LongPollTokens();
  readonly #sessions = new Map<string, LongPollSession>();

  constructor(server: LongPollServer, times: LongPollTimes) {
    this.#server = server;
    this.#times = times;
  }

  isFrozen(): boolean {
    return this.#server.faults.frozen;
  }

  ended(session: LongPollSession): void {
    for (const [token, each] of this.#sessions) if (each === session) this.#sessions.delete(token);
  }

  /** A half-open server answers nothing, and what has come meanwhile never. */
  answer(request: IncomingMessage, place: Place): Promise<Answer> | Answer {
    if (this.isFrozen()) return 'stalled';
    switch (request.method ?? '') {
      case 'GET':
        return this.#listen(request, place);
      case 'POST':
        return this.#publish(request, place);
      case 'OPTIONS':
        return { status: 200 };
      default:
        return BAD_REQUEST;
    }
  }

  async #listen(request: IncomingMessage, place: Place): Promise<Answer> {
    const token = tokenOf(request, place);
    const session = await this.#sessionOf(token);
    if (session === null) return this.#dial(request, place);
    return this.#server.faults.refusal ?? told(await session.poll(), token);
  }

  /** Whatever `connect` says against a dial, the client is told 403. */
  async #dial(request: IncomingMessage, place: Place): Promise<Answer> {
    const { faults, connect } = this.#server;
    const note = this.#server.dialed(request);
    if (faults.stalled) return 'stalled';
    if (faults.refusal !== null) return refused(faults.refusal, note);
    const handshake = await negotiateLongPoll(request, place, connect);
    if (handshake === CRASHED) return refused(CRASHED, note);
    if ('status' in handshake) {
      refused({ status: 403 }, note);
      return json({ status: 403 });
    }
    return json({ status: 410, token: this.#open(handshake, note), messages: [] });
  }

  #open(handshake: Handshake, note: Note): string {
    const token = this.#tokens.issue();
    const session = new LongPollSession(this.#times, this);
    this.#sessions.set(token, session);
    const mount = { ...handshake.mount, idleTimeout: NEVER };
    session.carry(this.#server.open({ ...handshake, mount }, session, note));
    return token;
  }

  /** Frames are handled one by one; the first that is not in time takes those behind it along. */
  async #publish(request: IncomingMessage, place: Place): Promise<Answer> {
    const session = await this.#sessionOf(tokenOf(request, place));
    const { refusal } = this.#server.faults;
    if (refusal !== null) return refusal;
    if (session === null) return json({ status: 410 });
    const frames = await framesIn(request);
    if (typeof frames === 'number') return { status: frames };
    for (const frame of frames) {
      if (!(await session.handled(frame))) return json({ status: 408 });
    }
    return json({ status: 200 });
  }

  /** Of a token that is ours the session is called for, in vain when it is gone or busy. */
  async #sessionOf(token: string | null): Promise<LongPollSession | null> {
    if (token === null || !this.#tokens.isOurs(token)) return null;
    const session = this.#sessions.get(token);
    if (session !== undefined) return (await session.answers()) ? session : null;
    await new Promise((resolve) => setTimeout(resolve, this.#times.pubsubTimeout).unref());
    return null;
  }
}

/** The header wins, as since Phoenix 1.8.10. */
function tokenOf({ headers }: IncomingMessage, { params }: Place): string | null {
  const token = headers['x-phoenix-longpoll-token'] ?? params['token'];
  return typeof token === 'string' ? token : null;
}

function told(polled: Polled, token: string | null): Answer {
  if (polled === 'unencodable') return { status: 500, body: 'Internal Server Error' };
  if (polled === 'nothing') return json({ status: 204, token, messages: [] });
  return json({ status: 200, token, messages: polled.frames });
}

function refused(refusal: Refusal, note: Note): Refusal {
  note({ kind: 'refused', status: refusal.status });
  return refusal;
}

/** The status that counts is in the body. */
function json(body: object): Refusal {
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  return { status: 200, headers, body: JSON.stringify(body) };
}

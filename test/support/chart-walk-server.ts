/** The far end of the random walk: a Phoenix server in any mood, and the network before it. */

import { lost } from '../../src/protocol/close.js';
import type { WireMessage } from '../../src/protocol/message.js';
import { EVENTS, TOO_MANY_CHANNELS, UNMATCHED_TOPIC } from '../../src/protocol/names.js';
import type { Serializer } from '../../src/protocol/serializer.js';
import type { Transports } from '../../src/sockets/transports.js';
import type { Transport } from '../../src/transport/transport.js';
import { refusedClose } from '../../src/transport/upgrade-refusal.js';
import type { Chance } from './chart-chance.js';
import { type Dialer, type FarEnd, Line } from './chart-walk-line.js';

const REFUSALS = [401, 403, 404, 500, 503];
const CLOSE_CODES = [1000, 1001, 1006, 1011, 1012];

export class WalkServer implements FarEnd {
  readonly serializer: Serializer;
  readonly transport: Transport;
  /** Not yet ended. */
  readonly lines = new Set<Line>();
  readonly protested: string[] = [];
  readonly joinRefs = new Set<string>();
  /** How many channels a line admits. */
  limit = Infinity;
  /** How likely what it hears is answered at once. */
  eagerness = 0.5;
  readonly #chance: Chance;

  constructor(chance: Chance, serializer: Serializer, whoDials: () => Dialer | null) {
    this.#chance = chance;
    this.serializer = serializer;
    this.transport = {
      name: 'walk',
      dial: (request, sink) => {
        const line = new Line(whoDials(), request, sink, this);
        this.lines.add(line);
        if (chance.happens(0.3)) this.answersDial(line);
        return line;
      },
    };
  }

  /** One way to it, or two. */
  get ways(): Transports {
    if (this.#chance.happens(0.5)) return [this.transport];
    return [this.transport, { ...this.transport, name: 'another' }];
  }

  linesThat(hold: (line: Line) => boolean): readonly Line[] {
    return [...this.lines].filter(hold);
  }

  // What the client does.

  hears(line: Line, message: WireMessage): void {
    if (message.event === EVENTS.join) this.#notes(message);
    if (this.#chance.happens(0.005)) this.ends(line);
    else if (this.#chance.happens(0.002)) throw new Error('a transport must not throw');
    else if (this.#mayAnswerAtOnce(line, message)) this.#answers(line, message);
    else line.unanswered.push(message);
  }

  isLeft(line: Line): void {
    if (this.#chance.happens(0.5)) this.ends(line);
  }

  protests(what: string): void {
    this.protested.push(what);
  }

  // What a step may ask of it.

  answersDial(line: Line): void {
    const status = this.#chance.pick(REFUSALS) ?? 500;
    this.#chance.weigh([
      [6, () => line.opens()],
      [1, () => this.#fails(line, status)],
      [1, () => this.ends(line)],
    ])();
  }

  /** In any order: replies may overtake each other. */
  answersOne(line: Line): void {
    const message = this.#chance.pick(line.unanswered);
    if (message === undefined) return;
    line.unanswered.splice(line.unanswered.indexOf(message), 1);
    this.#answers(line, message);
  }

  ignoresOne(line: Line): void {
    line.unanswered.shift();
  }

  endsMembership(line: Line): void {
    const [topic, joinRef] = this.#chance.pick([...line.members]) ?? [];
    if (topic === undefined || joinRef === undefined) return;
    line.members.delete(topic);
    const event = this.#chance.happens(0.5) ? EVENTS.close : EVENTS.error;
    this.#says(line, { joinRef, ref: joinRef, topic, event, payload: {} });
  }

  /** Without a word: a push will tell. */
  forgetsMembership(line: Line): void {
    const [topic] = this.#chance.pick([...line.members]) ?? [];
    if (topic !== undefined) line.members.delete(topic);
  }

  broadcasts(line: Line): void {
    const [topic, own] = this.#chance.pick([...line.members]) ?? [];
    if (topic === undefined || own === undefined) return;
    const joinRef = this.#chance.happens(0.5) ? own : null;
    this.#says(line, { joinRef, ref: null, topic, event: 'said', payload: {} });
  }

  /** Something that it said before on this line. */
  repeats(line: Line): void {
    const frame = this.#chance.pick(line.said);
    if (frame !== undefined) line.repeats(frame);
  }

  ends(line: Line): void {
    this.lines.delete(line);
    const code = this.#chance.pick(CLOSE_CODES) ?? 1006;
    line.ends({ cause: 'peer', code, reason: '', status: null });
  }

  // How it answers.

  /** Never that it is full: the client would make an actor in an action, of which XState warns in development. */
  #mayAnswerAtOnce(line: Line, { event }: WireMessage): boolean {
    const isFull = line.members.size >= this.limit;
    return !(isFull && event === EVENTS.join) && this.#chance.happens(this.eagerness);
  }

  #notes({ joinRef, topic }: WireMessage): void {
    if (joinRef === null || this.joinRefs.has(joinRef)) {
      this.protests(`the join of ${topic} used join_ref ${String(joinRef)} a second time`);
    } else this.joinRefs.add(joinRef);
  }

  #fails(line: Line, status: number): void {
    this.lines.delete(line);
    const headers = { 'retry-after': '2' };
    const refused = refusedClose({ status, headers, body: new Uint8Array() });
    line.ends(this.#chance.happens(0.5) ? refused : lost('network', 'no route'));
  }

  #answers(line: Line, message: WireMessage): void {
    switch (message.event) {
      case EVENTS.heartbeat:
        this.#replies(line, message, 'ok');
        return;
      case EVENTS.join:
        this.#answersJoin(line, message);
        return;
      case EVENTS.leave:
        this.#answersLeave(line, message);
        return;
      default:
        this.#answersPush(line, message);
    }
  }

  #answersJoin(line: Line, message: WireMessage): void {
    const { topic } = message;
    const joinRef = message.joinRef ?? '';
    const held = line.members.get(topic);
    if (held !== undefined) this.#closes(line, topic, held);
    if (line.members.size >= this.limit) {
      this.#replies(line, message, 'error', { reason: TOO_MANY_CHANNELS });
      return;
    }
    this.#chance.weigh([
      [7, () => this.#admits(line, message, joinRef)],
      [2, () => this.#replies(line, message, 'error', { reason: 'no' })],
      [0.5, () => this.#says(line, { ...message, event: EVENTS.error, payload: {} })],
      [0.5, () => this.#says(line, { ...message, event: EVENTS.close, payload: {} })],
    ])();
  }

  #admits(line: Line, message: WireMessage, joinRef: string): void {
    line.members.set(message.topic, joinRef);
    this.#replies(line, message, 'ok');
  }

  #answersLeave(line: Line, message: WireMessage): void {
    const { topic, joinRef } = message;
    this.#replies(line, message, 'ok');
    if (joinRef !== null && line.members.get(topic) === joinRef) this.#closes(line, topic, joinRef);
  }

  #answersPush(line: Line, message: WireMessage): void {
    const { topic, joinRef } = message;
    if (joinRef !== null && line.members.get(topic) === joinRef) {
      this.#replies(line, message, this.#chance.happens(0.8) ? 'ok' : 'error');
    } else {
      const response = { reason: UNMATCHED_TOPIC };
      this.#replies(line, { ...message, joinRef: null }, 'error', response);
    }
  }

  #closes(line: Line, topic: string, joinRef: string): void {
    line.members.delete(topic);
    this.#says(line, { joinRef, ref: joinRef, topic, event: EVENTS.close, payload: {} });
  }

  #replies(line: Line, message: WireMessage, status: string, response: unknown = {}): void {
    this.#says(line, { ...message, event: EVENTS.reply, payload: { status, response } });
  }

  /** Version 1 says `join_ref` never, and the join's in `ref` when the join has ended. */
  #says(line: Line, message: WireMessage): void {
    line.says(this.serializer.attributesClose === false ? { ...message, joinRef: null } : message);
  }
}

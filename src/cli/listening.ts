/** A listen that runs: what comes is printed, what is typed is pushed, what happens is said on stderr. */

import { createInterface } from 'node:readline';
import { type Channel, hasCode, type Socket } from '../index.js';
import { wordsOf } from '../errors.js';
import { CommandError } from './exit-codes.js';
import { jsonOf } from './json-text.js';
import type { RawFrames } from './raw-frames.js';
import type { Terminal } from './terminal.js';

export type ListenTerms = {
  readonly topics: readonly string[];
  readonly params: unknown;
  /** Of events; `*` stands for anything. */
  readonly pattern: string;
  /** How many lines are printed. */
  readonly limit: number;
  readonly write: (value: unknown) => string;
};

/** A push on stdin. `topic` may be left out when there is only one. */
type Pushed = { readonly topic?: string; readonly event: string; readonly payload?: unknown };

export class Listening {
  readonly #socket: Socket;
  readonly #terminal: Terminal;
  readonly #terms: ListenTerms;
  readonly #channels = new Map<string, Channel>();
  readonly #wanted: RegExp;
  /** Resolves when as many lines are printed as were asked for. */
  readonly #done: Promise<void>;
  #tellDone: () => void = () => undefined;
  #left: number;

  constructor(socket: Socket, terminal: Terminal, terms: ListenTerms) {
    this.#socket = socket;
    this.#terminal = terminal;
    this.#terms = terms;
    this.#left = terms.limit;
    this.#wanted = patternOf(terms.pattern);
    this.#done = new Promise((resolve) => {
      this.#tellDone = resolve;
    });
  }

  /** Ends when as many lines are printed as were asked for; rejects when a join is refused, or nothing comes any more. */
  async run(frames: RawFrames | null): Promise<void> {
    // Printed from the start: what comes before the last topic is joined counts.
    const work = [this.#done, frames === null ? this.#printMessages() : this.#printFrames(frames)];
    await Promise.race([this.#join(), ...work]);
    const input = this.#pushInput(frames === null);
    try {
      await Promise.race([this.#tellLosses(), this.#closed(), ...work]);
    } finally {
      input.close();
    }
  }

  async #join(): Promise<void> {
    const { topics, params } = this.#terms;
    for (const topic of topics) {
      // Presence is printed as it comes.
      this.#channels.set(topic, await this.#socket.join(topic, params, { presence: false }));
      this.#terminal.err(`joined ${topic}`);
    }
  }

  async #printMessages(): Promise<void> {
    for await (const { topic, event, payload } of this.#socket.messages()) {
      await this.#print(event, { topic, event, payload });
    }
  }

  async #printFrames(frames: RawFrames): Promise<void> {
    for await (const message of frames.messages) {
      await this.#print(eventOf(message), message);
    }
  }

  async #print(event: string, value: unknown): Promise<void> {
    if (this.#left <= 0 || !this.#wanted.test(event)) return;
    this.#left -= 1;
    const isLast = this.#left === 0;
    await this.#terminal.print(this.#terms.write(value));
    if (isLast) this.#tellDone();
  }

  /** Never ends by itself. */
  async #tellLosses(): Promise<never> {
    for await (const { state, close } of this.#socket.changes()) {
      if (state === 'backingOff')
        this.#terminal.err(`connection lost (${close?.cause ?? ''}): trying again`);
      if (state === 'connected' && close !== null) this.#terminal.err('connected again');
    }
    return new Promise(() => undefined);
  }

  async #closed(): Promise<never> {
    const reason = await this.#socket.closed;
    const why = reason.kind === 'gaveUp' ? `: ${reason.close.cause} ${reason.close.reason}` : '';
    throw new CommandError('unavailable', `the connection was given up${why}`);
  }

  /** Its end does not end the listening. */
  #pushInput(tellsReplies: boolean): { close(): void } {
    const lines = createInterface({ input: process.stdin });
    let number = 0;
    lines.on('line', (line) => {
      number += 1;
      if (line.trim() !== '') void this.#push(line, `line ${number} of stdin`, tellsReplies);
    });
    return lines;
  }

  /** Never rejects: what is wrong with a line is said, and the next one is read. */
  async #push(line: string, which: string, tellsReplies: boolean): Promise<void> {
    try {
      const { topic, event, payload } = pushedIn(line, which, this.#terms.topics);
      const channel = this.#channels.get(topic);
      if (channel === undefined) throw new Error(`${which}: ${topic} is not among the topics`);
      const push = channel.push(event, payload);
      const { status, response } = await push.reply();
      if (tellsReplies) await this.#print(event, { topic, event, ref: push.ref, status, response });
    } catch (error) {
      // Many handlers never reply, and what the end of the command breaks is nobody's concern.
      const isOver = this.#left <= 0 || this.#terminal.signal.aborted;
      if (!isOver && !hasCode(error, 'PHX_PUSH_TIMEOUT'))
        this.#terminal.err(`error: ${wordsOf(error)}`);
    }
  }
}

function patternOf(pattern: string): RegExp {
  const parts = pattern.split('*').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}

const FORM = '{"topic": "…", "event": "…", "payload": {}}';

/** Throws a `CommandError`. */
function pushedIn(line: string, which: string, topics: readonly string[]): Required<Pushed> {
  const value = jsonOf(which, line, `write ${FORM}`) as Partial<Pushed> | null;
  const { topic = topics.length === 1 ? topics[0] : undefined, event, payload = {} } = value ?? {};
  if (typeof event === 'string' && typeof topic === 'string') return { topic, event, payload };
  throw new CommandError(
    'data',
    `${which} is no push: write ${FORM} (with one topic it may be left out)`,
  );
}

function eventOf(message: unknown): string {
  const event: unknown = Array.isArray(message) ? message[3] : (message as Pushed).event;
  return String(event);
}

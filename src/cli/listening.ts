/** A listen that runs: prints what comes, and the replies to what is pushed from stdin. */

import { type Channel, hasCode, type Message, type Socket } from '../index.js';
import { CommandError } from './exit-codes.js';
import type { Narrator } from './narrator.js';
import type { RawFrames } from './raw-frames.js';
import { pushFromStdin } from './stdin-pushes.js';
import type { Terminal } from './terminal.js';

export type ListenTerms = {
  readonly topics: readonly string[];
  readonly params: unknown;
  /** Of events; `*` stands for anything. */
  readonly pattern: string;
  /** How many lines are printed. */
  readonly limit: number;
  /** Frames are printed in the place of messages and replies. */
  readonly frames: RawFrames | null;
  readonly write: (value: unknown) => string;
};

export class Listening {
  readonly #socket: Socket;
  readonly #terminal: Terminal;
  readonly #narrator: Narrator;
  readonly #terms: ListenTerms;
  readonly #channels = new Map<string, Channel>();
  readonly #wanted: RegExp;
  /** Resolves when as many lines are printed as were asked for. */
  readonly #done: Promise<void>;
  #tellDone: () => void = () => undefined;
  #left: number;

  constructor(socket: Socket, terminal: Terminal, narrator: Narrator, terms: ListenTerms) {
    this.#socket = socket;
    this.#terminal = terminal;
    this.#narrator = narrator;
    this.#terms = terms;
    this.#left = terms.limit;
    this.#wanted = patternOf(terms.pattern);
    this.#done = new Promise((resolve) => {
      this.#tellDone = resolve;
    });
  }

  /** Ends when as many lines are printed as were asked for; rejects when a join fails, or nothing can come any more. */
  async run(): Promise<void> {
    const { frames } = this.#terms;
    // Printed from the start: what comes before the last topic is joined counts.
    const ends = [this.#done, this.#closed(), this.#takeMessages()];
    if (frames !== null) ends.push(this.#printFrames(frames));
    await Promise.race([this.#join(), ...ends]);
    const stop = pushFromStdin({
      input: process.stdin,
      channels: this.#channels,
      replied: frames === null ? (push, reply) => this.#printReply(push, reply) : null,
      failed: (problem) => {
        this.#failed(problem);
      },
    });
    try {
      await Promise.race(ends);
    } finally {
      stop();
      this.#narrator.dropped((frames ?? this.#socket).dropped);
    }
  }

  async #join(): Promise<void> {
    const { topics, params } = this.#terms;
    for (const topic of topics) {
      // Presence is printed as it comes.
      this.#channels.set(topic, await this.#socket.join(topic, params, { presence: false }));
    }
  }

  async #takeMessages(): Promise<void> {
    try {
      for await (const message of this.#socket.messages()) await this.#take(message);
    } catch (error) {
      if (!hasCode(error, 'PHX_CLOSED')) throw error;
    }
    return this.#closed();
  }

  /** Where frames are printed, messages are only taken: they must not pile up. */
  async #take({ topic, event, payload }: Message): Promise<void> {
    if (this.#terms.frames === null) await this.#print(event, { topic, event, payload });
  }

  async #printFrames(frames: RawFrames): Promise<void> {
    for await (const frame of frames.waiting) {
      await this.#print(eventOf(frame), frame);
    }
  }

  #printReply(
    { topic, event, ref }: { readonly topic: string; readonly event: string; readonly ref: string },
    reply: object,
  ): Promise<void> {
    return this.#print(event, { topic, event, ref, ...reply });
  }

  async #print(event: string, value: unknown): Promise<void> {
    if (this.#left <= 0 || !this.#wanted.test(event)) return;
    this.#left -= 1;
    const isLast = this.#left === 0;
    await this.#terminal.print(this.#terms.write(value));
    if (isLast) this.#tellDone();
  }

  /** What the end of the command breaks is nobody's concern. */
  #failed(problem: string): void {
    const isOver = this.#left <= 0 || this.#terminal.signal.aborted;
    if (!isOver) this.#terminal.err(`error: ${problem}`);
  }

  /** Rejects, unless the command itself has closed the socket. */
  async #closed(): Promise<void> {
    const reason = await this.#socket.closed;
    if (reason.kind !== 'gaveUp') return;
    const { cause, status, code } = reason.close;
    throw new CommandError(
      'unavailable',
      `the connection was given up (${cause} ${status ?? code})`,
    );
  }
}

function patternOf(pattern: string): RegExp {
  const parts = pattern.split('*').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}

/** Version 2 writes a message as an array, version 1 as an object. */
function eventOf(frame: unknown): string {
  const event: unknown = Array.isArray(frame) ? frame[3] : Reflect.get(Object(frame), 'event');
  return String(event);
}

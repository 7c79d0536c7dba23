/** Frames that no server should send: recordings with damage, and messages with a wrong thing in any of their places. */

import type { Frame } from '../../src/protocol/serializer.js';
import type { Chance } from '../support/chart-chance.js';
import type { Corpus } from './corpus.js';

/** What stands now, so that a wrong frame can nearly be a right one. */
export type Standing = {
  readonly topics: readonly string[];
  readonly joinRefs: readonly string[];
  readonly refs: readonly string[];
};

const EVENTS = ['phx_reply', 'phx_close', 'phx_error', 'presence_state', 'presence_diff', 'said'];
const REASONS = ['unmatched topic', 'join crashed', 'stale', '__proto__', ''];
const KEYS = ['sam', 'kim', '__proto__', 'constructor', 'toString', '', 'é', '0'];
const LONG = 5000;
const DEEP = 3000;

export class Mutations {
  readonly #chance: Chance;
  readonly #corpus: Corpus;

  /** How often a message has the form of version 1. */
  readonly #first: number;

  constructor(chance: Chance, corpus: Corpus, version: 1 | 2) {
    this.#first = version === 1 ? 0.9 : 0.1;
    this.#chance = chance;
    this.#corpus = corpus;
  }

  next(standing: Standing): Frame {
    const kind = this.#chance.weigh<(now: Standing) => Frame>([
      [40, (now) => this.#message(now)],
      [20, (now) => this.#damaged(this.#message(now))],
      [20, () => this.#damaged(this.#one(this.#corpus.texts))],
      [12, () => this.#damagedBytes(this.#one(this.#corpus.binaries))],
      [6, () => this.#lyingHeader()],
      [2, () => this.#noise()],
    ]);
    return kind(standing);
  }

  /** Five places, in either version's form, any of which may hold anything. */
  #message(now: Standing): string {
    const joinRef = this.#mostly(() => this.#one(now.joinRefs, null));
    const ref = this.#mostly(() => this.#one(now.refs, null));
    const topic = this.#mostly(() => this.#one(now.topics));
    const event = this.#mostly(() => this.#one(EVENTS));
    const payload = this.#mostly(() => this.#payload(String(event)));
    const fields = this.#chance.happens(this.#first)
      ? { join_ref: joinRef, ref, topic, event, payload }
      : [joinRef, ref, topic, event, payload].slice(0, this.#chance.happens(0.02) ? 4 : 5);
    // The words stand for what JSON.stringify would not write.
    return JSON.stringify(fields)
      .replaceAll('"PROTO"', '"__proto__"')
      .replaceAll('"HUGE"', '1e999')
      .replaceAll('"DEEP"', () => this.#deep());
  }

  #payload(event: string): unknown {
    if (event === 'presence_state') return this.#people();
    if (event === 'presence_diff') return { joins: this.#people(), leaves: this.#people() };
    if (event !== 'phx_reply') return { text: this.#anything() };
    const status = this.#mostly(() => this.#one(['ok', 'error']));
    return { status, response: this.#mostly(() => ({ reason: this.#one(REASONS) })) };
  }

  #people(): unknown {
    const keys = this.#some(3, () => this.#one(KEYS));
    const person = (): unknown =>
      this.#mostly(() => ({
        metas: this.#mostly(() =>
          this.#some(2, () => this.#mostly(() => ({ phx_ref: this.#one(KEYS) }))),
        ),
      }));
    return Object.fromEntries(keys.map((key) => [key === '__proto__' ? 'PROTO' : key, person()]));
  }

  #anything(): unknown {
    const { random } = this.#chance;
    return this.#one<() => unknown>([
      () => null,
      () => random() < 0.5,
      () => Math.floor(random() * 100) - 50,
      () => 'HUGE',
      () => Number.MAX_SAFE_INTEGER + 2,
      () => '',
      () => 'x'.repeat(Math.floor(random() * LONG)),
      () => '\u0000\ud800"\\',
      () => this.#one(KEYS),
      () => [],
      () => ({ PROTO: { polluted: true }, constructor: { prototype: 1 } }),
      () => (random() < 0.05 ? 'DEEP' : {}),
    ])();
  }

  #mostly(good: () => unknown): unknown {
    return this.#chance.happens(0.85) ? good() : this.#anything();
  }

  #damaged(text: string): string {
    const at = Math.floor(this.#chance.random() * text.length);
    const to = at + Math.floor(this.#chance.random() * 20);
    return this.#one([
      () => text.slice(0, at),
      () => text.slice(at),
      () => text.slice(0, at) + text.slice(to),
      () => text.slice(0, at) + text.slice(at, to) + text.slice(at),
      () => `${text}${text}`,
      () => text.slice(0, at) + String.fromCharCode(this.#byte()) + text.slice(at + 1),
      () => text,
    ])();
  }

  #damagedBytes(bytes: Uint8Array): Uint8Array {
    const copy = Buffer.from(bytes);
    const flips = Math.floor(this.#chance.random() * 4);
    for (let flip = 0; flip < flips; flip += 1) {
      copy[Math.floor(this.#chance.random() * copy.length)] = this.#byte();
    }
    if (this.#chance.happens(0.6)) return copy;
    return copy.subarray(0, Math.floor(this.#chance.random() * copy.length));
  }

  /** A kind, its lengths, and other bytes than they say. */
  #lyingHeader(): Uint8Array {
    const kind = Math.floor(this.#chance.random() * 4);
    return Buffer.from([
      kind,
      ...this.#some(4, () => this.#byte()),
      ...this.#some(40, () => this.#byte()),
    ]);
  }

  #noise(): Frame {
    const bytes = Buffer.from(this.#some(60, () => this.#byte()));
    return this.#chance.happens(0.5) ? bytes : bytes.toString('latin1');
  }

  #deep(): string {
    const depth = 1 + Math.floor(this.#chance.random() * DEEP);
    return '['.repeat(depth) + ']'.repeat(depth);
  }

  #byte(): number {
    return Math.floor(this.#chance.random() * 256);
  }

  #some<T>(most: number, make: () => T): readonly T[] {
    return Array.from({ length: Math.floor(this.#chance.random() * (most + 1)) }, make);
  }

  #one<T>(choices: readonly T[]): T;
  #one<T, N>(choices: readonly T[], none: N): T | N;
  #one<T, N>(choices: readonly T[], none?: N): T | N | undefined {
    if (none !== undefined && this.#chance.happens(0.1)) return none;
    return this.#chance.pick(choices) ?? none;
  }
}

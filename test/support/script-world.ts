/** A script and a server that do whatever comes to their minds, and what each promise and each message came to. */

import type { Channel, Message } from '../../src/index.js';
import { Fate } from './fate.js';
import { OK, refusal, type Script } from './memory-phoenix.js';
import { openSocket, type SocketStage } from './socket-stage.js';

export const TOPICS = ['room:1', 'room:2'] as const;
export type RoomTopic = (typeof TOPICS)[number];
const EVENTS = ['a', 'b'] as const;

const LIMITS = { join: 1000, push: 1000, leave: 500, ttl: 2000 };
/** A join waits for a socket, then for its turn, and replies of others start its clock again. */
const JOINED = 60_000;

type Said = { readonly topic: string; readonly event: string; readonly n: number };
type Asked = { readonly what: string; readonly fate: Fate; readonly due: number };

export class ScriptWorld implements AsyncDisposable {
  readonly stage: SocketStage;
  readonly asked: Asked[] = [];
  readonly taken: Said[] = [];
  /** What a member was told, and nobody has let go of by leaving. */
  #heard: Said[] = [];
  readonly #rooms = new Map<RoomTopic, Channel>();
  #said = 0;

  private constructor(stage: SocketStage) {
    this.stage = stage;
  }

  static async open(draws: () => number): Promise<ScriptWorld> {
    const { ttl, ...timeouts } = LIMITS;
    const options = { timeouts, outbox: { ttl }, heartbeat: false } as const;
    const script: Script = { push: () => OK };
    return new ScriptWorld(await openSocket({ options, script, chance: draws }));
  }

  // What the script does.

  join(topic: RoomTopic): void {
    const joining = this.stage.socket.join(topic, {});
    void joining.then(
      (room) => this.#rooms.set(topic, room),
      () => undefined,
    );
    this.#await('join', joining, JOINED);
  }

  leave(topic: RoomTopic): void {
    const room = this.#rooms.get(topic);
    if (room === undefined) return;
    this.#rooms.delete(topic);
    this.#heard = this.#heard.filter((said) => said.topic !== topic || this.#isTaken(said));
    this.#await('leave', room.leave(), LIMITS.leave);
  }

  push(topic: RoomTopic): void {
    const room = this.#rooms.get(topic);
    if (room !== undefined) this.#await('push', room.push('ask').ok(), LIMITS.ttl + LIMITS.push);
  }

  receive(topic: RoomTopic, timeout: number): void {
    const room = this.#rooms.get(topic);
    if (room !== undefined) this.#take('receive', room.receive({ timeout }), timeout);
  }

  receiveEvent(topic: RoomTopic, timeout: number): void {
    const room = this.#rooms.get(topic);
    const event = EVENTS[timeout % 2] ?? 'a';
    if (room === undefined) return;
    this.#take('receive of an event', room.receive(event, undefined, { timeout }), timeout);
  }

  receiveAny(_topic: RoomTopic, timeout: number): void {
    this.#take('receive of the socket', this.stage.socket.receive({ timeout }), timeout);
  }

  receiveUntil(topic: RoomTopic, timeout: number): void {
    const room = this.#rooms.get(topic);
    if (room === undefined) return;
    const abort = new AbortController();
    const { signal } = abort;
    this.stage.clock.setTimeout(() => {
      abort.abort(new DOMException('enough', 'AbortError'));
    }, timeout);
    this.#take('receive with a signal', room.receive({ timeout: false, signal }), timeout);
  }

  async flush(topic: RoomTopic): Promise<void> {
    // Whoever was given a message before is heard of before.
    await Promise.resolve();
    for (const message of this.#rooms.get(topic)?.flush() ?? []) this.#note(message);
  }

  // What the server does.

  say(topic: RoomTopic): void {
    const { phoenix, socket } = this.stage;
    if (phoenix.sent('phx_join', topic).length === 0) return;
    this.#said += 1;
    const said = { topic, event: EVENTS[this.#said % 3 === 0 ? 1 : 0], n: this.#said };
    const isHeard = socket.status.channels.get(topic)?.state === 'joined';
    try {
      phoenix.push(topic, said.event, { n: said.n });
    } catch {
      // Nobody was let in yet.
      return;
    }
    if (isHeard && this.#rooms.has(topic)) this.#heard.push(said);
  }

  crash(topic: RoomTopic): void {
    this.#end(() => {
      this.stage.phoenix.crash(topic);
    });
  }

  close(topic: RoomTopic): void {
    this.#end(() => {
      this.stage.phoenix.close(topic);
    });
  }

  cut(): void {
    this.stage.phoenix.cut();
  }

  mood(_topic: RoomTopic, n: number): void {
    const moods: readonly Script[] = [
      { push: () => OK },
      { push: () => null, leave: () => null },
      { join: () => refusal('busy') },
      { join: () => null },
      { dial: () => ({ status: 503 }) },
    ];
    this.stage.phoenix.script = moods[n % moods.length] ?? {};
  }

  async pass(_topic: RoomTopic, ms: number): Promise<void> {
    await this.stage.pass(ms);
  }

  quiet(): Promise<void> {
    return this.stage.quiet();
  }

  // What came of it.

  /** Promises that are still pending though their time has come. */
  overdue(): readonly string[] {
    const now = this.stage.clock.monotonic();
    return this.asked.flatMap(({ what, fate, due }) =>
      fate.state === 'pending' && due < now ? [`${what}, due at ${due}`] : [],
    );
  }

  get pending(): readonly string[] {
    return this.asked.flatMap(({ what, fate }) => (fate.state === 'pending' ? [what] : []));
  }

  /** Rejections without a name of ours. */
  get unnamed(): readonly unknown[] {
    return this.asked.flatMap(({ fate }) => {
      const isNamed = fate.code.startsWith('PHX_') || String(fate.error).includes('enough');
      return fate.state !== 'rejected' || isNamed ? [] : [fate.error];
    });
  }

  /** Takes what still waits, of all. */
  takeRest(): void {
    for (const message of this.stage.socket.flush()) this.#note(message);
  }

  /** Told to a member, and seen by nobody. */
  get lost(): readonly Said[] {
    return this.#heard.filter((said) => !this.#isTaken(said));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stage[Symbol.asyncDispose]();
  }

  #isTaken({ n }: Said): boolean {
    return this.taken.some((taken) => taken.n === n);
  }

  #end(end: () => void): void {
    try {
      end();
    } catch {
      // Nobody was let in yet.
    }
  }

  #await(what: string, promise: Promise<unknown>, limit: number): void {
    const due = this.stage.clock.monotonic() + limit;
    this.asked.push({ what, fate: new Fate(promise), due });
  }

  #take(what: string, promise: Promise<Message>, limit: number): void {
    void promise.then(
      (message) => {
        this.#note(message);
      },
      () => undefined,
    );
    this.#await(what, promise, limit);
  }

  #note({ topic, event, payload }: Message): void {
    this.taken.push({ topic, event, n: (payload as { n: number }).n });
  }
}

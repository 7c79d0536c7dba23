/** One way of a proxied connection: bytes stand in a line, and leave it as the faults of the moment let them. */

import type { Socket } from 'node:net';
import { Chance } from './chart-chance.js';
import type { Fault, LastingFault, RuleClock, RuleTerms, SuddenFault, Way } from './fault-rules.js';
import { CLEAR, type Shape, shapeOf } from './fault-shape.js';
import { Triggers } from './fault-triggers.js';

/** What a pipe asks of its connection. */
export interface PipeOwner {
  /** Both ways end. */
  cut(): void;
  reset(): void;
  note(way: Way, fault: Fault): void;
  passed(way: Way, bytes: number): void;
}

type Deed = 'cut' | 'reset' | 'halfClose';
type Waiting = { readonly due: number; readonly what: Buffer | Deed };

/** Bytes. When so much waits nothing is read, until half of it has left. */
const ROOM = 256 * 1024;
/** With little bandwidth a write has what goes through in this time. */
const PACE_MS = 10;
const BITS = 8;

export class FaultPipe {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #way: Way;
  readonly #owner: PipeOwner;
  readonly #chance: Chance;
  readonly #clock: RuleClock;
  readonly #triggers: Triggers;
  readonly #line: Waiting[] = [];
  #shape: Shape = CLEAR;
  #waiting = 0;
  #lastDue = 0;
  #mergedUntil = 0;
  /** Monotonic time before which nothing leaves: the width of the pipe. */
  #notBefore = 0;
  #flips = 0;
  #timer: unknown;
  #turn: NodeJS.Immediate | undefined;
  #state: 'open' | 'ended' | 'closed' = 'open';

  constructor(from: Socket, to: Socket, way: Way, terms: RuleTerms, owner: PipeOwner) {
    this.#from = from;
    this.#to = to;
    this.#way = way;
    this.#owner = owner;
    this.#chance = new Chance(terms.seed);
    this.#clock = terms.clock;
    this.#triggers = new Triggers(way, terms, this);
    from.on('data', (chunk: Buffer) => this.#take(chunk));
    from.once('end', () => this.#end('halfClose'));
    from.once('close', (failed) => this.#end(failed ? 'reset' : 'cut'));
    to.on('drain', () => this.#flush());
    to.once('close', () => this.#flush());
    this.obey();
  }

  /** Bytes that were read and have not left. */
  get waiting(): number {
    return this.#waiting;
  }

  /** The rules have changed. */
  obey(): void {
    this.#triggers.obey();
  }

  held(faults: readonly LastingFault[]): void {
    const { isLost } = this.#shape;
    this.#shape = shapeOf(faults);
    if (isLost && !this.#shape.isLost) this.#owner.reset();
    this.#flush();
  }

  struck({ kind }: SuddenFault, inLine: boolean): void {
    if (kind === 'refuse') return;
    if (kind === 'corrupt') this.#flips += 1;
    else if (inLine) this.#put(kind);
    else this.#perform(kind);
  }

  note(fault: Fault): void {
    this.#owner.note(this.#way, fault);
  }

  dispose(): void {
    this.#state = 'closed';
    this.#line.length = 0;
    this.#triggers.dispose();
    this.#sleep();
  }

  #take(chunk: Buffer): void {
    for (let rest = chunk; rest.length > 0 && this.#state === 'open'; ) {
      const part = rest.subarray(0, this.#triggers.room(rest.length));
      rest = rest.subarray(part.length);
      if (!this.#shape.isLost) this.#put(this.#flipped(part));
      this.#triggers.passed(part.length);
    }
  }

  #flipped(part: Buffer): Buffer {
    const [first] = part;
    if (this.#flips === 0 || first === undefined) return part;
    this.#flips -= 1;
    const copy = Buffer.from(part);
    copy[0] = first ^ (1 << Math.floor(this.#chance.random() * BITS));
    return copy;
  }

  /** What a lost way would have told never arrives. */
  #end(deed: Deed): void {
    if (this.#state !== 'open') return;
    this.#state = 'ended';
    if (!this.#shape.isLost) this.#put(deed);
  }

  #put(what: Buffer | Deed): void {
    this.#line.push({ due: this.#due(), what });
    if (typeof what !== 'string') this.#waiting += what.length;
    this.#flush();
  }

  /** Never before what came before. */
  #due(): number {
    const { delay, jitter, merge } = this.#shape;
    const now = this.#clock.monotonic();
    if (merge > 0 && now >= this.#mergedUntil) this.#mergedUntil = now + merge;
    const ready = merge > 0 ? this.#mergedUntil : now;
    this.#lastDue = Math.max(this.#lastDue, ready + delay + jitter * this.#chance.random());
    return this.#lastDue;
  }

  #flush(): void {
    this.#sleep();
    while (this.#turn === undefined && this.#mayWrite()) {
      this.#next();
      const splits = this.#shape.most < Infinity;
      if (splits && this.#line.length > 0) this.#turn = setImmediate(() => this.#flush());
    }
    this.#read();
    if (this.#turn === undefined) this.#wake();
  }

  #sleep(): void {
    this.#clock.clearTimeout(this.#timer);
    clearImmediate(this.#turn);
    this.#turn = undefined;
  }

  #mayWrite(): boolean {
    if (this.#shape.isStalled || this.#to.writableNeedDrain) return false;
    return this.#nextAt() <= this.#clock.monotonic();
  }

  #nextAt(): number {
    const [first] = this.#line;
    return first === undefined ? Infinity : Math.max(first.due, this.#notBefore);
  }

  #next(): void {
    const { what } = this.#line[0] as Waiting;
    if (typeof what === 'string') {
      this.#line.shift();
      this.#perform(what);
      return;
    }
    const piece = this.#piece();
    this.#waiting -= piece.length;
    this.#notBefore = this.#clock.monotonic() + (piece.length / this.#shape.bytesPerSecond) * 1000;
    if (this.#to.writable) this.#to.write(piece);
    this.#owner.passed(this.#way, piece.length);
  }

  #piece(): Buffer {
    const { most, merge, bytesPerSecond } = this.#shape;
    const drawn = most === Infinity ? Infinity : 1 + Math.floor(this.#chance.random() * most);
    const paced = Math.max(1, Math.floor((bytesPerSecond * PACE_MS) / 1000));
    const pieces = [this.#upTo(Math.min(drawn, paced))];
    while (merge > 0 && this.#mayMerge()) pieces.push(this.#upTo(Infinity));
    return Buffer.concat(pieces);
  }

  #mayMerge(): boolean {
    const [first] = this.#line;
    return typeof first?.what === 'object' && first.due <= this.#clock.monotonic();
  }

  /** Of the first in line. */
  #upTo(bytes: number): Buffer {
    const { due, what } = this.#line[0] as { due: number; what: Buffer };
    if (what.length <= bytes) this.#line.shift();
    else this.#line[0] = { due, what: what.subarray(bytes) };
    return what.subarray(0, bytes);
  }

  #perform(deed: Deed): void {
    switch (deed) {
      case 'cut':
        this.#owner.cut();
        return;
      case 'reset':
        this.#owner.reset();
        return;
      case 'halfClose':
        this.#to.end();
    }
  }

  #read(): void {
    if (this.#state !== 'open') return;
    const waiting = this.#waiting + this.#to.writableLength;
    if (this.#shape.isStalled || waiting > ROOM) this.#from.pause();
    else if (waiting <= ROOM / 2) this.#from.resume();
  }

  /** When a line stands still for another reason, what ends that flushes it. */
  #wake(): void {
    const at = this.#nextAt();
    if (this.#shape.isStalled || at === Infinity || this.#to.writableNeedDrain) return;
    const left = Math.max(0, at - this.#clock.monotonic());
    this.#timer = this.#clock.setTimeout(() => this.#flush(), Math.ceil(left));
  }
}

/** What becomes of the connection and its topics while a command runs: said on stderr, in a line for each turn. */

import type { FactMap, FactName, TelemetryFact } from '../telemetry/facts.js';
import type { Telemetry } from '../telemetry/telemetry.js';

type Say = (line: string) => void;
type Lines = { readonly [N in FactName]?: (fact: FactMap[N]) => string | null };

export class Narrator implements Telemetry {
  readonly #say: Say;
  readonly #joined = new Set<string>();
  /** Whether a failure is followed by another attempt; if not, it is the command's own error. */
  #triesAgain: boolean;
  #isOpen = false;
  #wasLost = false;
  #isCrowded = false;

  readonly #lines: Lines = {
    'socket.opened': () => this.#opened(),
    'socket.lost': (fact) => this.#lost(fact),
    'channel.state': ({ topic, to }) => (to === 'joined' ? this.#nowJoined(topic) : null),
    'channel.ended': ({ topic, cause, retryIn }) =>
      cause === 'left' ? null : `${topic} ${cause === 'desync' ? 'lost' : cause}${again(retryIn)}`,
    'join.failed': ({ topic, code, retryIn }) =>
      this.#joined.has(topic) ? `${topic} is not joined again (${code})${again(retryIn)}` : null,
  };

  /** `retry`: whether the first connection is tried again, as all later ones are. */
  constructor(say: Say, retry: boolean) {
    this.#say = say;
    this.#triesAgain = retry;
  }

  fact(fact: TelemetryFact): void {
    if (fact.name === 'inbox.shed') this.crowded();
    const lineOf = this.#lines[fact.name] as ((fact: TelemetryFact) => string | null) | undefined;
    const line = lineOf?.(fact) ?? null;
    if (line !== null) this.#say(line);
  }

  /** More waits to be printed than is kept. Said once: who reads slowly stays slow. */
  crowded(): void {
    if (!this.#isCrowded) this.#say('stdout is read too slowly: some of what comes is dropped');
    this.#isCrowded = true;
  }

  /** Said at the end. */
  dropped(count: number): void {
    if (count > 0) this.#say(`dropped ${count} in all`);
  }

  /** Whoever dials for the first time awaits that, and need not be told. */
  #opened(): string | null {
    this.#isOpen = true;
    this.#triesAgain = true;
    return this.#wasLost ? 'connected' : null;
  }

  #lost({ cause, code, status, retryIn }: FactMap['socket.lost']): string | null {
    const what = this.#isOpen ? 'connection lost' : 'not connected';
    this.#isOpen = false;
    if (cause === 'requested' || retryIn === null || !this.#triesAgain) return null;
    this.#wasLost = true;
    return `${what} (${cause} ${status ?? code})${again(retryIn)}`;
  }

  #nowJoined(topic: string): string {
    const isAgain = this.#joined.has(topic);
    this.#joined.add(topic);
    return `joined ${topic}${isAgain ? ' again' : ''}`;
  }
}

function again(retryIn: number | null): string {
  return retryIn === null ? ': given up' : `: trying again in ${(retryIn / 1000).toFixed(1)} s`;
}

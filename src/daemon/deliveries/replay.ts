/** Sends the dead letters of a file again, in their order, and keeps those that fail. */

import { link, readFile, readlink, realpath, rename, unlink, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { matcher } from '../inbox/event-filter.js';
import { appendLines, type DeadLetter, syncFolder } from './dead-letters.js';
import { type Mode, storedLetterOf } from './letter.js';
import type { Outcome } from './outcome.js';
import type { Letter } from './webhook-sender.js';

export type ReplayTerms = {
  readonly path: string;
  /** Pattern of topics; null: all. */
  readonly topic: string | null;
  readonly mode: Mode;
  /** Never rejects. */
  readonly send: (letter: Letter) => Promise<Outcome>;
  /** Told of each that was sent, or could not be. */
  readonly told: (letter: DeadLetter, outcome: Outcome) => void;
  /** What has not been sent when it aborts is kept. */
  readonly signal: AbortSignal;
};

export type Replayed = {
  readonly sent: number;
  /** By the application's DROP. */
  readonly dropped: number;
  readonly failed: number;
  /** Of another topic, behind one of their own topic that failed, or not reached. */
  readonly left: number;
  /** Lines that are no dead letters; they are kept. */
  readonly unreadable: number;
};

const NONE: Replayed = { sent: 0, dropped: 0, failed: 0, left: 0, unreadable: 0 };

/** What is being replayed lies here: the daemon may begin a new file meanwhile. */
const APART = '.replaying';

/** The letters that a replay would send. Rejects as the file system does. */
export async function lettersOf(
  path: string,
  topic: string | null,
): Promise<readonly DeadLetter[]> {
  const takes = matcher(topic ?? undefined);
  const lines = await linesOf(path);
  return lines
    .map(letterIn)
    .filter((letter) => letter !== null)
    .filter(({ event }) => takes(event.subject ?? ''));
}

/** Rejects as the file system does: nothing is lost then, what lies apart is taken first the next time. */
export async function replay(terms: ReplayTerms): Promise<Replayed> {
  const path = await fileBehind(terms.path);
  const apart = `${path}${APART}`;
  const rest = await linesOf(apart).catch(ignore);
  if (rest === undefined) await rename(path, apart);
  const run = new Run(terms);
  for (const line of await linesOf(apart)) await run.take(line);
  if (run.kept.length > 0) await putBack(path, run.kept);
  await unlink(apart);
  return run.result;
}

class Run {
  readonly kept: string[] = [];
  result = NONE;
  readonly #terms: ReplayTerms;
  readonly #takes: (topic: string) => boolean;
  /** Of which one has failed: those behind it must not overtake it. */
  readonly #failed = new Set<string>();

  constructor(terms: ReplayTerms) {
    this.#terms = terms;
    this.#takes = matcher(terms.topic ?? undefined);
  }

  async take(line: string): Promise<void> {
    const letter = letterIn(line);
    if (letter === null) {
      this.#keep(line, 'unreadable');
      return;
    }
    const topic = letter.event.subject ?? '';
    const isToBeSent = this.#takes(topic) && !this.#failed.has(topic);
    if (!isToBeSent || this.#terms.signal.aborted) {
      this.#keep(line, 'left');
      return;
    }
    await this.#send(line, letter, topic);
  }

  async #send(line: string, letter: DeadLetter, topic: string): Promise<void> {
    const outcome = await this.#terms.send(storedLetterOf(letter.event, this.#terms.mode));
    this.#terms.told(letter, outcome);
    if (outcome.kind === 'success') this.#count('sent');
    else if (outcome.kind === 'drop') this.#count('dropped');
    else {
      this.#failed.add(topic);
      this.#keep(line, 'failed');
    }
  }

  #keep(line: string, as: keyof Replayed): void {
    this.kept.push(line);
    this.#count(as);
  }

  #count(as: keyof Replayed): void {
    this.result = { ...this.result, [as]: this.result[as] + 1 };
  }
}

/** At once, where there is no file by now; else behind what the daemon has added. */
async function putBack(path: string, lines: readonly string[]): Promise<void> {
  const text = `${lines.join('\n')}\n`;
  const whole = `${path}.kept`;
  await writeFile(whole, text, { mode: 0o600, flush: true });
  try {
    await link(whole, path);
    await syncFolder(path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    await appendLines(path, text);
  }
  await unlink(whole);
}

/** A symbolic link stays one, also when what it leads to was set apart by a replay that was killed. */
async function fileBehind(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const target = await readlink(path).catch(ignore);
    return target === undefined ? path : resolve(dirname(path), target);
  }
}

async function linesOf(path: string): Promise<readonly string[]> {
  const text = await readFile(path, 'utf8');
  return text.split('\n').filter((line) => line.trim() !== '');
}

/** Null: it is none. */
function letterIn(line: string): DeadLetter | null {
  try {
    const letter = JSON.parse(line) as Partial<DeadLetter> | null;
    return typeof letter?.event?.id === 'string' && typeof letter.delivery === 'string'
      ? (letter as DeadLetter)
      : null;
  } catch {
    return null;
  }
}

/** There is no such file. */
function ignore(): void {}

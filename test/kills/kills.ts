/** Kills a writing process again and again, and looks after each kill at what its store has. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { levelStore, type StoredPush } from 'gen-socket-client/store';
import { Chance } from '../support/chart-chance.js';
import { brokenPromises } from './kept.js';

export type Kills = {
  /** To run with `<path> <first number>`: what it may say stands in programs/writer.ts. */
  readonly writer: URL;
  readonly kills: number;
  /** Decides when each kill comes; the machine has its say, too. */
  readonly seed: number;
};
export type KillsReport = {
  readonly seed: number;
  /** How many were done: fewer than asked for when a promise was broken. */
  readonly kills: number;
  /** While the store was being opened, that is, recovering. */
  readonly killsWhileOpening: number;
  readonly puts: number;
  readonly deletes: number;
  readonly stored: number;
  readonly broken: readonly string[];
  /** The store, for a look at it; null when all is well, and it is gone. */
  readonly left: string | null;
};
type Moment = { readonly line: string | number; readonly delay: number };

const OPENING = 0.2;
const MAX_LINES = 4000;
/** In milliseconds: opening takes a few. */
const MAX_DELAY = 8;

export async function killAgainAndAgain({ writer, kills, seed }: Kills): Promise<KillsReport> {
  const chance = new Chance(seed);
  const folder = mkdtempSync(join(tmpdir(), 'kills-'));
  const path = join(folder, 'store');
  const all: string[] = [];
  const broken: string[] = [];
  let [done, before, first]: [number, readonly string[], number] = [0, [], 0];
  while (done < kills && broken.length === 0) {
    const said = await killed(spawnWriter(writer, path, first), momentBy(chance));
    done += 1;
    const found = await foundIn(path);
    const life = { before, first, said, found: typeof found === 'string' ? [] : found };
    broken.push(...(typeof found === 'string' ? [found] : brokenPromises(life)));
    before = life.found.map(({ key }) => key);
    first = nextOf(first, said, before);
    all.push(...said);
  }
  if (broken.length === 0) rmSync(folder, { recursive: true });
  return {
    seed,
    kills: done,
    killsWhileOpening: count(all, 'opening') - count(all, 'open'),
    puts: all.filter((line) => line.startsWith('+')).length,
    deletes: all.filter((line) => line.startsWith('-')).length,
    stored: before.length,
    broken,
    left: broken.length === 0 ? null : path,
  };
}

/** After so many lines, or a moment after it began to open. */
function momentBy(chance: Chance): Moment {
  const delay = chance.random() * MAX_DELAY;
  if (chance.happens(OPENING)) return { line: 'opening', delay };
  return { line: 1 + Math.floor(chance.random() ** 2 * MAX_LINES), delay: 0 };
}

function spawnWriter(writer: URL, path: string, first: number): ChildProcess {
  const args = [fileURLToPath(writer), path, String(first)];
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** All that it said: a line is said whole or not at all. */
async function killed(child: ChildProcess, { line, delay }: Moment): Promise<readonly string[]> {
  const said: string[] = [];
  const ended = once(child, 'close');
  if (child.stdout === null) throw new Error('the writer has no output');
  createInterface(child.stdout).on('line', (text) => {
    said.push(text);
    if (text === line || said.length === line) void killAfter(child, delay);
  });
  const [code] = (await ended) as [number | null];
  if (code !== null) throw new Error(`the writer ended by itself with ${code}`);
  return said;
}

async function killAfter(child: ChildProcess, delay: number): Promise<void> {
  if (delay > 0) await pause(delay);
  child.kill('SIGKILL');
}

/** Or why it does not open. */
async function foundIn(path: string): Promise<readonly StoredPush[] | string> {
  const store = levelStore(path);
  try {
    const found: StoredPush[] = [];
    for await (const push of store.all()) found.push(push);
    return found;
  } catch (error) {
    return String(error);
  } finally {
    await store.close();
  }
}

/** Above every number that may be on disk. */
function nextOf(first: number, said: readonly string[], found: readonly string[]): number {
  const numbers = [...said.map((line) => line.slice(1)), ...found].map(Number);
  return Math.max(first, ...numbers.filter(Number.isFinite).map((number) => number + 1));
}

function count(lines: readonly string[], line: string): number {
  return lines.filter((one) => one === line).length;
}

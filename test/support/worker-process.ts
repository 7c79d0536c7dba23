/** A worker in a process of its own, run by `runWorker`, and the lines of its log. */

import type { ClientOptions, RunOptions, SuperviseOptions } from '../../src/index.js';
import { noReply } from '../../src/testing/index.js';
import { ChildProgram, type Ending } from './child-program.js';

export type Options = ClientOptions & SuperviseOptions & RunOptions;

const PROGRAM = new URL('../worker/programs/running.ts', import.meta.url);

export const CHANNELS = { 'room:1': { handle: { silence: () => noReply } } };

/** Nobody listens there. */
export const NOWHERE = 'ws://127.0.0.1:1/socket';

export function program(worker: string, options: object, ...more: readonly string[]): ChildProgram {
  return new ChildProgram(PROGRAM, [worker, JSON.stringify(options), ...more]);
}

/** The lines of its log that say so. */
export function logged({ complaints }: Ending, msg: string): readonly object[] {
  const lines = complaints.split('\n').filter((line) => line !== '');
  return lines
    .map((line) => JSON.parse(line) as { msg: string })
    .filter((line) => line.msg === msg);
}

/** The next line of its log that says so. */
export async function untilLogged(
  child: ChildProgram,
  msg: string,
): Promise<{ readonly port: number }> {
  for (;;) {
    const line = JSON.parse(await child.nextComplaint()) as { msg: string; port: number };
    if (line.msg === msg) return line;
  }
}

#!/usr/bin/env node
/** The executable: runs the command line in this process and ends it with the exit code. */

import { EXITS } from './exit-codes.js';
import { runProgram } from './program.js';
import { Terminal } from './terminal.js';

void main();

/** Ends the process: a name look-up that nobody waits for any more would hold it for many seconds. */
async function main(): Promise<void> {
  const terminal = new Terminal(process);
  const exit = await runProgram(process.argv.slice(2), terminal);
  await terminal.flushed();
  process.exit(EXITS[terminal.isCut ? 'ok' : exit].code);
}

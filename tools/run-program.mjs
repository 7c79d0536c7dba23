/** Runs a compiled program as this process would: signals reach it once, and its exit code becomes this one's. */

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ROOT = new URL('../', import.meta.url);
const TETHER = new URL('./tether.mjs', import.meta.url).href;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Longer than npm takes to pass a signal on, shorter than a second, impatient Ctrl-C. */
const ECHO_MS = 400;

/**
 * On Ctrl-C the terminal signals every process in its foreground group, and npm signals its child once
 * more. So the program leads a group of its own, and only this process hears the terminal.
 */
export function runProgram(path, args) {
  const file = fileURLToPath(new URL(path, ROOT));
  const program = spawn(process.execPath, ['--import', TETHER, file, ...args], {
    detached: true,
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  for (const signal of SIGNALS) process.on(signal, passOnce(program));
  program.on('exit', (code, signal) => {
    process.exitCode = code ?? 1;
    if (signal !== null) endBy(signal);
  });
}

function passOnce(program) {
  let last = -Infinity;
  return (signal) => {
    const now = performance.now();
    if (now - last < ECHO_MS) return;
    last = now;
    program.kill(signal);
  };
}

function endBy(signal) {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}

/** Where a command prints: colours for those who see them, and an end when nobody can read on. */

import { EventEmitter, getEventListeners } from 'node:events';
import { PassThrough, Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { paintFor } from '../../src/cli/paint.js';
import { Terminal } from '../../src/cli/terminal.js';

const RED = '\u001b[31mfailed\u001b[39m';

describe('colours are', () => {
  test.each([
    ['on a terminal that has them', { isTTY: true, hasColors: () => true }, RED],
    ['not on one without, nor with NO_COLOR', { isTTY: true, hasColors: () => false }, 'failed'],
    ['not in a pipe', {}, 'failed'],
    ['not in a pipe, whatever it says', { isTTY: false, hasColors: () => true }, 'failed'],
  ])('%s', (_, stream, text) => {
    expect(paintFor(stream)('red', 'failed')).toBe(text);
  });
});

/** A process whose stdout fails with this code. */
class BrokenHost extends EventEmitter {
  readonly stderr = new PassThrough();
  readonly stdout: Writable;

  constructor(code: string) {
    super();
    this.stdout = new Writable({
      write: (_chunk, _encoding, done) => {
        done(Object.assign(new Error(`${code}: write`), { code }));
      },
    });
  }
}

describe('a command ends when stdout cannot be written,', () => {
  test.each([
    ['EPIPE', 'ok', null],
    ['ENOSPC', 'output', 'error: stdout cannot be written: ENOSPC: write\n'],
  ])('%s', async (code, exit, complaint) => {
    const host = new BrokenHost(code);
    const terminal = new Terminal(host);
    terminal.out('one');
    terminal.out('two');
    await terminal.flushed();
    expect(terminal.broken).toBe(exit);
    expect(terminal.signal.reason).toMatchObject({ exit });
    expect(host.stderr.read()).toEqual(complaint === null ? null : Buffer.from(complaint));
  });
});

test.each([
  ['SIGINT', 'interrupted'],
  ['SIGTERM', 'terminated'],
])(
  'the first %s asks a command to end, a second finds nobody who holds it back',
  (signal, exit) => {
    const host = new BrokenHost('EPIPE');
    const terminal = new Terminal(host);
    host.emit(signal);
    expect(terminal.signal.reason).toMatchObject({ exit });
    expect(host.listenerCount(signal)).toBe(0);
  },
);

describe('what is printed faster than it is read waits,', () => {
  /** Takes nothing before it is told to. */
  const slowHost = () => {
    const stdout = new PassThrough({ highWaterMark: 1 });
    return Object.assign(new EventEmitter(), { stdout, stderr: new PassThrough() });
  };

  test('all for one event, until there is room', async () => {
    const host = slowHost();
    const terminal = new Terminal(host);
    const printed = Array.from({ length: 50 }, (_, n) => terminal.print(String(n)));
    expect(host.stdout.listenerCount('drain')).toBe(1);
    host.stdout.resume();
    await Promise.all(printed);
    expect(host.stdout.listenerCount('drain')).toBe(0);
    expect(getEventListeners(terminal.signal, 'abort')).toEqual([]);
  });

  test('or until nobody wants the command any more', async () => {
    const host = slowHost();
    const terminal = new Terminal(host);
    const printed = terminal.print('one');
    host.emit('SIGINT');
    await printed;
    await terminal.print('two');
    expect(host.stdout.listenerCount('drain')).toBe(0);
  });
});

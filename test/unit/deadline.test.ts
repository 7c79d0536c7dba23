/** A deadline comes, whatever the garbage collector has taken by then. */

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { Deadline } from '../../src/deadline.js';

/** As `--expose-gc` gives it. */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}

function whenAborted(signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(signal.reason), { once: true });
  });
}

/** Nothing but the listener keeps it. */
function aborted(ms: number, other?: AbortSignal): Promise<unknown> {
  return whenAborted(new Deadline(ms, other).signal);
}

test('comes after a collection of all that nobody holds', async () => {
  const over = aborted(50, new AbortController().signal);
  collector()();
  expect(await over).toMatchObject({ name: 'TimeoutError' });
});

test('comes with the reason of the other signal when that is aborted first, or was before', async () => {
  const other = new AbortController();
  const over = aborted(600_000, other.signal);
  const reason = new Error('enough');
  other.abort(reason);
  expect(await over).toBe(reason);
  const late = new Deadline(600_000, other.signal);
  expect(late.signal).toMatchObject({ aborted: true, reason });
});

test('does not come when it was kept', () => {
  const other = new AbortController();
  const deadline = new Deadline(600_000, other.signal);
  deadline.clear();
  other.abort();
  expect(deadline.signal.aborted).toBe(false);
});

/** What the log of a double tells the compiler. */

import { expectTypeOf, test } from 'vitest';
import type { EntryOf, LogEntry, PhoenixDouble } from '../../src/testing/index.js';

declare const double: PhoenixDouble;

test('an entry that is found by its kind has the fields of that kind', async () => {
  const joined = await double.seen({ kind: 'joined', topic: 'room:1' });
  expectTypeOf(joined).toEqualTypeOf<EntryOf<'joined'>>();
  expectTypeOf(joined.topic).toBeString();
  const closed = await double.mark().seen({ kind: 'closed' });
  expectTypeOf(closed.code).toBeNumber();
});

test('without a kind it may be any', async () => {
  expectTypeOf(await double.seen({ topic: 'room:1', event: 'shout' })).toEqualTypeOf<LogEntry>();
  expectTypeOf(await double.seen((entry) => entry.kind === 'joined')).toEqualTypeOf<LogEntry>();
});

test('a mistake does not compile', () => {
  // @ts-expect-error: there is no such kind
  void double.seen({ kind: 'join' });
  // @ts-expect-error: a close has no topic
  void double.seen({ kind: 'closed', topic: 'room:1' });
  // @ts-expect-error: a code is a number
  void double.seen({ kind: 'closed', code: '1000' });
  // @ts-expect-error: no entry has such a field
  void double.seen({ topics: 'room:1' });
});

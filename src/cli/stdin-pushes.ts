/** Pushes that come on stdin, a JSON object a line. */

import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { wordsOf } from '../errors.js';
import { type Channel, hasCode, type Reply } from '../index.js';
import { CommandError } from './exit-codes.js';
import { jsonOf } from './json-text.js';
import { Places } from './places.js';

/** As many replies as an inbox keeps messages: they come, and are printed, as slowly as they like. */
const AWAITED = 10_000;

/** `topic` may be left out when there is only one. */
type Line = { readonly topic?: unknown; readonly event?: unknown; readonly payload?: unknown };
type Push = ReturnType<Channel['push']>;
type Pushed = { readonly topic: string; readonly event: string; readonly ref: string };

export type StdinTerms = {
  readonly input: Readable;
  /** By topic. */
  readonly channels: ReadonlyMap<string, Channel>;
  /** Null: nobody wants to know. */
  readonly replied: ((push: Pushed, reply: Reply) => Promise<void>) | null;
  /** What is wrong with a line, or became of its push. */
  readonly failed: (problem: string) => void;
};

const FORM = '{"topic": "…", "event": "…", "payload": {}}';

/**
 * Until the input ends, or what this returns is called. Each is written before the next line is read, and none while
 * too many replies are awaited.
 */
export function pushFromStdin(terms: StdinTerms): () => void {
  const lines = createInterface({ input: terms.input });
  void pushAll(lines, terms);
  return () => {
    lines.close();
  };
}

/** Never rejects: what is wrong with a line is said, and the next one is read. */
async function pushAll(lines: AsyncIterable<string>, terms: StdinTerms): Promise<void> {
  const places = new Places(AWAITED);
  let number = 0;
  for await (const line of lines) {
    number += 1;
    if (line.trim() === '') continue;
    try {
      const push = pushOf(line, `line ${number} of stdin`, terms.channels);
      await written(push, terms, places);
      await places.free();
    } catch (error) {
      terms.failed(wordsOf(error));
    }
  }
}

/** Rejects with an error of ours, unless whoever awaits the reply says it. */
async function written(push: Push, terms: StdinTerms, places: Places): Promise<void> {
  const { replied, failed } = terms;
  if (replied !== null) void places.take(awaitReply(push, replied, failed));
  try {
    await push.sent();
  } catch (error) {
    if (replied === null) throw error;
  }
}

/** Never rejects. Many events have no reply: that none came is no failure. */
async function awaitReply(
  push: Push,
  replied: NonNullable<StdinTerms['replied']>,
  failed: StdinTerms['failed'],
): Promise<void> {
  try {
    await replied(push, await push.reply());
  } catch (error) {
    if (!hasCode(error, 'PHX_PUSH_TIMEOUT')) failed(wordsOf(error));
  }
}

/** Throws a `CommandError` or an error of ours. */
function pushOf(text: string, which: string, channels: StdinTerms['channels']): Push {
  const line = jsonOf(which, text, `write ${FORM}`) as Line | null;
  const [only] = channels.size === 1 ? channels.keys() : [];
  const { topic = only, event, payload = {} } = line ?? {};
  if (typeof event !== 'string' || typeof topic !== 'string') {
    throw new CommandError('data', `${which} is no push: write ${FORM} (one topic goes unsaid)`);
  }
  const channel = channels.get(topic);
  if (channel !== undefined) return channel.push(event, payload);
  throw new CommandError('data', `${which}: ${topic} is not among the topics that are joined`);
}

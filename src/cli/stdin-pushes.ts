/** Pushes that come on stdin, a JSON object a line. */

import { createInterface } from 'node:readline';
import { wordsOf } from '../errors.js';
import { type Channel, hasCode, type Reply } from '../index.js';
import { CommandError } from './exit-codes.js';
import { jsonOf } from './json-text.js';

/** `topic` may be left out when there is only one. */
type Line = { readonly topic?: unknown; readonly event?: unknown; readonly payload?: unknown };
type Pushed = { readonly topic: string; readonly event: string; readonly ref: string };

export type StdinTerms = {
  /** By topic. */
  readonly channels: ReadonlyMap<string, Channel>;
  /** Null: nobody wants to know. */
  readonly replied: ((push: Pushed, reply: Reply) => Promise<void>) | null;
  /** What is wrong with a line, or became of its push. */
  readonly failed: (problem: string) => void;
};

const FORM = '{"topic": "…", "event": "…", "payload": {}}';

/** Until the input ends, or what this returns is called. Each is written before the next line is read. */
export function pushFromStdin(terms: StdinTerms): () => void {
  const lines = createInterface({ input: process.stdin });
  void pushAll(lines, terms);
  return () => {
    lines.close();
  };
}

/** Never rejects: what is wrong with a line is said, and the next one is read. */
async function pushAll(lines: AsyncIterable<string>, terms: StdinTerms): Promise<void> {
  let number = 0;
  for await (const line of lines) {
    number += 1;
    if (line.trim() === '') continue;
    try {
      await pushLine(line, `line ${number} of stdin`, terms);
    } catch (error) {
      terms.failed(wordsOf(error));
    }
  }
}

/** Throws a `CommandError` or an error of ours. */
async function pushLine(text: string, which: string, terms: StdinTerms): Promise<void> {
  const { channel, event, payload } = pushIn(text, which, terms.channels);
  const push = channel.push(event, payload);
  if (terms.replied !== null) void awaitReply(push, terms.replied, terms.failed);
  try {
    await push.sent();
  } catch (error) {
    if (terms.replied === null) throw error;
  }
}

/** Never rejects. Many events have no reply: that none came is no failure. */
async function awaitReply(
  push: ReturnType<Channel['push']>,
  replied: NonNullable<StdinTerms['replied']>,
  failed: StdinTerms['failed'],
): Promise<void> {
  try {
    await replied(push, await push.reply());
  } catch (error) {
    if (!hasCode(error, 'PHX_PUSH_TIMEOUT')) failed(wordsOf(error));
  }
}

function pushIn(
  text: string,
  which: string,
  channels: StdinTerms['channels'],
): { readonly channel: Channel; readonly event: string; readonly payload: unknown } {
  const line = jsonOf(which, text, `write ${FORM}`) as Line | null;
  const [only] = channels.size === 1 ? channels.keys() : [];
  const { topic = only, event, payload = {} } = line ?? {};
  if (typeof event !== 'string' || typeof topic !== 'string') {
    throw new CommandError('data', `${which} is no push: write ${FORM} (one topic goes unsaid)`);
  }
  const channel = channels.get(topic);
  if (channel !== undefined) return { channel, event, payload };
  throw new CommandError('data', `${which}: ${topic} is not among the topics that are joined`);
}

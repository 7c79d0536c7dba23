/** What the application's answer says became of an event. */

import { retryAfterOf } from '../../policy/retry-after.js';
import type { Blame, Outcome } from './outcome.js';
import { saidIn } from './said.js';

/** What is needed of an answer; undici's have it. */
export type Answer = {
  readonly statusCode: number;
  readonly headers: { readonly [name: string]: string | string[] | undefined };
  readonly body: AsyncIterable<Uint8Array> & { dump(options: { limit: number }): Promise<void> };
};

export type AnswerTerms = {
  /** Statuses that make it a dead letter at once. */
  readonly dropOn: readonly number[];
  readonly now: number;
};

/** Of an answer that may hold pushes. */
const LONGEST_ANSWER = 1024 ** 2;

/** So much of what nobody reads is taken for the connection to be used again. */
const DUMPED = 64 * 1024;

/** Tab, line feed, carriage return, blank. */
const SPACE: readonly number[] = [9, 10, 13, 32];
const BRACE = 0x7b;

const GONE = 410;
/** Of the 4xx, those that say nothing about the event. */
const NOT_OF_THE_EVENT = [404, 408, 429];

/** Reads it to its end, or lets the connection go. Rejects when it breaks off. */
export async function outcomeOf(answer: Answer, terms: AnswerTerms): Promise<Outcome> {
  const { statusCode: status } = answer;
  if (status >= 200 && status < 300) return accepted(answer, terms.now);
  await answer.body.dump({ limit: DUMPED });
  const what = `it answered ${status}`;
  if (terms.dropOn.includes(status)) {
    return { kind: 'deadLetter', what: `${what}, which retry.dropOn names`, status };
  }
  if (status === GONE) {
    return {
      kind: 'gone',
      what: `${what}: it wants no events until the delivery is resumed`,
      status,
    };
  }
  return {
    kind: 'retry',
    what: status >= 300 && status < 400 ? redirected(what) : what,
    status,
    after: waitOf(answer, terms.now),
    blame: blameOf(status),
    mistake: null,
  };
}

function redirected(what: string): string {
  return `${what}, and redirects are not followed: configure the address that it leads to`;
}

function blameOf(status: number): Blame {
  const isOfEvent = status >= 400 && status < 500 && !NOT_OF_THE_EVENT.includes(status);
  return isOfEvent ? 'event' : 'application';
}

function waitOf({ headers }: Answer, now: number): number {
  const header = headers['retry-after'];
  return retryAfterOf(Array.isArray(header) ? header[0] : header, now);
}

async function accepted(answer: Answer, now: number): Promise<Outcome> {
  const text = await textOf(answer);
  const { statusCode: status } = answer;
  if (text === null) {
    const what = `its answer is longer than ${LONGEST_ANSWER} bytes, so its pushes are not known: answer less`;
    return { kind: 'retry', what, status, after: 0, blame: 'event', mistake: null };
  }
  const said = saidIn(text);
  const after = waitOf(answer, now);
  switch (said.status) {
    case 'SUCCESS':
      return { kind: 'success', pushes: said.pushes, mistake: said.mistake };
    case 'RETRY': {
      const what = said.mistake?.what ?? 'it answered RETRY';
      return { kind: 'retry', what, status, after, blame: 'event', mistake: said.mistake };
    }
    case 'DROP':
      return { kind: 'drop', what: 'it answered DROP', status };
  }
}

function isJson({ headers }: Answer): boolean {
  const type = String(headers['content-type'] ?? '');
  return /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(type);
}

/** Empty: it says nothing. Null: it is too long. What begins as an object is read whatever its type: many servers send none. */
async function textOf(answer: Answer): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  let isRead: boolean | null = isJson(answer) ? true : null;
  // Leaving the loop early ends the connection.
  for await (const chunk of answer.body) {
    size += chunk.byteLength;
    isRead ??= beginsAsObject(chunk);
    if (isRead === true && size > LONGEST_ANSWER) return null;
    if (isRead !== true && size > DUMPED) return '';
    if (isRead === true) chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** Null: so far there is nothing but space. */
function beginsAsObject(chunk: Uint8Array): boolean | null {
  const at = chunk.findIndex((byte) => !SPACE.includes(byte));
  return at < 0 ? null : chunk[at] === BRACE;
}

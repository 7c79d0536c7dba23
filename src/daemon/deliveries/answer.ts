/** What the application's answer says became of an event. */

import { retryAfterOf } from '../../policy/retry-after.js';
import type { Blame, Outcome } from './outcome.js';

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

const NO_JSON =
  'its answer has the content type of JSON and is none: if it was to say RETRY, DROP or what to push, that is not known';

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
  if (!isJson(answer)) {
    await answer.body.dump({ limit: DUMPED });
    return { kind: 'success', pushes: [], unread: null };
  }
  const text = await textOf(answer);
  const { statusCode: status } = answer;
  if (text === null) {
    const what = `its answer is longer than ${LONGEST_ANSWER} bytes, so its pushes are not known: answer less`;
    return { kind: 'retry', what, status, after: 0, blame: 'event' };
  }
  const said = parsed(text);
  if (said === null) return { kind: 'success', pushes: [], unread: NO_JSON };
  if (said['status'] === 'RETRY') {
    const after = waitOf(answer, now);
    return { kind: 'retry', what: 'it answered RETRY', status, after, blame: 'event' };
  }
  if (said['status'] === 'DROP') return { kind: 'drop', what: 'it answered DROP', status };
  const pushes: unknown = said['push'];
  return { kind: 'success', pushes: Array.isArray(pushes) ? pushes : [], unread: null };
}

function isJson({ headers }: Answer): boolean {
  const type = String(headers['content-type'] ?? '');
  return /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(type);
}

/** Null: it is too long. */
async function textOf({ body }: Answer): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop early ends the connection.
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > LONGEST_ANSWER) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** What is no object says nothing. Null: it is no JSON; the status has said all the same that the event is done. */
function parsed(text: string): { readonly [field: string]: unknown } | null {
  if (text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return null;
  }
}

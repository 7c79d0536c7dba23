/** What a test expects of a client, and the error that says what the client did instead. */

import { AssertionError } from 'node:assert';
import type { ClientRequest } from './client-request.js';
import { type Dialled, type Happening, type HungUp, lineOf, shownPayload } from './happening.js';
import { isPartOf, type PayloadPart } from './part-of.js';

/** `H` is what is handed over when it has come. */
export type Expectation<H extends Happening = Happening> = {
  readonly verb: string;
  /** After "expected". */
  readonly words: string;
  /** What it is about, if it is about one. */
  readonly topic?: string;
  matches(happening: Happening): happening is H;
};

/** What can be said when nothing that matches has come. */
export type Findings = {
  readonly unclaimed: readonly Happening[];
  /** What to do about it. */
  readonly remedy: string;
};

/** Enough to see what went on. */
const MOST_LINES = 20;

export function dialExpected(verb: string): Expectation<Dialled> {
  return {
    verb,
    words: 'a dial',
    matches: (happening): happening is Dialled => happening.kind === 'dial',
  };
}

export function hangUpExpected(verb: string): Expectation<HungUp> {
  return {
    verb,
    words: 'the client to hang up',
    matches: (happening): happening is HungUp => happening.kind === 'disconnect',
  };
}

export function joinExpected(topic: string, params?: PayloadPart): Expectation<ClientRequest> {
  return {
    verb: 'expectJoin',
    topic,
    words: `a join of '${topic}'${withPart(params)}`,
    matches: (happening): happening is ClientRequest => asks(happening, 'join', topic, params),
  };
}

export function leaveExpected(topic: string): Expectation<ClientRequest> {
  return {
    verb: 'expectLeave',
    topic,
    words: `a leave of '${topic}'`,
    matches: (happening): happening is ClientRequest => asks(happening, 'leave', topic),
  };
}

export function pushExpected(
  topic: string,
  event: string,
  payload?: PayloadPart,
): Expectation<ClientRequest> {
  return {
    verb: 'expectPush',
    topic,
    words: `a push of '${event}' to '${topic}'${withPart(payload)}`,
    matches: (happening): happening is ClientRequest =>
      asks(happening, 'push', topic, payload) && happening.message.event === event,
  };
}

export function unmet({ verb, words }: Expectation, findings: Findings): AssertionError {
  const { unclaimed, remedy } = findings;
  const instead = unclaimed.length === 0 ? 'the client did nothing' : 'the client only';
  return new AssertionError({
    message: `expected ${words}, and ${instead}${listOf(unclaimed)}\n${remedy}`,
    expected: words,
    actual: unclaimed.map(lineOf),
    operator: verb,
  });
}

export function unexpected(unclaimed: readonly Happening[], ms: number): AssertionError {
  const when = ms === 0 ? '' : ` within ${ms} ms`;
  return new AssertionError({
    message: `expected nothing${when}, and the client${listOf(unclaimed)}\nexpect these first: what nobody has claimed waits`,
    expected: [],
    actual: unclaimed.map(lineOf),
    operator: 'expectNothing',
  });
}

function asks(
  happening: Happening,
  kind: ClientRequest['kind'],
  topic: string,
  part?: PayloadPart,
): happening is ClientRequest {
  if (happening.kind !== kind) return false;
  const { message } = happening;
  return message.topic === topic && (part === undefined || isPartOf(part, message.payload));
}

function withPart(part: PayloadPart | undefined): string {
  return part === undefined ? '' : ` with ${shownPayload(part)}`;
}

function listOf(unclaimed: readonly Happening[]): string {
  const lines = unclaimed.slice(0, MOST_LINES).map((happening) => `\n  ${lineOf(happening)}`);
  const rest = unclaimed.length - lines.length;
  return lines.join('') + (rest > 0 ? `\n  and ${rest} more` : '');
}

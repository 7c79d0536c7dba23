/** Reads a recording of long poll: requests and their answers, in turn. */

import { readFileSync } from 'node:fs';
import type { Server } from './recording.js';

export type Exchange = {
  readonly method: string;
  /** With the query; the token is the recorded one. */
  readonly path: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: string | null;
  readonly answer: LongPollAnswer;
};

export type LongPollAnswer = {
  readonly status: number;
  readonly contentType: string | null;
  /** With frames parsed, and without what differs from run to run: the token. */
  readonly body: unknown;
};

type Line = { readonly [field: string]: unknown };

export function readExchanges(server: Server, scenario: string): readonly Exchange[] {
  const file = new URL(`./wire/${server}/${scenario}.ndjson`, import.meta.url);
  const [, ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n');
  const steps = lines.map((line) => JSON.parse(line) as Line);
  const requests = steps.filter(({ dir }) => dir === 'out');
  const answers = steps.filter(({ dir }) => dir === 'in');
  return requests.map((request, at) => ({
    method: String(request['method']),
    path: String(request['path']),
    headers: (request['headers'] ?? {}) as Exchange['headers'],
    body: typeof request['body'] === 'string' ? request['body'] : null,
    answer: answerOf(answers[at] ?? {}),
  }));
}

export function comparableBody(text: string): unknown {
  const { token, messages, ...rest } = JSON.parse(text) as Line;
  const frames = Array.isArray(messages)
    ? messages.map((each): unknown => JSON.parse(String(each)))
    : null;
  return { ...rest, hasToken: typeof token === 'string', frames };
}

/** The token that an answer gives. */
export function tokenIn(text: string): string | null {
  const { token } = JSON.parse(text) as Line;
  return typeof token === 'string' ? token : null;
}

function answerOf(line: Line): LongPollAnswer {
  const { status, content_type: contentType, body } = line;
  return {
    status: Number(status),
    contentType: String(contentType),
    body: comparableBody(String(body)),
  };
}

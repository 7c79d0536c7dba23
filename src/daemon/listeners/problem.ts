/** An error as HTTP tells it: problem details (RFC 9457). */

import { STATUS_CODES } from 'node:http';

/** What a listener itself, or the API, refuses: the status that goes with it, and what it is called. */
export const PROBLEMS = {
  API_BAD_REQUEST: [400, 'The request cannot be read'],
  API_BAD_JSON: [400, 'The body is no JSON'],
  API_UNAUTHENTICATED: [401, 'A token is needed'],
  API_FOREIGN_HOST: [403, 'Not for this host'],
  API_CROSS_SITE: [403, 'Not from another site'],
  API_CONTROL_OFF: [403, 'Control is switched off'],
  API_NO_ROUTE: [404, 'There is nothing here'],
  API_NOT_WANTED: [404, 'Nobody has joined this topic'],
  API_NO_PUSH: [404, 'No such push is known'],
  API_NO_CONSUMER: [404, 'There is no such consumer'],
  API_NO_DELIVERY: [404, 'There is no such delivery'],
  API_BAD_METHOD: [405, 'This method is not for this route'],
  API_NOT_ACCEPTABLE: [406, 'Events are not written so'],
  API_REQUEST_TIMEOUT: [408, 'The request came too slowly'],
  API_ALREADY_SENT: [409, 'The push was sent already'],
  API_OTHER_FILTERS: [409, 'The consumer has other filters'],
  API_TOO_LARGE: [413, 'The body is too large'],
  API_BAD_MEDIA_TYPE: [415, 'This media type is not taken'],
  API_INVALID: [422, 'The request says what it may not'],
  API_KEY_REUSED: [422, 'The key stands for another push'],
  API_BUSY: [429, 'Too much is under way'],
  API_TOO_MANY_CHANNELS: [429, 'Too many channels are wanted'],
  API_HEADERS_TOO_LARGE: [431, 'The headers are too large'],
  API_INTERNAL: [500, 'The daemon failed'],
  API_DRAINING: [503, 'The daemon is stopping'],
  API_TOKEN_UNREADABLE: [503, 'The token cannot be checked'],
  API_DEADLINE: [504, 'The request took too long'],
} as const satisfies { readonly [code: string]: readonly [number, string] };

export type ProblemCode = keyof typeof PROBLEMS;

/** What a problem has besides: members of its own, and headers of its answer. */
export type ProblemExtras = {
  readonly title?: string;
  readonly fields?: { readonly [name: string]: unknown };
  readonly headers?: { readonly [name: string]: string };
};

export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly extras: ProblemExtras;

  constructor(
    { status, code }: { readonly status: number; readonly code: string },
    detail: string,
    extras: ProblemExtras = {},
  ) {
    super(detail);
    this.name = 'Problem';
    this.status = status;
    this.code = code;
    this.extras = extras;
  }

  /** The body; `instance` is the id of the request. */
  body(instance: string): object {
    const { status, code, message: detail, extras } = this;
    const title = extras.title ?? STATUS_CODES[status] ?? 'Error';
    return { type: typeOf(code), title, status, detail, code, instance, ...extras.fields };
  }

  response(instance: string): Response {
    const headers = { 'content-type': 'application/problem+json', ...this.extras.headers };
    return new Response(JSON.stringify(this.body(instance)), { status: this.status, headers });
  }
}

/** One of those above. */
export function problem(
  code: ProblemCode,
  detail: string,
  extras: Omit<ProblemExtras, 'title'> = {},
): Problem {
  const [status, title] = PROBLEMS[code];
  return new Problem({ status, code }, detail, { ...extras, title });
}

/** A name for the kind of problem: it is compared, not fetched. */
function typeOf(code: string): string {
  return `urn:gen-socket-client:problem:${code}`;
}

/** Asks the application for something by GET: a JSON object, within a size and a time, from nowhere else than was written. */

import { type IncomingMessage, request as httpRequest, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Deadline } from '../../deadline.js';
import { badOption, UsageError } from '../../errors.js';
import { type AppTarget, appTarget } from './app-target.js';

/** A cursor, or params: what is longer does not go into a join. */
const LONGEST = 64 * 1024;

export type JsonObject = { readonly [key: string]: unknown };

export type Answer =
  | { readonly kind: 'object'; readonly value: JsonObject }
  /** The application does not wish it: 403. */
  | { readonly kind: 'denied' };

export type AskTerms = {
  /** Of a configuration that has been checked. */
  readonly address: string;
  readonly query: { readonly [name: string]: string };
  /** Ends it early. */
  readonly signal?: AbortSignal;
  /** Milliseconds. */
  readonly timeout: number;
  /** Names the option in errors. */
  readonly option: string;
};

/** Rejects with an error that says what was answered, and never shows the answer itself. No redirect is followed. */
export async function ask(terms: AskTerms): Promise<Answer> {
  const target = appTarget(terms.address);
  if (target === null) throw badOption(`${terms.option} is no address that can be asked`);
  const deadline = new Deadline(terms.timeout, terms.signal);
  try {
    return await answerOf(target, terms, deadline.signal);
  } finally {
    deadline.clear();
  }
}

async function answerOf(target: AppTarget, terms: AskTerms, signal: AbortSignal): Promise<Answer> {
  const response = await respond(target, terms, signal);
  const status = response.statusCode ?? 0;
  if (status === 403) {
    response.resume();
    return { kind: 'denied' };
  }
  if (status !== 200) {
    response.resume();
    throw unusable(terms.option, `was answered with ${status}`, 'answer 200 and a JSON object');
  }
  return { kind: 'object', value: objectIn(terms.option, await bodyOf(terms.option, response)) };
}

function respond(
  { url, socketPath }: AppTarget,
  { query, option }: AskTerms,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const address = new URL(url);
  for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value);
  const options: RequestOptions = {
    signal,
    agent: false,
    headers: { accept: 'application/json' },
    ...(socketPath !== null && { socketPath }),
  };
  const request = address.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const asked = request(address, options, resolve);
    asked.on('error', (cause) => {
      reject(
        unusable(
          option,
          `got no answer (${codeOf(cause)})`,
          'let the application listen there',
          cause,
        ),
      );
    });
    asked.end();
  });
}

async function bodyOf(option: string, response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response) {
    const bytes = chunk as Buffer;
    length += bytes.length;
    if (length > LONGEST)
      throw unusable(option, `was answered with more than ${LONGEST} bytes`, 'answer less');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function objectIn(option: string, body: string): JsonObject {
  try {
    const value: unknown = JSON.parse(body);
    if (isObject(value)) return value;
  } catch {
    // Its words quote the body.
  }
  throw unusable(option, 'was answered with what is no JSON object', 'answer one, such as {}');
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error ? String(error.code) : error.name;
}

/** As a file of credentials that cannot be read: the attempt has failed, and the next one asks again. */
export function unusable(
  option: string,
  what: string,
  remedy: string,
  cause?: unknown,
): UsageError {
  return new UsageError('PHX_CREDENTIALS_FILE', `${option} ${what}: ${remedy}`, { cause });
}

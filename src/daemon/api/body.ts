/** The body of a request: read no further than it may be long, and understood before anything is done. */

import { problem, type Problem } from '../listeners/problem.js';
import type { ApiContext } from './app.js';

/** `curl -d` says that it sends a form, whatever it sends. */
const TAKEN_AS_JSON = ['', 'application/json', 'application/x-www-form-urlencoded'];
/** More than any sane payload nests, and less than what the recursion of `JSON.stringify` can bear. */
const DEEPEST = 200;
const ENCODED = 'the body has a content-encoding: send it as it is';
const STEPS: { readonly [bracket: string]: number } = { '[': 1, '{': 1, ']': -1, '}': -1 };

export function mediaTypeOf(c: ApiContext): string {
  return (c.req.header('content-type') ?? '').replace(/;.*/s, '').trim().toLowerCase();
}

export function isJson(mediaType: string): boolean {
  return TAKEN_AS_JSON.includes(mediaType) || /^application\/[\w.-]+\+json$/.test(mediaType);
}

/** Throws a problem when it is longer, or ends early. */
export async function bytesOf(c: ApiContext, most: number): Promise<Uint8Array> {
  const encoding = c.req.header('content-encoding') ?? 'identity';
  if (encoding !== 'identity') throw problem('API_BAD_MEDIA_TYPE', ENCODED);
  if (Number(c.req.header('content-length') ?? 0) > most) throw tooLarge(most);
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of bodyOf(c.req.raw)) {
    length += chunk.length;
    if (length > most) throw tooLarge(most);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Throws a problem for what is no JSON. */
export async function jsonOf(c: ApiContext, most: number): Promise<unknown> {
  const mediaType = mediaTypeOf(c);
  if (!isJson(mediaType)) throw badMediaType(mediaType, 'application/json');
  return parseJson(textOf(await bytesOf(c, most)));
}

export function badMediaType(given: string, taken: string): Problem {
  const shown = given.length > 100 ? 'too long to show' : given;
  const headers = { accept: taken };
  return problem('API_BAD_MEDIA_TYPE', `content-type is ${shown}: send ${taken}`, { headers });
}

export function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw problem('API_BAD_JSON', 'the body is not UTF-8: encode it so');
  }
}

export function parseJson(text: string): unknown {
  if (text.trim() === '') throw problem('API_BAD_JSON', 'the body is empty: send a JSON object');
  if (depthOf(text) > DEEPEST)
    throw problem('API_BAD_JSON', `the body is nested deeper than ${DEEPEST}: nest it less`);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    // The parser quotes what it cannot read, which may be a secret: only the place is told.
    const [place = ''] = / at position \d+/.exec((error as Error).message) ?? [];
    throw problem('API_BAD_JSON', `the body is no JSON${place}: send an object in double quotes`);
  }
}

/** By hand: a regular expression that knows strings takes quadratic time over one that does not end. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (inString && character === '\\') at += 1;
    else if (character === '"') inString = !inString;
    else if (!inString) depth += STEPS[character ?? ''] ?? 0;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

async function* bodyOf(request: Request): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of request.body ?? []) yield chunk as Uint8Array;
  } catch {
    throw problem('API_BAD_REQUEST', 'the body ended early: send as much as content-length says');
  }
}

function tooLarge(most: number): Problem {
  const headers = { connection: 'close' };
  const detail = `the body is longer than ${most} bytes: send less, or raise api.maxBody`;
  return problem('API_TOO_LARGE', detail, { headers });
}

/** Credentials that lie in files: read anew at each use, so that a file that is rotated is followed. */

import { existsSync, createReadStream } from 'node:fs';
import { dirname } from 'node:path';
import { UsageError, wordsOf } from '../errors.js';
import type { Credentials } from './credentials.js';

/** More than servers take in all headers together. */
const LONGEST = 16 * 1024;

/** The request of a `CredentialsProvider`, or none. */
export type CredentialsFile = (request?: { readonly signal: AbortSignal }) => Promise<Credentials>;

/**
 * The auth token in a file, without the white space around it. Rejects with `PHX_CREDENTIALS_FILE`, which names the path and never the content,
 * when the file cannot be read, is empty, has more than 16 KiB, or holds what is not one line of text: then the attempt has failed,
 * and the next one reads it again.
 */
export function authTokenFile(path: string): CredentialsFile {
  return async (request) => ({ authToken: await secretIn(path, request?.signal) });
}

/** The same for a param: `paramFile('token', '/run/secrets/token')`. */
export function paramFile(name: string, path: string): CredentialsFile {
  return async (request) => ({ params: { [name]: await secretIn(path, request?.signal) } });
}

/** Several params: the file holds a JSON object of them. */
export function paramsFile(path: string): CredentialsFile {
  return async (request) => ({ params: paramsIn(path, await textIn(path, request?.signal)) });
}

/** The one line of text in a file. */
async function secretIn(path: string, signal: AbortSignal | undefined): Promise<string> {
  const secret = await textIn(path, signal);
  if (!/\p{Cc}/u.test(secret)) return secret;
  throw bad(path, 'holds line breaks or other control characters: write one line of text');
}

async function textIn(path: string, signal: AbortSignal | undefined): Promise<string> {
  const bytes = await bytesIn(path, signal);
  if (bytes.length > LONGEST)
    throw bad(path, `has more than ${LONGEST} bytes: write the secret alone`);
  const text = decoded(path, bytes).trim();
  if (text === '') throw bad(path, 'is empty: write the secret into it');
  return text;
}

/** No more than it takes to see that it is too much: the path may lead to anything. */
async function bytesIn(path: string, signal: AbortSignal | undefined): Promise<Buffer> {
  const chunks: Buffer[] = [];
  try {
    const stream = createReadStream(path, { end: LONGEST, ...(signal && { signal }) });
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  } catch (error) {
    const why = wordsOf(error).split(/[:,]/)[0] ?? '';
    throw bad(path, `cannot be read (${why}): give the path of a file that this user may read`);
  }
}

function decoded(path: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw bad(path, 'holds bytes that are no UTF-8: write text');
  }
}

function paramsIn(path: string, text: string): { readonly [name: string]: unknown } {
  try {
    const params: unknown = JSON.parse(text);
    if (typeof params === 'object' && params !== null && !Array.isArray(params))
      return { ...params };
  } catch {
    // Its words quote the content.
  }
  throw bad(path, 'holds no JSON object: write one of names and values');
}

/** A path that leads nowhere may be the secret itself. */
function bad(path: string, problem: string): UsageError {
  const isPlace = existsSync(path) || (dirname(path) !== '.' && existsSync(dirname(path)));
  const which = isPlace ? ` ${path}` : '';
  return new UsageError('PHX_CREDENTIALS_FILE', `the credentials file${which} ${problem}`);
}

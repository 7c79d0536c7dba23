/** The body of an HTTP answer, as much of it as is wanted and never longer than it may take. */

import type { ReadableStreamDefaultReader } from 'node:stream/web';
import type { Clock } from '../clock.js';
import { KEPT_BYTES } from './upgrade-refusal.js';

/** Null when there are more bytes than `most`. */
export async function readAll({ body }: Response, most: number): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunksOf(body)) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > most) return null;
  }
  return Buffer.concat(chunks);
}

/** What of the body of a refusal has come in time, and not much of it. */
export async function readSome(
  { body }: Response,
  clock: Clock,
  timeout: number,
): Promise<Uint8Array> {
  const reader = body?.getReader();
  if (reader === undefined) return new Uint8Array();
  const cancel = (): void => void reader.cancel().catch(ignore);
  const timer = clock.setTimeout(cancel, timeout);
  let some = Buffer.alloc(0);
  for (let chunk = await next(reader); chunk !== null; chunk = await next(reader)) {
    some = Buffer.concat([some, chunk]);
    if (some.length >= KEPT_BYTES) break;
  }
  clock.clearTimeout(timer);
  cancel();
  return some;
}

/** A connection that breaks here ends the body: what has come before says enough. */
async function next(reader: ReadableStreamDefaultReader): Promise<Uint8Array | null> {
  try {
    const { done, value } = (await reader.read()) as { done: boolean; value?: Uint8Array };
    return done ? null : (value ?? null);
  } catch {
    return null;
  }
}

/** Ends the transfer when it is not read to its end. */
async function* chunksOf(body: Response['body']): AsyncGenerator<Uint8Array> {
  if (body === null) return;
  for await (const chunk of body) yield chunk as Uint8Array;
}

function ignore(): void {}

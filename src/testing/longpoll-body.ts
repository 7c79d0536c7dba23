/** The body of a long poll's POST, taken apart as Phoenix does. */

import type { IncomingMessage } from 'node:http';
import type { Frame } from '../protocol/serializer.js';

/** Plug reads so many bytes. */
const LONGEST_BODY = 8_000_000;

/** Phoenix 1.8.9; what comes behind them is ignored. */
const MOST_LINES = 100;

/** The whole header, to the letter. */
const LINES = 'application/x-ndjson';

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The HTTP status that a body is answered when it holds no frames. */
export type Unreadable = 400 | 500;

export async function framesIn(request: IncomingMessage): Promise<readonly Frame[] | Unreadable> {
  const body = await textIn(request);
  if (body === null) return 400;
  if (request.headers['content-type'] !== LINES) return [body];
  const frames = body.split('\n').slice(0, MOST_LINES).map(frameOf);
  return frames.every((frame) => frame !== null) ? frames : 500;
}

/** Nothing is the base64 of a binary frame without bytes, which crashes whoever decodes it. */
function frameOf(line: string): Frame | null {
  if (line.startsWith('[')) return line;
  return BASE64.test(line) ? Buffer.from(line, 'base64') : null;
}

/** Reads to the end even of what is too long, so that the answer reaches the client. */
async function textIn(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= LONGEST_BODY) chunks.push(chunk);
  }
  return length > LONGEST_BODY ? null : Buffer.concat(chunks).toString('utf8');
}

/** What long poll writes: frames as the bodies of POSTs, within the limits that servers set. */

import type { Frame } from '../protocol/serializer.js';

/** A frame as it stands in a body. */
export type Line = {
  readonly text: string;
  readonly bytes: number;
  /** It may stand in a body with others. */
  readonly joins: boolean;
};

export type Batch = {
  readonly contentType: string;
  readonly body: string;
  readonly lines: number;
  /** Of its frames, without what stands between them. */
  readonly bytes: number;
};

/** Plug reads bodies of so many bytes, and answers longer ones 400. */
const LONGEST_BODY = 8_000_000;

/** Phoenix (1.8.9) ignores what comes behind the hundredth line, and answers 200. */
const MOST_LINES = 100;

/** Phoenix compares the whole header: with a `charset` it would take the body for one frame. */
const LINES = 'application/x-ndjson';
const ONE_FRAME = 'application/json';

/**
 * Of several lines Phoenix takes one that begins with `[` for text, and any other for the base64 of bytes. So other text,
 * such as the objects of version 1, goes alone, as a body that is one frame.
 */
export function lineOf(frame: Frame): Line {
  const isText = typeof frame === 'string';
  const text = isText ? frame : Buffer.from(frame).toString('base64');
  const joins = !isText || (text.startsWith('[') && !text.includes('\n'));
  return { text, bytes: Buffer.byteLength(text), joins };
}

/** Why no server would take the frame; null: it would. */
export function tooLong(frame: Frame): string | null {
  // Base64 makes four bytes of three.
  const bytes = typeof frame === 'string' ? Buffer.byteLength(frame) : (4 * frame.byteLength) / 3;
  if (bytes <= LONGEST_BODY) return null;
  const length = `${Math.ceil(bytes)} bytes, and servers take ${LONGEST_BODY} by long poll`;
  return `it is ${length}: send less at a time, or by WebSocket`;
}

/** How many of the lines, the first at least, make the next body. */
export function batchOf(lines: readonly Line[]): Batch {
  const [first, ...others] = lines.slice(0, MOST_LINES);
  if (first === undefined) throw new Error('there is nothing to send');
  const batch = [first];
  let [bytes, length] = [first.bytes, first.bytes];
  for (const line of first.joins ? others : []) {
    // Each is preceded by a line break; one at the end would be an empty frame, which kills the session.
    length += 1 + line.bytes;
    if (!line.joins || length > LONGEST_BODY) break;
    bytes += line.bytes;
    batch.push(line);
  }
  const contentType = first.joins ? LINES : ONE_FRAME;
  return {
    contentType,
    body: batch.map(({ text }) => text).join('\n'),
    lines: batch.length,
    bytes,
  };
}

/** What is wrong with a frame, as a value. */

import { ProtocolError } from '../errors.js';
import type { Frame } from './serializer.js';

/** Two hex digits a byte: what `ProtocolError` keeps of a frame. */
const EXCERPT_BYTES = 50;

export function badFrame(problem: string, frame: Frame, cause?: unknown): ProtocolError {
  const options = cause === undefined ? undefined : { cause };
  return new ProtocolError('PHX_BAD_FRAME', problem, excerpt(frame), options);
}

/** The parser's own error is left out: it quotes the text, which may be a payload. */
export function notJson(text: string): ProtocolError {
  return badFrame(`frame of ${text.length} characters is not JSON`, text);
}

/** A value's kind with its article, for a sentence that must not show the value. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'missing';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function excerpt(frame: Frame): string {
  if (typeof frame === 'string') return frame;
  if (!ArrayBuffer.isView(frame)) return '';
  const length = Math.min(frame.byteLength, EXCERPT_BYTES);
  return Buffer.from(frame.buffer, frame.byteOffset, length).toString('hex');
}

/** What a Close frame may say, and what stands for it when there was none. */

import { lost, type Close } from '../protocol/close.js';

export type CloseFrame = { readonly code: number; readonly reason: string };

/** RFC 6455, 7.1.5: the code of a connection that ended without a Close frame. */
export const NO_CLOSE_FRAME = 1006;

/** RFC 6455, 5.5: a control frame carries at most 125 bytes, of which the code takes two. */
const REASON_BYTES = 123;

/** RFC 6455, 7.4.1: these name what was seen at the receiving end and are never sent. */
const NEVER_SENT: ReadonlySet<number> = new Set([1004, 1005, NO_CLOSE_FRAME]);

const NORMAL = 1000;

/** A code that may not be sent becomes 1000; a reason that does not fit is cut. */
export function closeFrame(code: number, reason: string): CloseFrame {
  return { code: maySend(code) ? code : NORMAL, reason: cut(reason) };
}

export function cutByPeer(): Close {
  return lost('peer', 'the connection ended without a Close frame');
}

function maySend(code: number): boolean {
  if (!Number.isInteger(code) || NEVER_SENT.has(code)) return false;
  return (code >= 1000 && code <= 1014) || (code >= 3000 && code <= 4999);
}

/** `encodeInto` stops before a character that does not fit whole. */
function cut(reason: string): string {
  const { read } = new TextEncoder().encodeInto(reason, new Uint8Array(REASON_BYTES));
  return reason.slice(0, read);
}

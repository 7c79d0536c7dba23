/** Frames and bytes each way, counted as they pass: made only when somebody watches. */

import type { Frame } from '../protocol/serializer.js';

export class Traffic {
  framesReceived = 0;
  framesSent = 0;
  bytesReceived = 0;
  bytesSent = 0;

  received(frame: Frame): void {
    this.framesReceived += 1;
    this.bytesReceived += bytesOf(frame);
  }

  sent(frame: Frame): void {
    this.framesSent += 1;
    this.bytesSent += bytesOf(frame);
  }
}

/** Never throws: a transport of the user's own may report what is no frame. */
function bytesOf(frame: Frame): number {
  if (typeof frame === 'string') return Buffer.byteLength(frame);
  return ArrayBuffer.isView(frame) ? frame.byteLength : 0;
}

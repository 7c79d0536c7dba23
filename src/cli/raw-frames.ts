/** Frames as they come, for who wants to see the protocol: the five fields, as the version writes them. */

import { PassThrough } from 'node:stream';
import { type Frame, ProtocolError, type Serializer, v1, v2, type WireMessage } from '../index.js';

/** As many messages as an inbox keeps. */
const KEPT = 10_000;

export class RawFrames {
  /** To be dialed with: it keeps what it decodes. */
  readonly serializer: Serializer;
  /** That nobody has taken. */
  readonly waiting = new PassThrough({ objectMode: true, highWaterMark: KEPT });
  dropped = 0;

  readonly #crowded: () => void;

  /** `crowded` is told of each that is dropped. */
  constructor(vsn: 'v1' | 'v2', crowded: () => void) {
    this.#crowded = crowded;
    const inner = vsn === 'v1' ? v1 : v2;
    const form = vsn === 'v1' ? asObject : asArray;
    this.serializer = {
      ...inner,
      decode: (frame: Frame) => {
        const message = inner.decode(frame);
        if (!(message instanceof ProtocolError)) this.#keep(form(message));
        return message;
      },
    };
  }

  /** The newest goes: what has been printed stays in order. */
  #keep(frame: unknown): void {
    if (this.waiting.readableLength < KEPT) {
      this.waiting.write(frame);
    } else {
      this.dropped += 1;
      this.#crowded();
    }
  }
}

function asArray({ joinRef, ref, topic, event, payload }: WireMessage): unknown {
  return [joinRef, ref, topic, event, payload];
}

function asObject({ joinRef, ref, topic, event, payload }: WireMessage): unknown {
  return { topic, event, ref, payload, ...(joinRef !== null && { join_ref: joinRef }) };
}

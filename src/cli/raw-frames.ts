/** Frames as they come, for who wants to see the protocol: the five fields, as the version writes them. */

import { PassThrough } from 'node:stream';
import { type Frame, ProtocolError, type Serializer, v1, v2, type WireMessage } from '../index.js';

/** More than a pipe that is read holds up. */
const KEPT = 10_000;

export class RawFrames {
  readonly serializer: Serializer;
  readonly messages = new PassThrough({ objectMode: true, highWaterMark: KEPT });
  dropped = 0;

  constructor(vsn: 'v1' | 'v2') {
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

  #keep(message: unknown): void {
    if (this.messages.readableLength < KEPT) this.messages.write(message);
    else this.dropped += 1;
  }
}

function asArray({ joinRef, ref, topic, event, payload }: WireMessage): unknown {
  return [joinRef, ref, topic, event, payload];
}

function asObject({ joinRef, ref, topic, event, payload }: WireMessage): unknown {
  return { topic, event, ref, payload, ...(joinRef !== null && { join_ref: joinRef }) };
}

/** Reads a stream of events as HTML and NDJSON say to, one at a time, so that a test can stop reading. */

import { onTestFinished } from 'vitest';
import type { Told } from './event-stage.js';

/** One block of server-sent events, as it stands. */
export type Block = {
  readonly id: string | null;
  readonly event: string | null;
  readonly data: string | null;
  readonly comments: readonly string[];
  readonly retry: string | null;
};

export class EventReader {
  readonly response: Response;
  readonly #abort: AbortController;
  readonly #reader: ReadableStreamDefaultReader<string>;
  #text = '';
  /** What a browser would send as Last-Event-ID. */
  lastEventId = '';

  private constructor(response: Response, abort: AbortController) {
    this.response = response;
    this.#abort = abort;
    if (response.body === null) throw new Error('the answer has no body');
    this.#reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  }

  static async open(address: string, headers: Record<string, string> = {}): Promise<EventReader> {
    const abort = new AbortController();
    const response = await fetch(address, { headers, signal: abort.signal });
    onTestFinished(() => abort.abort());
    return new EventReader(response, abort);
  }

  close(): void {
    this.#abort.abort();
  }

  /** Null: the stream has ended. */
  async line(): Promise<string | null> {
    return this.#until('\n');
  }

  /** The next event of NDJSON. */
  async json(): Promise<Told> {
    const line = await this.line();
    if (line === null) throw new Error('the stream has ended');
    return JSON.parse(line) as Told;
  }

  async block(): Promise<Block | null> {
    const text = await this.#until('\n\n');
    if (text === null) return null;
    const block = parsed(text);
    if (block.id !== null) this.lastEventId = block.id;
    return block;
  }

  /** The next event of server-sent events, past blocks that only say where it is. */
  async event(): Promise<Told> {
    for (;;) {
      const block = await this.block();
      if (block === null) throw new Error('the stream has ended');
      if (block.data !== null) return JSON.parse(block.data) as Told;
    }
  }

  async #until(end: string): Promise<string | null> {
    while (!this.#text.includes(end)) {
      const { done, value } = await this.#reader.read();
      if (done) return null;
      this.#text += value;
    }
    const at = this.#text.indexOf(end);
    const text = this.#text.slice(0, at);
    this.#text = this.#text.slice(at + end.length);
    return text;
  }
}

function parsed(text: string): Block {
  const fields = text.split('\n').map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, '')] as const;
  });
  const last = (name: string): string | null =>
    fields.findLast(([each]) => each === name)?.[1] ?? null;
  const comments = fields.filter(([name]) => name === '').map(([, value]) => value);
  return {
    id: last('id'),
    event: last('event'),
    data: last('data'),
    retry: last('retry'),
    comments,
  };
}

/** An application that is called by webhooks: a real HTTP server, whose answers a test gives. */

import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished } from 'vitest';

export type Call = {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Of the CloudEvent, in whichever mode. */
  readonly id: string;
  readonly topic: string;
  readonly data: unknown;
};

export type Reaction = (call: Call, answer: ServerResponse) => void;

/** Answers with a status, and perhaps a body in JSON. */
export function status(
  code: number,
  body?: unknown,
  headers: Record<string, string> = {},
): Reaction {
  return (_call, answer) => {
    if (body === undefined) answer.writeHead(code, headers).end();
    else {
      answer.writeHead(code, { 'content-type': 'application/json', ...headers });
      answer.end(JSON.stringify(body));
    }
  };
}

export class Application {
  readonly calls: Call[] = [];
  /** Calls that are not answered yet. */
  open = 0;
  mostOpen = 0;
  react: Reaction;
  #server: Server;
  #port = 0;

  private constructor(react: Reaction) {
    this.react = react;
    this.#server = this.#made();
  }

  static async start(react: Reaction = status(204), path?: string): Promise<Application> {
    const application = new Application(react);
    await application.listen(path);
    onTestFinished(() => application.down());
    return application;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Waits for so many calls in all. */
  async called(times: number): Promise<readonly Call[]> {
    await expect
      .poll(() => this.calls.length, { interval: 5, timeout: 10_000 })
      .toBeGreaterThanOrEqual(times);
    return this.calls;
  }

  /** The payloads that came, by topic. */
  get told(): Record<string, unknown[]> {
    const told: Record<string, unknown[]> = {};
    for (const { topic, data } of this.calls) (told[topic] ??= []).push(data);
    return told;
  }

  async listen(path?: string): Promise<void> {
    this.#server = this.#made();
    this.#server.listen(path ?? { port: this.#port, host: '127.0.0.1' });
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (typeof address === 'object') this.#port = (address as AddressInfo).port;
  }

  async down(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  #made(): Server {
    return createServer((request, answer) => {
      this.open += 1;
      this.mostOpen = Math.max(this.open, this.mostOpen);
      answer.once('close', () => {
        this.open -= 1;
      });
      void text(request).then(
        (body) => {
          const call = callOf(request.url ?? '', request.headers, body);
          this.calls.push(call);
          this.react(call, answer);
        },
        () => undefined,
      );
    });
  }
}

function callOf(path: string, headers: IncomingHttpHeaders, body: string): Call {
  const structured = headers['content-type']?.startsWith('application/cloudevents+json') === true;
  const event = (structured ? JSON.parse(body) : {}) as Record<string, unknown>;
  const id = String(structured ? event['id'] : headers['ce-id']);
  const topic = String(structured ? event['subject'] : headers['ce-subject']);
  return { path, headers, body, id, topic, data: structured ? event['data'] : body };
}

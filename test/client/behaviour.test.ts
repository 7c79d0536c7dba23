/** A worker written as users write one, on the system's clock: its commands, its callbacks, its client. */

import { describe, expect, test } from 'vitest';
import {
  type ChannelClosed,
  type Connected,
  GenSocketClient,
  type Joined,
  type Message,
  type Replied,
  type StopReason,
} from '../../src/index.js';
import { MemoryPhoenix } from '../support/memory-phoenix.js';

/** Greets, asks, leaves when told to, and stops when it has left. */
class Guest extends GenSocketClient {
  readonly said: string[] = [];

  override init(): string {
    this.join('room:lobby', { name: 'Ada' });
    return 'ws://phoenix/socket';
  }

  override handleConnected({ transport }: Connected): void {
    this.said.push(`connected by ${transport}, joined: ${this.joined('room:lobby')}`);
  }

  override async handleJoined({ topic, response }: Joined): Promise<void> {
    this.said.push(`joined ${topic}: ${JSON.stringify(response)}`);
    this.push(topic, 'greet');
    const answer = await this.push(topic, 'ask', { name: 'Ada' }).ok();
    this.said.push(`answered ${JSON.stringify(answer)}, joined: ${this.joined(topic)}`);
  }

  override handleMessage({ topic, event, payload }: Message): void {
    this.said.push(`message ${event} ${JSON.stringify(payload)}`);
    if (event === 'go') this.leave(topic);
  }

  override handleReply({ event, status }: Replied): void {
    this.said.push(`reply to ${event}: ${status}`);
  }

  override handleChannelClosed({ topic, cause }: ChannelClosed): void {
    this.said.push(`${topic} ${cause}`);
    this.stop('home');
  }

  override terminate(reason: StopReason): void {
    this.said.push(`terminate ${reason.kind}`);
  }
}

/** Moves house: from one endpoint to the next, then away, then back. */
class Mover extends GenSocketClient {
  #connections = 0;

  override handleConnected(): void {
    this.#connections += 1;
    if (this.#connections === 1) this.connect('ws://second/socket');
    if (this.#connections === 2) this.disconnect();
    if (this.#connections === 3) this.stop();
  }

  override handleDisconnected(): void {
    this.connect();
  }
}

/** Overrides nothing. */
class Bare extends GenSocketClient {}

describe('a worker', () => {
  test('lives from init to terminate', async () => {
    const phoenix: MemoryPhoenix = new MemoryPhoenix({
      join: () => ['ok', { people: 2 }],
      push: (message) => {
        phoenix.reply(message, ['ok', { to: message.event }]);
        if (message.event === 'ask') phoenix.push(message.topic, 'go', { now: true });
        return null;
      },
    });
    const worker = new Guest();
    const client = worker.start({ transports: [phoenix.transport] });

    await expect(client.stopped).resolves.toEqual({ kind: 'requested', reason: 'home' });
    expect(worker.said).toEqual([
      'connected by memory, joined: false',
      'joined room:lobby: {"people":2}',
      'answered {"to":"ask"}, joined: true',
      'reply to greet: ok',
      'message go {"now":true}',
      'room:lobby left',
      'terminate requested',
    ]);
    expect(phoenix.received.map(({ event, payload }) => [event, payload])).toEqual([
      ['phx_join', { name: 'Ada' }],
      ['greet', {}],
      ['ask', { name: 'Ada' }],
      ['phx_leave', {}],
    ]);
    expect(client.status.state).toBe('stopped');
  });

  test('may connect elsewhere, disconnect and connect again', async () => {
    const phoenix = new MemoryPhoenix();
    const client = new Mover().start({
      url: 'ws://first/socket',
      transports: [phoenix.transport],
    });

    await expect(client.stopped).resolves.toEqual({ kind: 'requested', reason: null });
    expect(phoenix.dials.map(({ request }) => request.url.host)).toEqual([
      'first',
      'second',
      'second',
    ]);
  });

  test('needs no callback at all', async () => {
    const phoenix = new MemoryPhoenix();
    const returned = new Promise<void>((resolve) => {
      phoenix.script.dial = (_, count) => {
        if (count === 1) queueMicrotask(() => phoenix.cut());
        else resolve();
        return 'accept';
      };
    });
    const client = new Bare().start({
      url: 'ws://phoenix/socket',
      transports: [phoenix.transport],
      reconnect: { delays: [1] },
    });
    await returned;

    await expect(client.stop('done')).resolves.toEqual({ kind: 'requested', reason: 'done' });
  });
});

/** The sockets of a client on memory connections: the test is the server and the clock, and sees what is told. */

import type { Join } from '../../src/channel/requests.js';
import type { DisconnectedFact } from '../../src/policy/facts.js';
import type { WireMessage } from '../../src/protocol/message.js';
import { EVENTS } from '../../src/protocol/names.js';
import { v2 } from '../../src/protocol/v2-serializer.js';
import type { SocketsListener } from '../../src/sockets/listener.js';
import { settingsOf, type SocketOptions } from '../../src/sockets/settings.js';
import { Sockets } from '../../src/sockets/sockets.js';
import { Reporter } from '../../src/telemetry/telemetry.js';
import {
  type MemoryServer,
  type MemorySession,
  memoryTransport,
} from '../../src/transport/memory-transport.js';
import { SimulatedClock } from './simulated-clock.js';

export class ServedSockets implements SocketsListener, AsyncDisposable {
  readonly clock = new SimulatedClock();
  readonly server: MemoryServer;
  readonly sockets: Sockets;
  /** What the worker is told of its connection. */
  readonly told: string[] = [];

  constructor(options: SocketOptions = {}) {
    const { transport, server } = memoryTransport();
    this.server = server;
    const url = 'ws://phoenix.example/socket';
    const settings = settingsOf({ url, transports: [transport], ...options });
    const reporter = new Reporter([], () => this.clock.now());
    const environment = { clock: this.clock, random: () => 0.5, reporter, makeKey: () => 'key' };
    this.sockets = new Sockets(settings, this, environment);
    this.sockets.connect();
  }

  join(topic: string, isWantedForEver = true): Join {
    const { rejoin } = this.sockets.settings;
    const terms = { timeout: 10_000, rejoin: { ...rejoin, enabled: isWantedForEver } };
    return this.sockets.channels.join(topic, {}, terms);
  }

  /** Accepts the next dial. */
  async opened(): Promise<MemorySession> {
    return (await this.server.dials.next()).accept();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.sockets.stop();
  }

  connected(): void {
    this.told.push('connected');
  }

  disconnected({ close }: DisconnectedFact): void {
    this.told.push(`disconnected: ${close.cause}`);
  }

  joined({ topic }: { topic: string }): void {
    this.sockets.channels.endGreeting(topic);
  }

  joinFailed(): void {
    return;
  }

  channelClosed(): void {
    return;
  }

  forget(): null {
    return null;
  }

  changed(): void {
    return;
  }

  message(): void {
    return;
  }

  presenceChanged(): void {
    return;
  }

  replied(): void {
    return;
  }

  policyFailed(): void {
    return;
  }

  storeFailed(): void {
    return;
  }

  pushFailed(): void {
    return;
  }

  awaited(): void {
    return;
  }
}

/** The next message of the client. */
export async function heard({ received }: MemorySession): Promise<WireMessage> {
  const message = v2.decode(await received.next());
  if (message instanceof Error) throw message;
  return message;
}

export function answer(
  session: MemorySession,
  message: WireMessage,
  status: string,
  response: unknown = {},
): void {
  session.send(v2.encode({ ...message, event: EVENTS.reply, payload: { status, response } }));
}

/** Accepts the next join. */
export async function admit(session: MemorySession): Promise<string> {
  const join = await heard(session);
  answer(session, join, 'ok');
  return join.topic;
}

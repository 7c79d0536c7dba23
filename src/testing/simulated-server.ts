/** The server's end of a simulation: takes dials, carries channels, and keeps what nobody has claimed yet. */

import type { CloseFrame } from '../transport/close-frame.js';
import {
  type MemoryDial,
  type MemoryServer,
  memoryTransport,
} from '../transport/memory-transport.js';
import type { Transport } from '../transport/transport.js';
import type { ClientRequest } from './client-request.js';
import type { Happening } from './happening.js';
import { serializerFor } from './server-serializer.js';
import type { SimulatedChannel } from './simulated-channel.js';
import { type SessionListener, SimulatedSession } from './simulated-session.js';

export class SimulatedServer implements SessionListener {
  readonly transport: Transport;
  readonly #sessions = new Set<SimulatedSession>();
  /** In order. What can no longer be answered is not in it: a dial given up, a join replaced or cut off. */
  readonly #unclaimed: Happening[] = [];

  constructor() {
    const { transport, server } = memoryTransport();
    this.transport = transport;
    void this.#takeDials(server);
  }

  get unclaimed(): readonly Happening[] {
    return this.#unclaimed;
  }

  get isConnected(): boolean {
    return [...this.#sessions].some((session) => session.isOpen);
  }

  /** Takes the first that matches, and leaves the others in order. */
  claim<H extends Happening>(matches: (happening: Happening) => happening is H): H | undefined {
    const claimed = this.#unclaimed.find(matches);
    if (claimed !== undefined) this.#drop(claimed);
    return claimed;
  }

  /** Throws for a version of the protocol that Phoenix does not speak. */
  accept(dial: MemoryDial): void {
    const vsn = dial.request.url.searchParams.get('vsn');
    const serializer = serializerFor(vsn);
    if (serializer === undefined) {
      throw new Error(
        `the client speaks version ${String(vsn)}: a simulation speaks 1.0.0 and 2.0.0, so leave the serializer out here`,
      );
    }
    this.#sessions.add(new SimulatedSession(dial.accept(), serializer, this));
  }

  /** The newest membership of the topic, joined or about to be. */
  channel(topic: string): SimulatedChannel | undefined {
    const channels = [...this.#sessions].map((session) => session.channel(topic));
    return channels.findLast(
      (channel) => channel?.isJoined === true || channel?.isJoining === true,
    );
  }

  dismiss(code: number | undefined, reason: string): void {
    for (const session of this.#sessions) session.dismiss(code, reason);
  }

  asked(request: ClientRequest): void {
    if (request.kind === 'join') {
      this.#dropJoins(({ channel }) => channel.topic === request.channel.topic);
    }
    this.#unclaimed.push(request);
  }

  ended(session: SimulatedSession, hungUp: CloseFrame | null): void {
    this.#sessions.delete(session);
    this.#dropJoins(({ channel }) => channel.carrier === session);
    if (hungUp !== null) this.#unclaimed.push({ kind: 'disconnect', closed: hungUp });
  }

  async #takeDials({ dials }: MemoryServer): Promise<never> {
    for (;;) this.#dialled(await dials.next());
  }

  #dialled(dial: MemoryDial): void {
    const { signal } = dial.request;
    if (signal.aborted) return;
    const happening: Happening = { kind: 'dial', dial };
    this.#unclaimed.push(happening);
    signal.addEventListener('abort', () => this.#drop(happening));
  }

  #dropJoins(isGone: (join: ClientRequest) => boolean): void {
    for (const happening of [...this.#unclaimed]) {
      if (happening.kind === 'join' && isGone(happening)) this.#drop(happening);
    }
  }

  #drop(happening: Happening): void {
    const index = this.#unclaimed.indexOf(happening);
    if (index >= 0) this.#unclaimed.splice(index, 1);
  }
}

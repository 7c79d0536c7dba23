/** What all sockets of a double share: the channels by pattern, who is connected, and the broadcasts between them. */

import { matches } from './channel-double.js';
import type { ChannelCrash, ChannelDouble, ChannelTable, ServerChannel } from './channel-double.js';
import { FaultSwitches } from './faults.js';
import type { FaultState } from './faults.js';
import { Presences } from './presences.js';
import type { ServerChannelProcess } from './server-channel.js';
import type { ServerKind } from './server-kind.js';
import type { ServerSocket, SocketHost } from './server-socket.js';

export class Endpoint implements SocketHost {
  readonly server: ServerKind;
  readonly maxChannelsPerSocket: number;
  readonly sockets = new Set<ServerSocket>();
  readonly crashes: ChannelCrash[] = [];
  readonly presences = new Presences((topic, event, diff) => this.broadcast(topic, event, diff));
  readonly switches = new FaultSwitches(() => this.#adjust());
  readonly #channels: ChannelTable;

  constructor(channels: ChannelTable, server: ServerKind, maxChannelsPerSocket: number) {
    this.#channels = channels;
    this.server = server;
    this.maxChannelsPerSocket = maxChannelsPerSocket;
  }

  get faults(): FaultState {
    return this.switches.state;
  }

  channelFor(topic: string): ChannelDouble | undefined {
    return Object.entries(this.#channels).find(([pattern]) => matches(pattern, topic))?.[1];
  }

  broadcast(topic: string, event: string, payload: unknown, except?: ServerChannel): void {
    for (const socket of this.sockets) socket.hear(topic, event, payload, except);
  }

  /** The joined channels, of all sockets, of one topic or of any. */
  channels(topic?: string): readonly ServerChannelProcess[] {
    const all = [...this.sockets].flatMap((socket) => socket.channels);
    return topic === undefined ? all : all.filter((channel) => channel.topic === topic);
  }

  crashed(topic: string, error: unknown): void {
    this.crashes.push({ topic, error });
  }

  forget(socket: ServerSocket): void {
    this.sockets.delete(socket);
  }

  #adjust(): void {
    for (const socket of this.sockets) socket.adjust();
  }
}

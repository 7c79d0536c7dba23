/** Which socket carries a topic, when Phoenix admits only so many channels to each. */

import { Channel } from '../channel/channel.js';
import type { Carrier, Placement } from '../channel/hub.js';
import type { Reporter } from '../telemetry/telemetry.js';
import type { Socket } from './socket.js';
import { areAtRest } from './sockets-status.js';

export type Load = {
  /** Channels that this socket carries, joined or not. */
  readonly carried: number;
};

/** The sockets to choose from, and how to get one more. */
export interface Fleet {
  readonly sockets: readonly Socket[];
  addSocket(): Socket;
}

export type Limits = { readonly channels: number; readonly sockets: number };

export class SocketPlacement implements Placement {
  readonly #fleet: Fleet;
  readonly #limits: Limits;
  readonly #reporter: Reporter;
  /** How many channels the server admits to a socket, as far as is known. */
  #channelLimit: number;

  constructor(fleet: Fleet, limits: Limits, reporter: Reporter) {
    this.#fleet = fleet;
    this.#limits = limits;
    this.#reporter = reporter;
    this.#channelLimit = limits.channels;
  }

  place(): Carrier {
    const sockets = wantedOf(this.#fleet.sockets);
    return this.#roomAmong(sockets) ?? leastLoaded(sockets);
  }

  beyond(full: Carrier): Carrier | null {
    const { sockets } = this.#fleet;
    const socket = sockets.find((each) => each === full);
    const held = socket === undefined ? 0 : heldBy(socket);
    // A socket that admits none at all has no limit to teach: another one would be refused as well.
    if (socket === undefined || held === 0) return null;
    this.#channelLimit = held;
    this.#reporter.fact('socket.full', { socket: socket.number, channels: held });
    return this.#roomAmong(wantedOf(sockets).filter((each) => each !== socket));
  }

  /** Another server has a limit of its own. */
  forgetLimit(): void {
    this.#channelLimit = this.#limits.channels;
  }

  #roomAmong(sockets: readonly Socket[]): Socket | null {
    const room = this.#limits.sockets - this.#fleet.sockets.length;
    const limits = { channels: this.#channelLimit, sockets: sockets.length + room };
    const place = placeAmong(sockets, limits);
    return place === 'new' ? this.#fleet.addSocket() : place;
  }
}

/** The first socket with room, else a new one, else null: all are full and there may be no more. */
export function placeAmong<S extends Load>(
  sockets: readonly S[],
  limits: Limits,
): S | 'new' | null {
  const roomy = sockets.find((socket) => socket.carried < limits.channels);
  if (roomy !== undefined) return roomy;
  return sockets.length < limits.sockets ? 'new' : null;
}

/** A socket that was given up opens no more by itself; when all are at rest they will be connected together. */
function wantedOf(sockets: readonly Socket[]): readonly Socket[] {
  const wanted = sockets.filter((socket) => !areAtRest([socket]));
  return wanted.length > 0 ? wanted : sockets;
}

/** All are full: the server's own answer tells the worker so. */
function leastLoaded(sockets: readonly Socket[]): Socket {
  return sockets.reduce((least, each) => (each.carried < least.carried ? each : least));
}

/** How many channels the server may hold on it: one that is being left is held until the server says otherwise. */
function heldBy({ riders }: Socket): number {
  const states = [...riders].map((rider) => rider instanceof Channel && rider.status.state);
  return states.filter((state) => state === 'joined' || state === 'leaving').length;
}

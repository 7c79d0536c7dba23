/** One connection through a fault proxy: a client's socket, one to the server, and a pipe for each way. */

import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { FaultPipe, type PipeOwner } from './fault-pipe.js';
import type { RuleTerms } from './fault-rules.js';

export type LinkOwner = Omit<PipeOwner, 'cut' | 'reset'> & {
  gone(link: FaultLink): void;
};

export class FaultLink implements PipeOwner {
  readonly number: number;
  readonly client: Socket;
  readonly note: PipeOwner['note'];
  readonly passed: PipeOwner['passed'];
  readonly #server: Socket;
  readonly #pipes: readonly FaultPipe[];

  /** Connections have numbers, and so each way has chance of its own, whatever the others do. */
  constructor(number: number, client: Socket, server: Socket, terms: RuleTerms, owner: LinkOwner) {
    this.number = number;
    this.client = client;
    this.#server = server;
    this.note = owner.note.bind(owner);
    this.passed = owner.passed.bind(owner);
    const of = { connection: number };
    const seed = terms.seed + 2 * number;
    for (const socket of [client, server]) {
      socket.on('error', ignore);
      socket.once('close', () => {
        if (client.closed && server.closed) owner.gone(this);
      });
    }
    this.#pipes = [
      new FaultPipe(client, server, { ...of, to: 'server' }, { ...terms, seed }, this),
      new FaultPipe(server, client, { ...of, to: 'client' }, { ...terms, seed: seed + 1 }, this),
    ];
  }

  get waiting(): number {
    return this.#pipes.reduce((sum, { waiting }) => sum + waiting, 0);
  }

  obey(): void {
    for (const pipe of this.#pipes) pipe.obey();
  }

  cut(): void {
    this.client.destroySoon();
    this.#server.destroySoon();
  }

  reset(): void {
    resetSocket(this.client);
    resetSocket(this.#server);
  }

  dispose(): void {
    for (const pipe of this.#pipes) pipe.dispose();
    this.client.destroy();
    this.#server.destroy();
  }
}

/** Node resets plain TCP only. */
export function resetSocket(socket: Socket): void {
  if (socket instanceof TLSSocket) socket.destroy();
  else socket.resetAndDestroy();
}

/** A broken connection is what the proxy is for. */
function ignore(): void {}

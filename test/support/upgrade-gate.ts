/** A middlebox before a server: plain requests pass, and WebSocket upgrades suffer what the test says. */

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/**
 * A status: they are answered with it. `hang`: they are not answered. `cut`: they pass, and the connection is cut at the
 * server's first bytes, which never arrive. `mute`: they pass and are answered, and nothing that follows arrives.
 */
export type UpgradeFate = 'pass' | 'hang' | 'cut' | 'mute' | number;

const LOOPBACK = '127.0.0.1';

export class UpgradeGate implements AsyncDisposable {
  fate: UpgradeFate;
  readonly #server: Server;
  readonly #target: number;
  readonly #sockets = new Set<Socket>();

  static async start(target: number, fate: UpgradeFate): Promise<UpgradeGate> {
    const server = createServer({ noDelay: true });
    server.listen(0, LOOPBACK);
    await once(server, 'listening');
    return new UpgradeGate(server, target, fate);
  }

  private constructor(server: Server, target: number, fate: UpgradeFate) {
    this.#server = server;
    this.#target = target;
    this.fate = fate;
    server.on('connection', (client: Socket) => {
      this.#keep(client).once('data', (head: Buffer) => this.#take(client, head));
    });
  }

  urlOf(mount: string): string {
    return `ws://${LOOPBACK}:${(this.#server.address() as AddressInfo).port}${mount}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #take(client: Socket, head: Buffer): void {
    const isUpgrade = /^upgrade: websocket/im.test(head.toString('latin1'));
    const fate = isUpgrade ? this.fate : 'pass';
    if (typeof fate === 'number') client.end(`HTTP/1.1 ${fate} No\r\ncontent-length: 0\r\n\r\n`);
    else if (fate === 'hang') client.resume();
    else this.#pass(client, head, fate);
  }

  #pass(client: Socket, head: Buffer, fate: 'pass' | 'cut' | 'mute'): void {
    const server = this.#keep(connect(this.#target, LOOPBACK));
    client.once('close', () => server.destroy());
    server.once('close', () => client.destroy());
    server.write(head);
    client.pipe(server);
    if (fate === 'pass') server.pipe(client);
    else if (fate === 'cut') server.once('data', () => server.destroy());
    else server.once('data', (answer: Buffer) => client.write(answer)).resume();
  }

  #keep(socket: Socket): Socket {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.#sockets.delete(socket));
    return socket;
  }
}

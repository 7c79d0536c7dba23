/** The page of a real client, on a listener of its own. */

import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { type Page, livePage } from '../../../src/daemon/admin/page-routes.js';
import type { Snapshot } from '../../../src/daemon/admin/snapshot.js';
import type { Client, ClientOptions } from '../../../src/index.js';
import { type ChannelTable, PhoenixDouble, seedChannels } from '../../../src/testing/index.js';
import { snapshotOf, WatchedWorker } from './watched-sidecar.js';

export type PageScene = {
  readonly assets: URL;
  readonly wanted?: { readonly [topic: string]: unknown };
  readonly channels?: ChannelTable;
  readonly control?: boolean;
  readonly options?: ClientOptions;
  /** What is shown in the place of what the client says. */
  readonly change?: (snapshot: Snapshot) => Snapshot;
};

const PACE: ClientOptions = {
  reconnect: { delays: [1500], jitter: 'none', stableAfter: 100 },
  rejoin: { delays: [400], jitter: 'none' },
};

export class PageStage implements AsyncDisposable {
  readonly double: PhoenixDouble;
  readonly worker: WatchedWorker;
  readonly client: Client<WatchedWorker>;
  readonly page: Page;
  readonly #scene: PageScene;
  #server: Server;
  #port = 0;

  private constructor(double: PhoenixDouble, scene: PageScene) {
    this.double = double;
    this.#scene = scene;
    const { assets, wanted = { 'rooms:lobby': {} }, control = true, options } = scene;
    this.worker = new WatchedWorker(wanted);
    this.client = this.worker.start({ url: double.url, ...PACE, ...options });
    this.page = livePage({
      snapshot: () => this.snapshot(),
      changes: () => this.client.changes(),
      control: control ? this.worker.control : null,
      assets,
    });
    this.#server = this.#newServer();
  }

  static async open(scene: PageScene): Promise<PageStage> {
    const double = await PhoenixDouble.start(scene.channels ?? seedChannels());
    const stage = new PageStage(double, scene);
    await stage.listen();
    stage.page.start();
    return stage;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/`;
  }

  snapshot(): Snapshot {
    const { control = true, change = (snapshot: Snapshot) => snapshot } = this.#scene;
    return change(snapshotOf(this.worker, this.client, control));
  }

  /** Until all that is wanted is joined. */
  async joined(): Promise<void> {
    for await (const { state, channels } of this.client.changes()) {
      const all = [...channels.values()].every((channel) => channel.state === 'joined');
      if (state === 'connected' && all) return;
    }
  }

  async listen(): Promise<void> {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** As if the daemon were gone. */
  async hangUp(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
    this.#server = this.#newServer();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.page.stop();
    if (this.#server.listening) await this.hangUp();
    await this.client.stop();
    await this.double.stop();
  }

  #newServer(): Server {
    return createAdaptorServer({ fetch: this.page.routes.fetch }) as Server;
  }
}

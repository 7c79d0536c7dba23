/** The page of a real client, on a listener of its own. */

import { type Page, livePage } from '../../../src/daemon/admin/page-routes.js';
import type { Snapshot } from '../../../src/daemon/admin/snapshot.js';
import { type OpenListener, openListener } from '../../../src/daemon/listeners/listener.js';
import type { Client, ClientOptions } from '../../../src/index.js';
import { type ChannelTable, PhoenixDouble, seedChannels } from '../../../src/testing/index.js';
import { TERMS } from './listening.js';
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
  /** The routes of its answers, as the listener counts them. */
  readonly counted: string[] = [];
  #listener: OpenListener | null = null;
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
    const meters = {
      ...TERMS.meters,
      request: (...[, route]: Parameters<typeof TERMS.meters.request>) =>
        void this.counted.push(route),
    };
    const { fetch } = this.page.routes;
    this.#listener = await openListener('admin', { listen: this.#port }, fetch, {
      ...TERMS,
      meters,
    });
    this.#port = Number(new URL(this.#listener.address).port);
  }

  /** As if the daemon were gone. */
  async hangUp(): Promise<void> {
    this.#listener?.server.closeAllConnections();
    await this.#listener?.close();
    this.#listener = null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.page.stop();
    await this.hangUp();
    await this.client.stop();
    await this.double.stop();
  }
}

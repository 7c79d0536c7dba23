/** A TCP proxy before a server, with TLS if wanted: a bad network made of rules and a seed. */

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Certificate } from './certificate.js';
import { FaultLink, type LinkOwner, resetSocket } from './fault-link.js';
import {
  type Fault,
  type FaultKind,
  type FaultRule,
  RuleBook,
  type RuleClock,
  type RuleTerms,
  type Way,
} from './fault-rules.js';

/** One thing that was done to a connection, or that it came or went. `at` is as `Date.now()`. */
export type FaultEntry = {
  readonly at: number;
  readonly connection: number;
  readonly to: Way['to'] | null;
  readonly did: FaultKind | 'accepted' | 'closed';
};

export type FaultProxyOptions = {
  /** What all its chance comes from. Default 1. */
  readonly seed?: number;
  readonly rules?: readonly FaultRule[];
  /** It speaks TLS when one is given, and TCP to the server all the same. */
  readonly certificate?: Certificate;
  /** Default: the system's. */
  readonly clock?: RuleClock;
};

const SYSTEM: RuleClock = {
  monotonic: () => performance.now(),
  setTimeout: (turn, ms) => setTimeout(turn, ms),
  clearTimeout: (timer) => {
    clearTimeout(timer as NodeJS.Timeout | undefined);
  },
};

const LOOPBACK = '127.0.0.1';
/** Of the log the newest are kept, and forgotten so many at a time. */
const KEPT = 10_000;

export class FaultProxy implements LinkOwner, AsyncDisposable {
  readonly #server: Server;
  readonly #target: number;
  readonly #scheme: 'ws' | 'wss';
  readonly #terms: RuleTerms;
  readonly #links = new Set<FaultLink>();
  readonly #log: FaultEntry[] = [];
  readonly #counts = new Map<FaultEntry['did'], number>();
  #accepted = 0;
  #toClients = 0;

  /** In front of the server on that port, on the loopback interface. */
  static async start(target: number, options: FaultProxyOptions = {}): Promise<FaultProxy> {
    const { certificate } = options;
    // A TLS connection has no half that could be open.
    const server =
      certificate === undefined
        ? createServer({ allowHalfOpen: true, noDelay: true })
        : createTlsServer({ noDelay: true, ...certificate });
    server.listen(0, LOOPBACK);
    await once(server, 'listening');
    return new FaultProxy(server, target, options);
  }

  private constructor(server: Server, target: number, options: FaultProxyOptions) {
    const { seed = 1, rules = [], clock = SYSTEM, certificate } = options;
    this.#server = server;
    this.#target = target;
    this.#terms = { book: new RuleBook(), clock, seed };
    this.#scheme = certificate === undefined ? 'ws' : 'wss';
    this.#terms.book.rules = rules;
    const event = certificate === undefined ? 'connection' : 'secureConnection';
    server.on(event, (client: Socket) => this.#accept(client));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  urlOf(mount: string): string {
    return `${this.#scheme}://${LOOPBACK}:${this.port}${mount}`;
  }

  /** Bytes that went to clients so far. */
  get bytesToClients(): number {
    return this.#toClients;
  }

  /** How many connections there are, dead ones included that nobody has noticed yet. */
  get connections(): number {
    return this.#links.size;
  }

  /** Bytes that it has read and not passed on. */
  get waiting(): number {
    return [...this.#links].reduce((sum, { waiting }) => sum + waiting, 0);
  }

  /** The newest 10 000 entries at least, the oldest first. */
  get log(): readonly FaultEntry[] {
    return this.#log;
  }

  /** How often that was done so far. */
  count(did: FaultEntry['did']): number {
    return this.#counts.get(did) ?? 0;
  }

  /** From now on these rules and no others hold; one that held before goes on as it was. */
  obey(rules: readonly FaultRule[]): void {
    this.#terms.book.rules = rules;
    for (const link of this.#links) link.obey();
  }

  /** Says this to every client, as if the server had. */
  inject(bytes: Uint8Array): void {
    for (const { client } of this.#links) client.write(bytes);
  }

  note({ connection, to }: Way, { kind }: Fault): void {
    this.#add(connection, to, kind);
  }

  passed({ to }: Way, bytes: number): void {
    if (to === 'client') this.#toClients += bytes;
  }

  gone(link: FaultLink): void {
    if (!this.#links.delete(link)) return;
    link.dispose();
    this.#add(link.number, null, 'closed');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const link of this.#links) link.dispose();
    await closed;
  }

  #accept(client: Socket): void {
    this.#accepted += 1;
    const number = this.#accepted;
    this.#add(number, null, 'accepted');
    if (this.#terms.book.refuses(number)) {
      this.#add(number, null, 'refuse');
      client.on('error', () => undefined);
      resetSocket(client);
      return;
    }
    const server = connect({
      port: this.#target,
      host: LOOPBACK,
      allowHalfOpen: true,
      noDelay: true,
    });
    this.#links.add(new FaultLink(number, client, server, this.#terms, this));
  }

  #add(connection: number, to: FaultEntry['to'], did: FaultEntry['did']): void {
    this.#counts.set(did, (this.#counts.get(did) ?? 0) + 1);
    this.#log.push({ at: Date.now(), connection, to, did });
    if (this.#log.length >= 2 * KEPT) this.#log.splice(0, KEPT);
  }
}

/** The deliveries that are configured now: what changes is stopped and opened anew, the others go on. */

import { isDeepStrictEqual } from 'node:util';
import type { DeliveryConfig } from './config/delivery-schema.js';
import type { Delivery } from './deliveries/delivery.js';
import type { PlannedDelivery } from './deliveries/open-delivery.js';

export type Deliveries = { readonly [name: string]: DeliveryConfig };

type Plan = (name: string, config: DeliveryConfig) => PlannedDelivery;
type Planned = PlannedDelivery & { readonly config: DeliveryConfig };

/** What is in flight in a delivery that is taken out of service. */
const PATIENCE = 5000;

export class DeliverySet {
  /** Always the same list, whose contents change: its readers need not be told. */
  readonly list: Delivery[] = [];
  readonly #plan: Plan;
  readonly #configs = new Map<string, DeliveryConfig>();
  #isStopped = false;

  constructor(plan: Plan, configs: Deliveries) {
    this.#plan = plan;
    for (const each of this.#fresh(configs)) this.#add(each);
  }

  start(): void {
    for (const delivery of this.list) delivery.start();
  }

  /** Throws where one of them cannot be. Nothing has changed before what it returns is called. */
  planned(configs: Deliveries): () => Promise<void> {
    const fresh = this.#fresh(configs);
    const old = this.list.filter(({ name }) => !this.#isSame(name, configs));
    return () => this.#exchange(old, fresh);
  }

  /** Nothing is opened any more. */
  async stop(signal: AbortSignal): Promise<void> {
    this.#isStopped = true;
    await Promise.allSettled(this.list.map((delivery) => delivery.stop(signal)));
  }

  #isSame(name: string, configs: Deliveries): boolean {
    return (
      Object.hasOwn(configs, name) && isDeepStrictEqual(configs[name], this.#configs.get(name))
    );
  }

  /** Those that are not open as they are to be. */
  #fresh(configs: Deliveries): readonly Planned[] {
    const fresh = Object.entries(configs).filter(([name]) => !this.#isSame(name, configs));
    return fresh.map(([name, config]) => ({ config, ...this.#plan(name, config) }));
  }

  /** Each goes on where it was, by its cursor. What a stop of all overtakes stays in the list, and counts as left. */
  async #exchange(old: readonly Delivery[], fresh: readonly Planned[]): Promise<void> {
    await Promise.all(old.map((delivery) => delivery.stop(AbortSignal.timeout(PATIENCE))));
    if (this.#isStopped) return;
    for (const delivery of old) this.#remove(delivery);
    for (const each of fresh) this.#add(each).start();
  }

  #add({ config, open }: Planned): Delivery {
    const delivery = open();
    this.list.push(delivery);
    this.#configs.set(delivery.name, config);
    return delivery;
  }

  #remove(delivery: Delivery): void {
    this.list.splice(this.list.indexOf(delivery), 1);
    this.#configs.delete(delivery.name);
  }
}

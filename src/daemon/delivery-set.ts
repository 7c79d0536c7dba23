/** The deliveries that are configured now: what changes is stopped and opened anew, the others go on. */

import { isDeepStrictEqual } from 'node:util';
import type { DeliveryConfig } from './config/delivery-schema.js';
import type { Delivery } from './deliveries/delivery.js';

export type Deliveries = { readonly [name: string]: DeliveryConfig };

type Open = (name: string, config: DeliveryConfig) => Delivery;

/** What is in flight in a delivery that is taken out of service. */
const PATIENCE = 5000;

export class DeliverySet {
  /** Always the same list, whose contents change: its readers need not be told. */
  readonly list: Delivery[] = [];
  readonly #open: Open;
  readonly #configs = new Map<string, DeliveryConfig>();

  constructor(open: Open, configs: Deliveries) {
    this.#open = open;
    for (const [name, config] of Object.entries(configs)) this.#add(name, config);
  }

  start(): void {
    for (const delivery of this.list) delivery.start();
  }

  /** Each goes on where it was, by its cursor. */
  async apply(configs: Deliveries): Promise<void> {
    const isSame = (name: string) =>
      Object.hasOwn(configs, name) && isDeepStrictEqual(configs[name], this.#configs.get(name));
    const old = this.list.filter(({ name }) => !isSame(name));
    await Promise.all(old.map((delivery) => delivery.stop(AbortSignal.timeout(PATIENCE))));
    for (const delivery of old) this.#remove(delivery);
    for (const [name, config] of Object.entries(configs)) {
      if (!this.#configs.has(name)) this.#add(name, config).start();
    }
  }

  #add(name: string, config: DeliveryConfig): Delivery {
    const delivery = this.#open(name, config);
    this.list.push(delivery);
    this.#configs.set(name, config);
    return delivery;
  }

  #remove(delivery: Delivery): void {
    this.list.splice(this.list.indexOf(delivery), 1);
    this.#configs.delete(delivery.name);
  }
}

/** What is asked and told while there is no worker: it waits for the next one, in order, and not without limit. */

import type { Client } from '../client/handle.js';
import { tooLate } from '../client/calls.js';
import type { Clock } from '../clock.js';
import { UsageError } from '../errors.js';

type Guest = {
  enter(client: Client): void;
  refuse(error: unknown): void;
  readonly timer: unknown;
};

export class WaitingRoom {
  readonly #clock: Clock;
  readonly #limit: number;
  readonly #guests = new Set<Guest>();

  constructor(clock: Clock, limit: number) {
    this.#clock = clock;
    this.#limit = limit;
  }

  /** Throws `PHX_MAILBOX_FULL`. */
  notify(info: unknown): void {
    this.#requireRoom('notify');
    const enter = (client: Client) => {
      client.notify(info);
    };
    this.#guests.add({ enter, refuse: () => undefined, timer: null });
  }

  /** Rejects with what the worker throws, `PHX_CALL_TIMEOUT`, `PHX_MAILBOX_FULL` or `PHX_STOPPED`. */
  async call(request: unknown, timeout: number): Promise<unknown> {
    this.#requireRoom('call');
    const until = this.#clock.monotonic() + timeout;
    return await new Promise((resolve, reject) => {
      const timer = this.#clock.setTimeout(() => {
        this.#guests.delete(guest);
        reject(tooLate(timeout));
      }, timeout);
      const enter = (client: Client) => {
        resolve(client.call(request, { timeout: Math.max(0, until - this.#clock.monotonic()) }));
      };
      const guest = { enter, refuse: reject, timer };
      this.#guests.add(guest);
    });
  }

  /** To a worker that has just started. */
  letIn(client: Client): void {
    for (const guest of this.#leaving()) guest.enter(client);
  }

  /** There will be no other worker. */
  close(): void {
    for (const guest of this.#leaving()) {
      guest.refuse(new UsageError('PHX_STOPPED', 'call: the worker stopped before it answered'));
    }
  }

  #leaving(): readonly Guest[] {
    const guests = [...this.#guests];
    this.#guests.clear();
    for (const { timer } of guests) this.#clock.clearTimeout(timer);
    return guests;
  }

  #requireRoom(command: string): void {
    if (this.#guests.size < this.#limit) return;
    const problem = `${command}: ${this.#limit} wait for the worker to restart (inbox.messages)`;
    throw new UsageError('PHX_MAILBOX_FULL', `${problem}: slow down`);
  }
}

/** A worker whose callbacks do what the test says, and nothing where it says nothing. */

import type { Endpoint } from '../../src/index.js';
import type { Callback, Facts } from './worker-facts.js';
import { SimulatedWorker } from './worker-simulation.js';

export type Hooks = {
  readonly [C in Callback]?: (worker: HookedWorker, fact: Facts[C]) => unknown;
};

type Done = Promise<void> | void;

export class HookedWorker extends SimulatedWorker {
  readonly #hooks: Hooks;

  constructor(hooks: Hooks = {}) {
    super();
    this.#hooks = hooks;
  }

  override init(): Promise<Endpoint | undefined> | undefined {
    return this.#run('init', undefined) as Promise<Endpoint | undefined>;
  }

  override handleConnected(fact: Facts['handleConnected']): Done {
    return this.#run('handleConnected', fact);
  }

  override handleDisconnected(fact: Facts['handleDisconnected']): Done {
    return this.#run('handleDisconnected', fact);
  }

  override handleJoined(fact: Facts['handleJoined']): Done {
    return this.#run('handleJoined', fact);
  }

  override handleJoinError(fact: Facts['handleJoinError']): Done {
    return this.#run('handleJoinError', fact);
  }

  override handleChannelClosed(fact: Facts['handleChannelClosed']): Done {
    return this.#run('handleChannelClosed', fact);
  }

  override handleMessage(fact: Facts['handleMessage']): Done {
    return this.#run('handleMessage', fact);
  }

  override handlePresence(fact: Facts['handlePresence']): Done {
    return this.#run('handlePresence', fact);
  }

  override handleReply(fact: Facts['handleReply']): Done {
    return this.#run('handleReply', fact);
  }

  override handlePushError(fact: Facts['handlePushError']): Done {
    return this.#run('handlePushError', fact);
  }

  override handleGap(fact: Facts['handleGap']): Done {
    return this.#run('handleGap', fact);
  }

  override handleInfo(info: unknown): Done {
    return this.#run('handleInfo', info);
  }

  override handleCall(request: unknown): unknown {
    return this.#run('handleCall', request);
  }

  override terminate(fact: Facts['terminate']): Done {
    return this.#run('terminate', fact);
  }

  #run<C extends Callback>(callback: C, fact: Facts[C]): Done {
    return this.#hooks[callback]?.(this, fact) as Done;
  }
}

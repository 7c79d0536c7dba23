/** What holds at present of the faults that last: as rules of the network, and as switches of the server. */

import type { FaultProxy } from '../support/fault-proxy.js';
import type { FaultRule } from '../support/fault-rules.js';
import type { ChaosServer } from './chaos-server.js';
import type { LastingChaos } from './schedule.js';

export class Conditions {
  readonly #server: ChaosServer;
  readonly #proxy: FaultProxy;
  /** Each with its own rules, because the proxy knows a rule by its identity. */
  readonly #holding = new Map<LastingChaos, readonly FaultRule[]>();

  constructor(server: ChaosServer, proxy: FaultProxy) {
    this.#server = server;
    this.#proxy = proxy;
  }

  begin(fault: LastingChaos): void {
    this.#holding.set(fault, rulesOf(fault));
    this.#apply();
  }

  end(fault: LastingChaos): void {
    this.#holding.delete(fault);
    this.#apply();
  }

  /** The double has one way to end a fault: all at once. What still holds is set again. */
  #apply(): void {
    this.#proxy.obey([...this.#holding.values()].flat());
    this.#server.double.faults.heal();
    this.#server.joinDelay = 0;
    this.#server.refusesJoins = false;
    for (const fault of this.#holding.keys()) this.#switch(fault);
  }

  #switch(fault: LastingChaos): void {
    const { faults } = this.#server.double;
    switch (fault.kind) {
      case 'refusedDials':
        faults.refuse(fault.status);
        return;
      case 'slowJoins':
        this.#server.joinDelay = Math.max(this.#server.joinDelay, fault.ms);
        return;
      case 'refusedJoins':
        this.#server.refusesJoins = true;
        return;
      case 'duplicatedFrames':
        faults.duplicate();
        return;
      case 'droppedReplies':
        faults.drop('phx_reply');
        return;
      case 'frozenServer':
        faults.halfOpen();
        return;
      case 'flapping':
      case 'partition':
      case 'oneWay':
      case 'stalledNetwork':
      case 'slowNetwork':
      case 'shreddedWrites':
      case 'refusedConnections':
        // The network's.
        return;
    }
  }
}

function rulesOf(fault: LastingChaos): readonly FaultRule[] {
  switch (fault.kind) {
    case 'flapping':
      return [{ when: { ms: fault.every }, to: 'client', do: { kind: 'reset' } }];
    case 'partition':
      return [{ do: { kind: 'blackhole' } }];
    case 'oneWay':
      return [{ to: fault.to, do: { kind: 'blackhole' } }];
    case 'stalledNetwork':
      return [{ do: { kind: 'stall' } }];
    case 'slowNetwork':
      return [
        { do: { kind: 'delay', ms: fault.ms, jitter: fault.jitter } },
        { do: { kind: 'bandwidth', bytesPerSecond: fault.bytesPerSecond } },
      ];
    case 'shreddedWrites':
      return [{ do: { kind: 'split', most: fault.most } }];
    case 'refusedConnections':
      return [{ do: { kind: 'refuse' } }];
    case 'refusedDials':
    case 'slowJoins':
    case 'refusedJoins':
    case 'duplicatedFrames':
    case 'droppedReplies':
    case 'frozenServer':
      return [];
  }
}

/** The deliveries: a row for each, with what it waits for. */

import type { DeliveryStatus } from '../../deliveries/delivery.js';
import type { LiveView } from '../live-view.js';
import { part } from './dom.js';
import { type Cell, type Column, Table } from './table.js';
import { absolute, count, lengthOf, lengthUntil } from './wording.js';

type Counted =
  | 'waiting'
  | 'inFlight'
  | 'delivered'
  | 'retried'
  | 'dropped'
  | 'overflowed'
  | 'deadLetters';

const STATES: { readonly [state in DeliveryStatus['state']]: string } = {
  running: 'running',
  paused: 'paused',
  waitingForApp: 'waits for the application',
  stopped: 'stopped',
};
const BREAKERS = { closed: 'closed', open: 'open', halfOpen: 'half open' } as const;

export class DeliveriesView {
  readonly #none = part('no-deliveries', HTMLElement);
  readonly #frame = part('deliveries-frame', HTMLElement);
  readonly #table: Table<DeliveryStatus>;
  #now = 0;

  constructor() {
    const table = part('deliveries', HTMLTableElement);
    this.#table = new Table(table, this.#columns(), ({ name }) => name);
  }

  show({ deliveries, now }: LiveView): void {
    this.#now = now;
    this.#table.show(deliveries);
    this.#none.hidden = deliveries.length > 0;
    this.#frame.hidden = deliveries.length === 0;
  }

  #columns(): readonly Column<DeliveryStatus>[] {
    return [
      { title: 'Delivery', cell: ({ name, kind }) => ({ text: name, title: kind }) },
      { title: 'State', cell: stateCell },
      { title: 'Breaker', cell: breakerCell },
      counted('Waiting', 'waiting'),
      counted('In flight', 'inFlight'),
      { title: 'Oldest', isNumber: true, cell: ({ oldest }) => this.#oldest(oldest) },
      counted('Delivered', 'delivered'),
      counted('Retried', 'retried'),
      counted('Dropped', 'dropped', 'warn'),
      counted('Overflowed', 'overflowed', 'bad'),
      counted('Dead letters', 'deadLetters', 'bad'),
      { title: 'Last error', cell: (delivery) => this.#error(delivery) },
    ];
  }

  #oldest(at: number | null): Cell {
    return at === null ? { text: '–' } : { text: lengthOf(this.#now - at), title: absolute(at) };
  }

  #error({ lastError, nextTryAt }: DeliveryStatus): Cell {
    const next = nextTryAt === null ? '' : `; next try in ${lengthUntil(nextTryAt - this.#now)}`;
    if (lastError === null) return { text: next.slice(2) || '–' };
    const { what, at } = lastError;
    return { text: `${what}, ${lengthOf(this.#now - at)} ago${next}`, title: absolute(at) };
  }
}

function stateCell({ state }: DeliveryStatus): Cell {
  return { text: STATES[state], tone: state === 'running' ? 'good' : 'warn' };
}

function breakerCell({ breaker }: DeliveryStatus): Cell {
  if (breaker === null) return { text: '–' };
  return { text: BREAKERS[breaker], tone: breaker === 'closed' ? 'good' : 'bad' };
}

/** What should not be has its tone when it is not nothing. */
function counted(title: string, what: Counted, tone = ''): Column<DeliveryStatus> {
  return {
    title,
    isNumber: true,
    cell: (delivery) => ({ text: count(delivery[what]), tone: delivery[what] > 0 ? tone : '' }),
  };
}

/** Judges a story: which promises about pushes it breaks, if any. */

import type { Arrival, ChaosDelivery, ChaosFate, Life, WorkerFact } from './story.js';

export type Violation = { readonly promise: string; readonly what: string };

/** The promises by name, as the report lists them. */
export const PROMISES = {
  delivered: 'every accepted confirmed push reached the server',
  ordered: 'first deliveries are in order per topic',
  settledOnce: 'no push settled twice',
  settled: 'every push settled',
  once: 'volatile and buffered pushes arrived at most once',
  honest: 'what was told of a push is what happened to it',
  quiet: 'no worker failed, complained or stopped by itself',
  clean: 'no worker left anything open',
} as const;

type PushRecord = {
  readonly id: string;
  readonly worker: number;
  readonly life: number;
  readonly topic: string;
  readonly delivery: ChaosDelivery;
  readonly awaited: boolean;
  /** Of its worker's pushes. */
  readonly position: number;
  accepted: boolean;
  /** By which life, and how. */
  readonly fates: { readonly life: number; readonly fate: ChaosFate }[];
  arrivals: number;
  /** The life that sent what arrived last. */
  sentBy: number;
};

export class ChaosModel {
  readonly #pushes = new Map<string, PushRecord>();
  readonly #lives = new Map<string, 'running' | 'stopped'>();
  readonly #violations: Violation[] = [];
  /** By worker, topic and, for buffered pushes, membership: the position of the newest first arrival. */
  readonly #newest = new Map<string, PushRecord>();

  /** In the order in which the life wrote it. */
  told(life: Life, fact: WorkerFact): void {
    switch (fact.kind) {
      case 'started':
        this.#lives.set(nameOf(life), 'running');
        return;
      case 'pushed':
        this.#pushed(life, fact);
        return;
      case 'accepted':
        this.#of(fact.id, 'accepted', (push) => (push.accepted = true));
        return;
      case 'persisted':
        this.#of(fact.id, 'persisted', (push) => {
          if (!push.accepted)
            this.#broken('honest', `${push.id} was persisted, and never accepted`);
        });
        return;
      case 'settled':
        this.#of(fact.id, 'settled', (push) => this.#settled(life, push, fact.fate));
        return;
      case 'complained':
        this.#broken('quiet', `${nameOf(life)}: ${fact.about}`);
        return;
      case 'stopped':
        this.#lives.set(nameOf(life), 'stopped');
        for (const leak of fact.leaks) this.#broken('clean', `${nameOf(life)}: ${leak}`);
    }
  }

  /** In the order of arrival, when everything has been told. */
  arrived(arrival: Arrival): void {
    this.#of(arrival.id, 'arrived', (push) => {
      push.arrivals += 1;
      push.sentBy = arrival.life;
      if (push.arrivals === 1) this.#inOrder(push, arrival);
      else if (push.delivery !== 'confirmed') this.#broken('once', `${push.id} arrived again`);
    });
  }

  /** When everything has been told: what is missing counts, too. */
  verdict(): readonly Violation[] {
    const missing = [...this.#pushes.values()].flatMap((push) => this.#judge(push));
    return [...this.#violations, ...missing];
  }

  get counts(): { readonly [what: string]: number } {
    const pushes = [...this.#pushes.values()];
    const of = (delivery: ChaosDelivery) => pushes.filter((push) => push.delivery === delivery);
    const confirmed = of('confirmed');
    return {
      volatile: of('volatile').length,
      buffered: of('buffered').length,
      confirmed: confirmed.length,
      accepted: confirmed.filter(({ accepted }) => accepted).length,
      arrived: pushes.filter(({ arrivals }) => arrivals > 0).length,
      sentAgain: confirmed.reduce((sum, { arrivals }) => sum + Math.max(0, arrivals - 1), 0),
      settled: pushes.filter(({ fates }) => fates.length > 0).length,
      toldAgain: confirmed.reduce((sum, { fates }) => sum + Math.max(0, fates.length - 1), 0),
      toldToTheDead: confirmed.filter((push) => this.#wasToldToTheDead(push)).length,
      lives: this.#lives.size,
    };
  }

  #pushed({ worker, life }: Life, fact: WorkerFact & { readonly kind: 'pushed' }): void {
    const { id, topic, delivery, awaited } = fact;
    const position = this.#pushes.size;
    const push = { id, worker, life, topic, delivery, awaited, position };
    if (this.#pushes.has(id)) this.#broken('honest', `${id} was made twice`);
    this.#pushes.set(id, { ...push, accepted: false, fates: [], arrivals: 0, sentBy: 0 });
  }

  /** A kill may undo that a confirmed push was forgotten: then a later life tells its outcome again. */
  #settled({ life }: Life, push: PushRecord, fate: ChaosFate): void {
    const before = push.fates.at(-1);
    push.fates.push({ life, fate });
    if (before === undefined) return;
    const wasKilled = this.#stateOf({ worker: push.worker, life: before.life }) === 'running';
    if (push.delivery === 'confirmed' && before.life < life && wasKilled) return;
    this.#broken('settledOnce', `${push.id} was ${before.fate}, then ${fate}`);
  }

  #inOrder(push: PushRecord, { member }: Arrival): void {
    if (push.delivery === 'volatile') return;
    const within = push.delivery === 'confirmed' ? 'confirmed' : `${push.life} ${member}`;
    const lane = `${push.worker} ${push.topic} ${within}`;
    const newest = this.#newest.get(lane);
    if (newest !== undefined && newest.position > push.position) {
      this.#broken('ordered', `${push.id} arrived after ${newest.id} on ${push.topic}`);
    } else this.#newest.set(lane, push);
  }

  #judge(push: PushRecord): readonly Violation[] {
    const { id, delivery, accepted, arrivals, fates } = push;
    const found: Violation[] = [];
    const broken = (promise: keyof typeof PROMISES, what: string) =>
      found.push({ promise: PROMISES[promise], what });
    if (delivery === 'confirmed' && accepted && arrivals === 0) {
      broken('delivered', `${id} was accepted and never arrived`);
    }
    if (fates.length === 0 && this.#mustSettle(push)) broken('settled', `${id} never settled`);
    if (fates.some(({ fate }) => fate === 'replied') && arrivals === 0) {
      broken('honest', `${id} was replied to and never arrived`);
    }
    if (fates.some(({ fate }) => fate === 'no') && arrivals > 0) {
      broken('honest', `${id} was told as never sent, and arrived`);
    }
    return found;
  }

  /** What a kill takes with it cannot settle, but for what was persisted. */
  #mustSettle(push: PushRecord): boolean {
    if (push.delivery === 'confirmed' && push.accepted) return !this.#wasToldToTheDead(push);
    return push.awaited && this.#stateOf(push) === 'stopped';
  }

  /** A reply is told by the process that gets it: one that is killed before its callback ran tells nobody. */
  #wasToldToTheDead({ worker, accepted, fates, arrivals, sentBy }: PushRecord): boolean {
    const wasKilled = this.#stateOf({ worker, life: sentBy }) === 'running';
    return accepted && fates.length === 0 && arrivals > 0 && wasKilled;
  }

  #stateOf(life: Life): 'running' | 'stopped' | undefined {
    return this.#lives.get(nameOf(life));
  }

  #of(id: string, what: string, then: (push: PushRecord) => void): void {
    const push = this.#pushes.get(id);
    if (push === undefined) this.#broken('honest', `${id} ${what}, and nobody had pushed it`);
    else then(push);
  }

  #broken(promise: keyof typeof PROMISES, what: string): void {
    this.#violations.push({ promise: PROMISES[promise], what });
  }
}

function nameOf({ worker, life }: Life): string {
  return `worker ${worker}, life ${life}`;
}

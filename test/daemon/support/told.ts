/** What is wrong with what an application and a server were told: nothing is lost, in order, and the same under the same name. */

import type { Call } from './application.js';
import type { Put } from './world.js';

export type Event = {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly phxseq: number;
  readonly data: { readonly [field: string]: unknown };
};

/** Of calls in structured mode. */
export function eventsOf(calls: readonly Call[]): readonly Event[] {
  return calls.map(({ body }) => JSON.parse(body) as Event);
}

export function gapsOf(events: readonly Event[], topic: string): number {
  const isGap = ({ type, subject }: Event): boolean => type === 'sidecar.gap' && subject === topic;
  return firsts(events).filter(isGap).length;
}

/** By topic the numbers of its events are 1, 2, 3… in the order in which each came first, and an id is one event for ever. */
export function wrongWith(events: readonly Event[]): readonly string[] {
  const last = new Map<string, number>();
  const wrong: string[] = [];
  for (const { id, subject, phxseq } of firsts(events)) {
    const expected = (last.get(subject) ?? 0) + 1;
    if (phxseq !== expected) wrong.push(`${id} of ${subject}: ${phxseq}, not ${expected}`);
    last.set(subject, phxseq);
  }
  return [...wrong, ...renamed(events), ...disordered(events)];
}

/** By topic what was confirmed arrived, and came first in the order of the numbers; what came again came under the same key. */
export function wrongWithPuts(puts: readonly Put[], taken: readonly Put[]): readonly string[] {
  const arrived = new Set(puts.map(({ key }) => key));
  const lost = taken.filter(({ key }) => !arrived.has(key)).map(({ key }) => `${key} was lost`);
  const last = new Map<string, number>();
  const wrong: string[] = [];
  const seen = new Set<string>();
  for (const { topic, n, key } of puts) {
    if (key !== `${topic}/${n}`) wrong.push(`${topic}/${n} came as ${key}`);
    const before = last.get(topic) ?? 0;
    if (!seen.has(key) && n !== before + 1) wrong.push(`${key} came first after ${before}`);
    seen.add(key);
    last.set(topic, Math.max(n, before));
  }
  return [...lost, ...wrong];
}

/** Each when it came first. */
function firsts(events: readonly Event[]): readonly Event[] {
  const byId = new Map<string, Event>();
  for (const event of events) if (!byId.has(event.id)) byId.set(event.id, event);
  return [...byId.values()];
}

function renamed(events: readonly Event[]): readonly string[] {
  const texts = new Map<string, string>();
  return events.flatMap((event) => {
    const text = JSON.stringify(event);
    const known = texts.get(event.id) ?? text;
    texts.set(event.id, known);
    return known === text ? [] : [`${event.id} was ${known}, and is ${text}`];
  });
}

/** What the server has numbered. */
function disordered(events: readonly Event[]): readonly string[] {
  const last = new Map<string, number>();
  return firsts(events).flatMap(({ id, type, subject, data }) => {
    if (type !== 'phx.said') return [];
    const [n, before] = [Number(data['n']), last.get(subject) ?? 0];
    last.set(subject, n);
    return n > before ? [] : [`${id} says ${n} after ${before}`];
  });
}

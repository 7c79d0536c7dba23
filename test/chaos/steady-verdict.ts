/** Judges the samples of a steady soak: what grows with reconnects or with messages is a leak. */

import { slopeOf } from './slope.js';

/** After a forced collection. */
export type Sample = {
  /** Messages and replies so far. */
  readonly messages: number;
  readonly shed: number;
  readonly reconnects: number;
  /** Open now. */
  readonly sockets: number;
  /** Bytes. */
  readonly heap: number;
  readonly handles: number;
  /** Of what keeps the process alive: sockets, timers, pipes. */
  readonly alive: number;
};

export type SteadyVerdict = {
  readonly ok: boolean;
  /** Bytes per 1000 reconnects, and per million messages: the same growth, told in two units. */
  readonly heapPerThousandReconnects: number;
  readonly heapPerMillionMessages: number;
  /** File handles, and what keeps the process alive, per 1000 reconnects. */
  readonly handlesPerThousandReconnects: number;
  readonly alivePerThousandReconnects: number;
  /** Bytes from the first sample to the last one. */
  readonly heapGrowth: number;
  readonly problems: readonly string[];
};

/**
 * The heap's bound is of growth, because the slope of a short run is noise: at 8 bytes a message ten minutes of five thousand a second
 * would make 24 MB, and one session kept for each of three hundred reconnects (some 40 kB) 12 MB.
 */
export const BOUNDS = {
  heapGrowth: 4 * 1024 * 1024,
  extraHandles: 2,
  extraAlive: 3,
  /** Of 5500 that are offered: a busy machine brings fewer. */
  perSecond: 2000,
  /** Of the losses: a back-off may outlast several. */
  reconnectsPerLoss: 0.1,
  /** Of all that came: what is shed is no load. */
  shedShare: 0.05,
} as const;

/** What was done to it between the first sample and the last one. */
export type Load = { readonly seconds: number; readonly losses: number };

const THOUSAND = 1000;
const MILLION = 1_000_000;

export function verdictOf(samples: readonly Sample[], load: Load): SteadyVerdict {
  const by = (at: 'reconnects' | 'messages', value: 'heap' | 'handles' | 'alive') =>
    slopeOf(samples.map((sample) => ({ at: sample[at], value: sample[value] })));
  const problems = [...growthOf(samples), ...idlenessOf(samples, load)];
  return {
    ok: problems.length === 0,
    heapPerThousandReconnects: by('reconnects', 'heap') * THOUSAND,
    heapPerMillionMessages: by('messages', 'heap') * MILLION,
    handlesPerThousandReconnects: by('reconnects', 'handles') * THOUSAND,
    alivePerThousandReconnects: by('reconnects', 'alive') * THOUSAND,
    heapGrowth: grown(samples, 'heap'),
    problems,
  };
}

function growthOf(samples: readonly Sample[]): readonly string[] {
  const { heapGrowth, extraHandles, extraAlive } = BOUNDS;
  const [heap, handles, alive] = [
    grown(samples, 'heap'),
    grown(samples, 'handles'),
    grown(samples, 'alive'),
  ];
  return [
    ...(heap > heapGrowth
      ? [`the heap has grown by ${heap} bytes; the bound is ${heapGrowth}`]
      : []),
    ...(handles > extraHandles
      ? [`${handles} file handles more; the bound is ${extraHandles}`]
      : []),
    ...(alive > extraAlive ? [`${alive} active resources more; the bound is ${extraAlive}`] : []),
  ];
}

/** A worker that does nothing is flat, too. */
function idlenessOf(samples: readonly Sample[], { seconds, losses }: Load): readonly string[] {
  const [messages, shed] = [grown(samples, 'messages'), grown(samples, 'shed')];
  const [perSecond, reconnects] = [messages / seconds, grown(samples, 'reconnects')];
  const leastReconnects = losses * BOUNDS.reconnectsPerLoss;
  return [
    ...(perSecond >= BOUNDS.perSecond
      ? []
      : [`${Math.round(perSecond)} messages a second; at least ${BOUNDS.perSecond} are a load`]),
    ...(reconnects >= leastReconnects
      ? []
      : [
          `${reconnects} reconnects after ${losses} losses; at least ${leastReconnects} are wanted`,
        ]),
    ...(shed <= (messages + shed) * BOUNDS.shedShare
      ? []
      : [`${shed} messages were shed of ${messages + shed}`]),
  ];
}

function grown(samples: readonly Sample[], field: keyof Sample): number {
  return (samples.at(-1)?.[field] ?? 0) - (samples[0]?.[field] ?? 0);
}

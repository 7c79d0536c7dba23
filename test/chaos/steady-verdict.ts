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
export const BOUNDS = { heapGrowth: 4 * 1024 * 1024, extraHandles: 2, extraAlive: 3 } as const;

const THOUSAND = 1000;
const MILLION = 1_000_000;

export function verdictOf(samples: readonly Sample[]): SteadyVerdict {
  const by = (at: 'reconnects' | 'messages', value: 'heap' | 'handles' | 'alive') =>
    slopeOf(samples.map((sample) => ({ at: sample[at], value: sample[value] })));
  const problems = problemsOf(samples);
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

function problemsOf(samples: readonly Sample[]): readonly string[] {
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
    ...(grown(samples, 'messages') <= 0 ? ['no message came'] : []),
    ...(grown(samples, 'reconnects') <= 0 ? ['it never reconnected'] : []),
  ];
}

function grown(samples: readonly Sample[], field: keyof Sample): number {
  return (samples.at(-1)?.[field] ?? 0) - (samples[0]?.[field] ?? 0);
}

/** Samples turned into lines: rates between them, and the place of each point. */

import type { Sample } from '../live-view.js';

/** Null: not known at that moment. */
export type Point = { readonly at: number; readonly value: number | null };
export type Series = readonly Point[];

type Counted = 'messagesIn' | 'pushesOut';

const SPAN = 5 * 60_000;

/** Per second, each over the time since the sample before. */
export function ratesOf(samples: readonly Sample[], what: Counted): Series {
  return samples.slice(1).map((sample, index) => {
    const before = samples[index] ?? sample;
    const seconds = (sample.at - before.at) / 1000;
    const value = seconds > 0 ? (sample[what] - before[what]) / seconds : null;
    return { at: sample.at, value };
  });
}

export function valuesOf(samples: readonly Sample[], what: 'reply' | 'heartbeat'): Series {
  return samples.map((sample) => ({ at: sample.at, value: sample[what] }));
}

export function newest(series: Series): number | null {
  return series.at(-1)?.value ?? null;
}

export function highest(series: readonly Series[]): number {
  return Math.max(0, ...series.flat().map(({ value }) => value ?? 0));
}

/** A round number that is not below: 1, 2, 5, 10, 20… */
export function ceilingOf(value: number): number {
  if (value <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5, 10].find((step) => step * power >= value) ?? 10) * power;
}

/** The line through the points, broken where nothing is known. */
export function pathOf(
  series: Series,
  now: number,
  place: { readonly width: number; readonly height: number; readonly top: number },
): string {
  const { width, height, top } = place;
  const parts = series.map(({ at, value }, index) => {
    if (value === null) return '';
    const x = width - ((now - at) / SPAN) * width;
    const y = height - (value / top) * height;
    const command = (series[index - 1]?.value ?? null) === null ? 'M' : 'L';
    return `${command}${x.toFixed(1)} ${y.toFixed(1)}`;
  });
  return parts.join('');
}

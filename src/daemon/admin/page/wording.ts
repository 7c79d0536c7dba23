/** Lengths of time, numbers and moments, in the words of the page. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const UNITS = [
  [2 * DAY, DAY, 'd'],
  [2 * HOUR, HOUR, 'h'],
  [2 * MINUTE, MINUTE, 'min'],
] as const;

/** `12 s`, `3 min`, `3 h`, `2 d`. */
export function lengthOf(ms: number): string {
  for (const [least, unit, name] of UNITS) {
    if (ms >= least) return `${Math.floor(ms / unit)} ${name}`;
  }
  return `${Math.max(0, Math.floor(ms / SECOND))} s`;
}

/** What is to come is rounded up: `in 0 s` would be now. */
export function lengthUntil(ms: number): string {
  return ms > 0 ? lengthOf(ms + SECOND - 1) : '0 s';
}

export function absolute(at: number): string {
  return new Date(at).toISOString().replace('T', ' ').replace('Z', ' UTC');
}

export function clockTime(at: number): string {
  return new Date(at).toISOString().slice(11, 19);
}

/** `1 234 567`: narrow no-break spaces, which are read alike everywhere. */
export function count(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

/** `3 pushes`, `1 push`. */
export function several(value: number, one: string, more = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : more}`;
}

/** Per second. */
export function rate(value: number | null): string {
  if (value === null) return '–';
  if (value === 0) return '0/s';
  return `${value < 10 ? value.toFixed(1) : count(Math.round(value))}/s`;
}

export function milliseconds(value: number | null): string {
  if (value === null) return '–';
  return `${value < 10 ? value.toFixed(1) : count(Math.round(value))} ms`;
}

export function bytes(value: number): string {
  if (value < 1024) return `${value} B`;
  if (value < 1024 * 1024) return `${(value / 1024).toFixed(1)} KiB`;
  return `${(value / 1024 / 1024).toFixed(1)} MiB`;
}

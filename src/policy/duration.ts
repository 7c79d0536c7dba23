/** Lengths of time and numbers of bytes as people write them, and as the code counts them. */

import { UsageError } from '../errors.js';

/** Milliseconds, or a number with its unit: the same word in code and in YAML. */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h'}`;
/** Bytes, or a number with its unit. */
export type Size = number | `${number}${'B' | 'KiB' | 'MiB' | 'GiB'}`;

/** Node's timers hold 2^31 - 1 ms (24.8 days) and fire at once for anything beyond. */
export const LONGEST_DELAY = 2_147_483_647;

const MILLISECONDS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;
const BYTES = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 } as const;

/** Throws `PHX_BAD_OPTION` for what is no length of time between 0 and 24.8 days. */
export function milliseconds(option: string, value: Duration): number {
  const ms = measure(value, /^(\d+(?:\.\d+)?)(ms|s|m|h)$/, MILLISECONDS);
  if (ms <= LONGEST_DELAY) return ms;
  throw new UsageError(
    'PHX_BAD_OPTION',
    `${option} is ${String(value)}: write milliseconds from 0 to ${LONGEST_DELAY}, or a number with ms, s, m or h, such as '10s'`,
  );
}

/** Throws `PHX_BAD_OPTION` for what is no number of bytes. */
export function bytes(option: string, value: Size): number {
  const size = measure(value, /^(\d+(?:\.\d+)?)(B|KiB|MiB|GiB)$/, BYTES);
  if (size <= Number.MAX_SAFE_INTEGER) return Math.floor(size);
  throw new UsageError(
    'PHX_BAD_OPTION',
    `${option} is ${String(value)}: write bytes, or a number with B, KiB, MiB or GiB, such as '4MiB'`,
  );
}

/** Infinity stands for whatever cannot be measured. */
function measure(value: unknown, form: RegExp, units: { readonly [unit: string]: number }): number {
  if (typeof value === 'number') return value >= 0 ? value : Infinity;
  if (typeof value !== 'string') return Infinity;
  const [, amount, unit] = form.exec(value) ?? [];
  return Number(amount ?? Infinity) * (units[unit ?? ''] ?? Infinity);
}

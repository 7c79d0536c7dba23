/** What an option must be: each refusal names the option, its value and what to write instead. */

import { badOption } from '../errors.js';

/** Throws `PHX_BAD_OPTION` unless the value is a finite number of at least `least`. */
export function requireAtLeast(option: string, value: number, least: number): void {
  if (Number.isFinite(value) && value >= least) return;
  throw badOption(`${option} is ${shown(value)}: write a number of at least ${least}`);
}

/** Throws `PHX_BAD_OPTION` unless the value is a whole number of at least `least`: an option that counts things. */
export function requireCount(option: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw badOption(`${option} is ${shown(value)}: write a whole number of at least ${least}`);
}

/** The same for an option that `false` frees of its limit. */
export function requireCountOrFalse(option: string, value: number | false, least: number): void {
  if (value === false || (Number.isSafeInteger(value) && value >= least)) return;
  throw badOption(
    `${option} is ${shown(value)}: write a whole number of at least ${least}, or false`,
  );
}

/** Throws `PHX_BAD_OPTION` unless the value is true or false. */
export function requireBoolean(option: string, value: unknown): void {
  if (typeof value === 'boolean') return;
  throw badOption(`${option} is ${shown(value)}: write true or false`);
}

/** Throws `PHX_BAD_OPTION` unless the value is text of at least one character. */
export function requireText(option: string, value: unknown, most = Infinity): void {
  if (typeof value === 'string' && value.length > 0 && value.length <= most) return;
  const long = typeof value === 'string' ? `text of ${value.length} characters` : shown(value);
  const limit = most === Infinity ? 'at least one character' : `1 to ${most} characters`;
  throw badOption(`${option} is ${long}: write ${limit}`);
}

/** Throws `PHX_BAD_OPTION` unless the value is one of those. */
export function requireChoice(option: string, value: unknown, choices: readonly string[]): void {
  if (choices.some((choice) => choice === value)) return;
  const [last, ...others] = choices.map((choice) => `'${choice}'`).toReversed();
  const list = `${others.toReversed().join(', ')} or ${String(last)}`;
  throw badOption(`${option} is '${String(value)}': write ${list}`);
}

/** Throws `PHX_BAD_OPTION` unless the value is an object with fields. */
export function requireFields(option: string, value: unknown, remedy = 'write an object'): void {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return;
  throw badOption(`${option} is ${shown(value)}: ${remedy}`);
}

/** The same for an option that `false` switches off. */
export function requirePolicy(option: string, value: unknown): void {
  requireFields(option, value, 'write an object, or false');
}

/** Throws `PHX_BAD_OPTION` unless the value is a list of at least one. */
export function requireList(option: string, value: unknown, example: string): void {
  if (!Array.isArray(value)) throw badOption(`${option} is ${shown(value)}: write ${example}`);
  if (value.length === 0) throw badOption(`${option} is empty: write ${example}`);
}

/** Throws `PHX_BAD_OPTION` unless the value is a list of texts; it may be empty. */
export function requireTexts(option: string, value: unknown): void {
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return;
  throw badOption(`${option} is ${shown(value)}: write a list of texts`);
}

/** Of text only the kind: it may be a token. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) return 'an object';
  return ['string', 'function', 'symbol'].includes(typeof value)
    ? `a ${typeof value}`
    : String(value);
}

/** One push as an answer has it, before anything is done with it. */

import { type Duration, milliseconds } from '../../policy/duration.js';
import type { PushOrder } from '../pushes/push-desk.js';

const CLASSES: readonly unknown[] = ['volatile', 'buffered', 'confirmed', undefined];

/** Or what is wrong with it, without what it holds. */
export function orderOf(push: unknown): PushOrder | string {
  if (typeof push !== 'object' || push === null) return 'it is no object: {topic, event, payload}';
  const given = push as { readonly [field: string]: unknown };
  const { topic, event, delivery } = given;
  if (typeof topic !== 'string' || topic === '') return 'its topic is no text';
  if (typeof event !== 'string' || event === '') return 'its event is no text';
  if (!CLASSES.includes(delivery)) return 'its delivery is not volatile, buffered or confirmed';
  for (const name of ['timeout', 'ttl']) {
    if (!isDuration(name, given[name])) return `its ${name} is no length of time, such as 10s`;
  }
  return given as PushOrder;
}

function isDuration(name: string, value: unknown): boolean {
  if (value === undefined) return true;
  try {
    milliseconds(name, value as Duration);
    return true;
  } catch {
    return false;
  }
}

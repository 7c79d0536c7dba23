/** What the body of an answer of 2xx says: what becomes of the event, and what is to be pushed. */

import type { PushOrder } from '../pushes/push-desk.js';
import { orderOf } from './answered-order.js';
import type { Mistake } from './outcome.js';

type Said =
  | {
      readonly status: 'SUCCESS';
      readonly pushes: readonly PushOrder[];
      readonly mistake: Mistake | null;
    }
  /** `mistake`: it did not say so, but what it did say may have meant that the event is not done. */
  | { readonly status: 'RETRY'; readonly mistake: Mistake | null }
  | { readonly status: 'DROP' };

const RIGHT =
  'right is {"status": "SUCCESS", "RETRY" or "DROP", "push": [{"topic", "event", "payload"}]}, or a text that does not begin with {';
/** Longer ones, and those of other characters, are not repeated. */
const SHOWN = /^[\w -]{1,32}$/;

/** What is no object says nothing, and the status of the answer has said that the event is done. */
export function saidIn(text: string): Said {
  const value = parsed(text);
  if (value === undefined) return unparsed(text);
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? saidBy({ ...value }) : done();
}

function saidBy({ status, push }: { readonly [field: string]: unknown }): Said {
  const word = typeof status === 'string' ? status.toUpperCase() : status;
  if (word === 'DROP') return { status: 'DROP' };
  if (word === 'RETRY') return { status: 'RETRY', mistake: null };
  if (word !== 'SUCCESS' && word !== undefined && word !== null) {
    return again('status', `its status ${shown(status)}is none`);
  }
  return push === undefined || push === null ? done() : pushing(push);
}

function pushing(push: unknown): Said {
  if (!Array.isArray(push)) return again('push', 'its push is no list');
  const orders = push.map(orderOf);
  const [wrong] = orders.flatMap((order, at) => (typeof order === 'string' ? [{ order, at }] : []));
  if (wrong) return again('push', `number ${wrong.at} of its push is wrong: ${wrong.order}`);
  return done(orders.filter((order) => typeof order !== 'string'));
}

function unparsed(text: string): Said {
  if (text.trimStart().startsWith('{')) return again('json', 'it begins with { and is no JSON');
  return { ...done(), mistake: { kind: 'json', what: `it is called JSON and is none: ${RIGHT}` } };
}

function done(pushes: readonly PushOrder[] = []): Extract<Said, { status: 'SUCCESS' }> {
  return { status: 'SUCCESS', pushes, mistake: null };
}

function again(kind: Mistake['kind'], problem: string): Said {
  const what = `its answer is wrong, so the event comes again: ${problem}; ${RIGHT}`;
  return { status: 'RETRY', mistake: { kind, what } };
}

function shown(status: unknown): string {
  return typeof status === 'string' && SHOWN.test(status) ? `"${status}" ` : '';
}

/** Undefined: it is no JSON. */
function parsed(text: string): unknown {
  if (text.trim() === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

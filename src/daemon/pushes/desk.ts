/** The one desk at which all pushes are ordered: of two with the same key the second is the first. */

import { randomUUID } from 'node:crypto';
import { hasCode } from '../../errors.js';
import { type PushOptions, UsageError } from '../../index.js';
import { DEEPEST, isTooDeep } from '../../policy/nesting.js';
import type { Sidecar } from '../sidecar/sidecar.js';
import { printOf } from './order-print.js';
import { PushBook } from './push-book.js';
import type { PushDesk, PushOrder } from './push-desk.js';
import { PushRecord } from './push-record.js';

export type Made = { readonly record: PushRecord; readonly isNew: boolean };

export class Desk implements PushDesk {
  readonly #sidecar: Pick<Sidecar, 'push' | 'wanted'>;
  readonly #book = new PushBook();

  constructor(sidecar: Pick<Sidecar, 'push' | 'wanted'>) {
    this.#sidecar = sidecar;
  }

  /**
   * Throws what `Sidecar.push` does, `PHX_ENCODING` for what nests too deep, `KeyReused`, and `PHX_MAILBOX_FULL` when too many are under way. A key whose push was never sent is
   * free again.
   */
  make(order: PushOrder, key: string | null): Made {
    if (isTooDeep(order.payload)) throw tooDeep(order.topic);
    const print = key === null ? '' : printOf(order);
    const twin = key === null ? null : this.#twinOf(key, print);
    if (twin !== null) return { record: twin, isNew: false };
    const { excess } = this.#book;
    if (excess !== null) throw tooMany(excess);
    const id = key ?? randomUUID();
    const push = this.#sidecar.push(
      order.topic,
      order.event,
      order.payload ?? {},
      optionsOf(order, id),
    );
    const record = new PushRecord(id, order, print, push);
    this.#book.enter(record, order.payload);
    return { record, isNew: true };
  }

  /** An application that is asked again need not answer in the same words: what it said first counts. */
  async accept(order: PushOrder, key: string): Promise<void> {
    const record = this.#underWay(key) ?? this.make(order, key).record;
    try {
      await record.queued();
    } catch (error) {
      throw this.#isUnwanted(order, error) ? unwanted(order.topic, error) : error;
    }
  }

  /** Null: it is not known, or not any more. */
  find(id: string): PushRecord | null {
    return this.#book.find(id);
  }

  #twinOf(key: string, print: string): PushRecord | null {
    const twin = this.#underWay(key);
    if (twin !== null && twin.print !== print) throw new KeyReused(key);
    return twin;
  }

  /** Null: it is not known, or was never sent. */
  #underWay(key: string): PushRecord | null {
    const record = this.#book.find(key);
    return record?.fate.outcome === 'failed' ? null : record;
  }

  #isUnwanted({ topic }: PushOrder, error: unknown): boolean {
    return hasCode(error, 'PHX_PUSH_DROPPED') && !this.#sidecar.wanted.has(topic);
  }
}

/** The caller's fault: one key stands for one push. */
export class KeyReused extends Error {
  constructor(key: string) {
    super(`the key ${key.slice(0, 255)} is that of another push: give each a key of its own`);
    this.name = 'KeyReused';
  }
}

function optionsOf({ delivery, timeout, ttl }: PushOrder, key: string): PushOptions {
  return {
    ...(delivery !== undefined && { delivery }),
    ...(timeout !== undefined && { timeout }),
    ...(ttl !== undefined && { ttl }),
    // Its id is its key in the store, too: after a restart it is still found by that.
    ...(delivery === 'confirmed' && { key }),
  } as PushOptions;
}

function tooDeep(topic: string): UsageError {
  const message = `the payload nests deeper than ${DEEPEST} levels: nest it less`;
  return new UsageError('PHX_ENCODING', message, { topic });
}

function unwanted(topic: string, cause: unknown): UsageError {
  const message = `the topic ${topic.slice(0, 255)} is not wanted: join it first`;
  return new UsageError('PHX_BAD_OPTION', message, { topic, cause });
}

function tooMany(what: string): UsageError {
  return new UsageError('PHX_MAILBOX_FULL', `${what}: wait until some have ended`);
}

/** A member of a room, and a server that says who is there, in short: `ann:1,2` is the key `ann` with two metas. */

import { expect } from 'vitest';
import type { JoinOptions, PresenceChange, PresenceEntry } from '../../src/index.js';
import { type Scene, type Simulation, simulate, SimulatedWorker } from './worker-simulation.js';

export const TOPIC = 'room:1';

export class Member extends SimulatedWorker {
  readonly #options: JoinOptions;

  constructor(options: JoinOptions = {}) {
    super();
    this.#options = options;
  }

  override init(): void {
    this.join(TOPIC, {}, this.#options);
  }
}

export function member(options?: JoinOptions, scene?: Scene): Promise<Simulation<Member>> {
  return simulate(new Member(options), scene);
}

export async function sayState(sim: Simulation, ...shorts: readonly string[]): Promise<void> {
  sim.phoenix.push(TOPIC, 'presence_state', state(...shorts));
  await sim.quiet();
}

export async function sayDiff(
  sim: Simulation,
  joins: readonly string[],
  leaves: readonly string[] = [],
): Promise<void> {
  sim.phoenix.broadcast(TOPIC, 'presence_diff', diff(joins, leaves));
  await sim.quiet();
}

export function told(sim: Simulation): readonly string[] {
  return sim.given('handlePresence').map(lineOf);
}

export function view(sim: Simulation): {
  readonly synced: boolean;
  readonly list: readonly string[];
} {
  const presence = sim.worker.presence(TOPIC);
  const list = [...presence].map(shortOf);
  expect(presence.size).toBe(list.length);
  return { synced: presence.synced, list };
}

type Wire = { readonly [key: string]: { readonly metas: readonly { readonly phx_ref: string }[] } };

export function state(...shorts: readonly string[]): Wire {
  return Object.fromEntries(shorts.map(presence));
}

export function diff(joins: readonly string[], leaves: readonly string[] = []): object {
  return { joins: state(...joins), leaves: state(...leaves) };
}

export function shortOf({ key, metas }: PresenceEntry): string {
  return `${key}:${metas.map(({ phx_ref }) => phx_ref).join()}`;
}

/** `joined ann:1`, `updated ann:1 → ann:1,2`, `synced ann:1 bob:1`. */
export function lineOf(change: PresenceChange): string {
  switch (change.type) {
    case 'synced':
      return ['synced', ...change.entries.map(shortOf)].join(' ');
    case 'updated':
      return `updated ${shortOf(change.previous)} → ${shortOf(change.entry)}`;
    case 'joined':
    case 'left':
      return `${change.type} ${shortOf(change.entry)}`;
  }
}

function presence(short: string): [string, Wire[string]] {
  const [key = '', refs = ''] = short.split(':');
  return [key, { metas: refs.split(',').map((phx_ref) => ({ phx_ref })) }];
}

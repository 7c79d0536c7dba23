/** What tests ask of consumers, and of what they pulled. */

import { expect, vi } from 'vitest';
import type { EventStage, Pulled } from './event-stage.js';

export const dataOf = ({ events }: Pulled): readonly unknown[] => events.map(({ data }) => data);
export const idsOf = ({ events }: Pulled): readonly string[] => events.map(({ id }) => id);

export async function consumersOf(stage: EventStage): Promise<readonly Record<string, unknown>[]> {
  const response = await stage.get('/v1/events/consumers');
  return ((await response.json()) as { consumers: Record<string, unknown>[] }).consumers;
}

/** Of the only consumer. */
export async function untilWaiting(stage: EventStage, pulls: number): Promise<void> {
  await vi.waitFor(async () => expect(await consumersOf(stage)).toMatchObject([{ pulls }]));
}

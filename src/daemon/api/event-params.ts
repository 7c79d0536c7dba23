/** What the event routes read from a query, each value checked as it is read. */

import { z } from '@hono/zod-openapi';
import { wordsOf } from '../../errors.js';
import { milliseconds } from '../../policy/duration.js';

/** Of topics or events, in one request. */
const PATTERNS = 64;
const PATTERN_LENGTH = 512;
const ID_LENGTH = 256;

const pattern = z.string().min(1).max(PATTERN_LENGTH);

const patterns = z
  .union([pattern.transform((one) => [one]), z.array(pattern).max(PATTERNS)])
  .default([]);

export const choiceParams = {
  topic: patterns.openapi({
    param: { name: 'topic', in: 'query' },
    type: 'array',
    items: { type: 'string' },
    description:
      'Topics, `*` standing for any characters, `!` before what is left out. Default: all.',
    example: ['orders:*'],
  }),
  event: patterns.openapi({
    param: { name: 'event', in: 'query' },
    type: 'array',
    items: { type: 'string' },
    description: 'Events, written like topics. A gap is of all events.',
    example: ['*', '!typing'],
  }),
};

export const fromParam = z.enum(['start', 'end']);

export const idParam = z.string().max(ID_LENGTH);

export const consumerName = z
  .string()
  .regex(/^[\w-]{1,64}$/, 'write 1 to 64 letters, digits, _ or -')
  .openapi({ example: 'billing' });

type DurationParam = z.ZodPipe<
  z.ZodUnion<readonly [z.ZodString, z.ZodNumber]>,
  z.ZodTransform<number, string | number>
>;

/** A length of time between two others, read as milliseconds. */
export function durationParam(
  name: string,
  [least, most]: readonly [number, number],
): DurationParam {
  return z
    .union([z.string().max(ID_LENGTH), z.number()])
    .transform((value, context) => {
      const ms = measured(name, value);
      if (typeof ms === 'number' && ms >= least && ms <= most) return ms;
      const detail =
        typeof ms === 'string' ? ms : `${value} is not between ${least} and ${most} ms`;
      context.addIssue({ code: 'custom', message: detail });
      return z.NEVER;
    })
    .openapi({ type: 'string', example: '20s' });
}

/** In words when it is no length of time. */
function measured(name: string, value: string | number): number | string {
  const isNumber = typeof value === 'number' || /^\d+$/.test(value);
  try {
    return milliseconds(
      name,
      (isNumber ? Number(value) : value) as Parameters<typeof milliseconds>[1],
    );
  } catch (error) {
    return wordsOf(error);
  }
}

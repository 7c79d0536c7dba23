/** What channels look like on the wire. */

import { z } from 'zod';
import { isLoopback } from '../listeners/place.js';
import { appTarget } from '../config/app-target.js';
import { channel } from '../config/schema.js';

export const topicParam = z.strictObject({ topic: z.string().min(1).max(1024) });

export const channelQuery = z.strictObject({ wait: z.enum(['none', 'joined']).optional() });

/**
 * As in the configuration; null and none of it is `{}`. What comes over the API may ask only this host for params: nobody is to make the
 * daemon fetch what they cannot reach.
 */
export const channelBody = channel
  .nullable()
  .optional()
  .refine((value) => isNear(value?.paramsFrom), {
    path: ['paramsFrom'],
    message:
      'over the API it may only be http:// or https:// of this host, without user and #: name others in the configuration',
  });

const gap = z.strictObject({ from: z.iso.datetime(), to: z.iso.datetime() });

export const channelState = z.strictObject({
  topic: z.string(),
  /** `wanted`: asked for, and not heard of yet. */
  state: z.string(),
  since: z.iso.datetime().nullable(),
  /** Why the newest join failed. */
  error: z.strictObject({ code: z.string(), detail: z.string(), response: z.unknown() }).nullable(),
  /** When something may have been missed the last time. */
  gap: gap.nullable(),
  required: z.boolean(),
  deliver: z.array(z.string()),
});

export const channelList = z.strictObject({ channels: z.array(channelState) });

export const presenceList = z.strictObject({
  topic: z.string(),
  /** Whether the server has said who is there since the newest join. */
  synced: z.boolean(),
  entries: z.array(z.looseObject({ key: z.string(), metas: z.array(z.unknown()) })),
});

function isNear(url: string | undefined): boolean {
  if (url === undefined) return true;
  const target = appTarget(url);
  return target !== null && target.socketPath === null && isLoopback(target.url.hostname);
}

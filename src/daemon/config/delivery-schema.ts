/** How events reach the application, as a configuration writes it. */

import { z } from 'zod';
import { duration, httpUrl, jitter, names, path, size } from './values.js';

/** Which of the events that channels route to a delivery it takes. */
const filters = {
  /** Topics, `*` standing for any characters. Default: whatever is routed here. */
  topics: names.optional(),
  /** Events, `*` standing for any characters, `!` before what is left out. Default: all. */
  events: names.optional(),
};

const webhook = z.strictObject({
  ...filters,
  /** An address, or `unix:/path/of.sock:/path/of/request`. */
  webhook: z.union([httpUrl, z.string().regex(/^unix:\/[^:]+:\//)]),
  /** CloudEvents: one JSON document, or headers and the payload as body. */
  mode: z.enum(['structured', 'binary']).optional(),
  /** The secrets of the signature, one a line, re-read on use: the first signs first, all of them sign. */
  secretFile: path.optional(),
  /** A bearer token that goes with every request, re-read on use. */
  tokenFile: path.optional(),
  headers: z.record(z.string(), z.string()).optional(),
  order: z.enum(['perTopic', 'none']).optional(),
  inFlight: z.number().int().positive().optional(),
  timeout: duration.optional(),
  retry: z
    .strictObject({
      min: duration.optional(),
      max: duration.optional(),
      factor: z.number().optional(),
      jitter: jitter.optional(),
      /** After so many it is a dead letter. Default: never. */
      attempts: z.number().int().positive().optional(),
      /** Statuses that make it a dead letter at once. */
      dropOn: z.array(z.number().int().min(300).max(599)).optional(),
    })
    .optional(),
  breaker: z
    .union([
      z.literal(false),
      z.strictObject({
        failures: z.number().int().positive().optional(),
        openFor: duration.optional(),
      }),
    ])
    .optional(),
  health: z
    .strictObject({
      url: httpUrl,
      interval: duration.optional(),
      timeout: duration.optional(),
      failures: z.number().int().positive().optional(),
    })
    .optional(),
  /** A file of NDJSON. */
  deadLetter: path.optional(),
});

const stdout = z.strictObject({ ...filters, stdout: z.literal('ndjson') });

const file = z.strictObject({ ...filters, file: path, rotate: size.optional() });

export const delivery = z.union([webhook, stdout, file]);

export type WebhookConfig = z.infer<typeof webhook>;
export type StdoutConfig = z.infer<typeof stdout>;
export type FileConfig = z.infer<typeof file>;
export type DeliveryConfig = z.infer<typeof delivery>;

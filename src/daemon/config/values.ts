/** The values that a configuration is written in: lengths of time, sizes, addresses, paths. */

import { z } from 'zod';

export const duration = z.union([
  z.number().nonnegative(),
  z.templateLiteral([z.number().nonnegative(), z.enum(['ms', 's', 'm', 'h'])]),
]);

export const size = z.union([
  z.number().int().nonnegative(),
  z.templateLiteral([z.number().nonnegative(), z.enum(['B', 'KiB', 'MiB', 'GiB'])]),
]);

export const jitter = z.enum(['full', 'equal', 'none']);

/** One name or several. */
export const names = z.union([z.string().min(1), z.array(z.string().min(1))]);

export const httpUrl = z.string().regex(/^https?:\/\/[^/]/);

export const path = z.string().min(1);

/** A port of the loopback interface, `host:port`, or `unix:` and a path. */
export const address = z.union([z.number().int().min(0).max(65_535), z.string().min(1)]);

export const json: z.ZodType<unknown> = z.json();

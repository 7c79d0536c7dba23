/** The values that a configuration is written in: lengths of time, sizes, addresses, paths. */

import { z } from 'zod';

/** A key that may be left out: what it is for, and what counts then; none where the library or nothing decides. */
export function key<S extends z.ZodType>(
  schema: S,
  description: string,
  standard?: unknown,
): z.ZodOptional<S> {
  return schema.optional().meta({ description, ...(standard !== undefined && { standard }) });
}

export const duration = z
  .union([
    z.number().nonnegative(),
    z
      .templateLiteral([z.number().nonnegative(), z.enum(['ms', 's', 'm', 'h'])])
      .meta({ pattern: '^\\d+(?:\\.\\d+)?(?:ms|s|m|h)$' }),
  ])
  .meta({ takes: 'a length of time: milliseconds, or a number with ms, s, m or h' });

export const size = z
  .union([
    z.number().int().nonnegative(),
    z
      .templateLiteral([z.number().nonnegative(), z.enum(['B', 'KiB', 'MiB', 'GiB'])])
      .meta({ pattern: '^\\d+(?:\\.\\d+)?(?:B|KiB|MiB|GiB)$' }),
  ])
  .meta({ takes: 'a size: bytes, or a number with B, KiB, MiB or GiB' });

export const count = z.number().int().positive().meta({ takes: 'a whole number of at least 1' });

export const countOrNone = z
  .number()
  .int()
  .nonnegative()
  .meta({ takes: 'a whole number of at least 0' });

export const factor = z.number().min(1).meta({ takes: 'a number of at least 1' });

export const never = z.literal(false);

export const jitter = z.enum(['full', 'equal', 'none']);

export const text = z.string().min(1).meta({ takes: 'text' });

/** One name or several. */
export const names = z.union([text, z.array(text)]).meta({ takes: 'a name, or a list of names' });

/** Of the application, as everything that the daemon asks by itself. */
export const appAddress = z
  .string()
  .regex(/^(?:https?:\/\/[^/]|unix:\/[^:]+:\/)/i)
  .meta({
    takes: 'an address: http://, https://, or unix:/path/of.sock:/path/of/request',
    secret: 'address',
  });

export const path = z.string().min(1).meta({ takes: 'the path of a file', secret: 'path' });

export const folder = z.string().min(1).meta({ takes: 'the path of a folder', secret: 'path' });

/** A port of the loopback interface, `host:port`, or `unix:` and a path. */
export const address = z
  .union([z.number().int().min(0).max(65_535), z.string().min(1)])
  .meta({ takes: 'a port of 127.0.0.1, host:port, or unix:/path/of.sock' });

const json: z.ZodType = z.json().meta({ takes: 'any JSON value' });

export const params = z
  .record(z.string(), json)
  .meta({ takes: 'a map of names and values', secret: 'value' });

export const headers = z
  .record(z.string(), z.string().meta({ takes: 'text, in quotes if it looks like a number' }))
  .meta({ takes: 'a map of names and texts', secret: 'value' });

/** JSON for a pipe: one line, or for a person several; bytes as `{"base64": …}`. */

import { inspect } from 'node:util';

export function plainJson(value: unknown): string {
  return JSON.stringify(value, withBytes);
}

export function prettyJson(value: unknown, colours: boolean): string {
  const plain: unknown = JSON.parse(plainJson(value));
  if (!colours) return JSON.stringify(plain, null, 2);
  return inspect(plain, {
    colors: true,
    depth: null,
    breakLength: 80,
    maxArrayLength: null,
    maxStringLength: null,
  });
}

function withBytes(_name: string, value: unknown): unknown {
  return value instanceof Uint8Array ? { base64: Buffer.from(value).toString('base64') } : value;
}

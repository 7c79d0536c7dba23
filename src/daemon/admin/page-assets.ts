/** The files of the page, read once. */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

export type Asset = {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string;
  readonly tag: string;
};

const TYPES: { readonly [extension: string]: string } = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

/** By name, which is all that a request can ask for: no path of a request ever meets the disk. */
export function assetsIn(folder: URL): ReadonlyMap<string, Asset> {
  return new Map(readdirSync(folder).flatMap((name) => assetOf(name, folder)));
}

function assetOf(name: string, folder: URL): readonly (readonly [string, Asset])[] {
  const type = TYPES[name.slice(name.lastIndexOf('.') + 1)];
  if (type === undefined) return [];
  const bytes = Uint8Array.from(readFileSync(new URL(name, folder)));
  const tag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
  return [[name, { bytes, type, tag }]];
}

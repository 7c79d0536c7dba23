/** The files of the page, read once. */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../../errors.js';

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

/** Throws `PHX_BAD_OPTION`. By name, which is all that a request can ask for: no path of a request ever meets the disk. */
export function assetsIn(folder: URL): ReadonlyMap<string, Asset> {
  return new Map(namesIn(folder).flatMap((name) => assetOf(name, folder)));
}

function namesIn(folder: URL): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (cause) {
    const what = `admin.page is true, and the files of the page cannot be read in ${fileURLToPath(folder)}`;
    const remedy = 'install the package again, or set admin.page to false';
    throw new UsageError('PHX_BAD_OPTION', `${what}: ${remedy}`, { cause });
  }
}

function assetOf(name: string, folder: URL): readonly (readonly [string, Asset])[] {
  const type = TYPES[name.slice(name.lastIndexOf('.') + 1)];
  if (type === undefined) return [];
  const bytes = Uint8Array.from(readFileSync(new URL(name, folder)));
  const tag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
  return [[name, { bytes, type, tag }]];
}

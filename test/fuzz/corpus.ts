/** What a fuzz run begins from: every frame that a real Phoenix has said in a recording. */

import { readdirSync, readFileSync } from 'node:fs';
import type { Frame } from '../../src/protocol/serializer.js';

export type Corpus = {
  readonly texts: readonly string[];
  readonly binaries: readonly Uint8Array[];
};

/** `folder` is that of the recordings, by server. */
export function corpusIn(folder: URL): Corpus {
  const frames = ['cowboy', 'bandit'].flatMap((server) => framesIn(new URL(`${server}/`, folder)));
  return {
    texts: frames.filter((frame) => typeof frame === 'string'),
    binaries: frames.filter((frame) => typeof frame !== 'string'),
  };
}

function framesIn(folder: URL): readonly Frame[] {
  const lines = readdirSync(folder).flatMap((file) =>
    readFileSync(new URL(file, folder), 'utf8').trimEnd().split('\n'),
  );
  return lines.flatMap((line) =>
    frameOf(JSON.parse(line) as { readonly [field: string]: unknown }),
  );
}

function frameOf({
  dir,
  event,
  type,
  data,
  base64,
}: {
  readonly [field: string]: unknown;
}): readonly Frame[] {
  if ((event ?? dir) !== 'in') return [];
  if (type === 'text' && typeof data === 'string') return [data];
  return typeof base64 === 'string' ? [Buffer.from(base64, 'base64')] : [];
}

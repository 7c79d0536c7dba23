/** `--set outbox.ttl=24h`: values from the command line, over all others. */

import type { Origin, Path, Problem } from './origin.js';
import { emptyMap, type MapTree, merged, planted } from './tree.js';
import { valueText } from './value-text.js';
import type { ReadMap } from './yaml-text.js';

/** What was asked for on the command line: a path as `--set` takes it, and a value. */
export type Flag = readonly [path: string, value: string];

/** A key, or one in double quotes for a key with a dot. */
const STEP = /(?:^|\.)(?:"((?:[^"\\]|\\.)*)"|([^."]+))/gy;

export function readFlags(flags: readonly Flag[]): ReadMap {
  const problems: Problem[] = [];
  let tree: MapTree = emptyMap({ kind: 'default' });
  for (const [text, value] of flags) {
    const origin: Origin = { kind: 'flag', flag: text === 'url' ? '--url' : '--set' };
    const path = pathOf(text);
    if (path === null) {
      const remedy = 'write keys with dots between them: --set outbox.ttl=24h';
      problems.push({ origin, path: [], what: 'has a path that cannot be read', remedy });
      continue;
    }
    const read = valueText(value, origin, path);
    problems.push(...read.problems);
    tree = merged(tree, planted(path, read.tree));
  }
  return { tree, problems };
}

function pathOf(text: string): readonly string[] | null {
  const steps = [...text.matchAll(STEP)];
  const length = steps.reduce((sum, [whole]) => sum + whole.length, 0);
  if (length !== text.length || length === 0) return null;
  const path: Path = steps.map(
    ([, quoted, plain]) => quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '',
  );
  return path.includes('__proto__') ? null : path.map(String);
}

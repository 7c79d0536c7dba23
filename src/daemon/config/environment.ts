/** `PHX__OUTBOX__TTL=24h`: values from the environment, over those of the file. */

import { nearest } from './nearest.js';
import type { Origin, Path, Problem } from './origin.js';
import { formsAt, freeValueOf, keysAt, type Schema } from './schema-walk.js';
import { emptyMap, type MapTree, merged, planted, treeAt } from './tree.js';
import { valueText } from './value-text.js';
import type { ReadMap } from './yaml-text.js';

const PREFIX = 'PHX__';
const NOWHERE: Origin = { kind: 'default' };

/** What the environment says, for the keys of the schema and for those that the file has of its own. */
export function readEnvironment(env: NodeJS.ProcessEnv, schema: Schema, file: MapTree): ReadMap {
  const problems: Problem[] = [];
  let tree = emptyMap(NOWHERE);
  for (const [name, text] of Object.entries(env)) {
    // An empty variable is how a compose file says that there is none.
    if (!name.startsWith(PREFIX) || text === undefined || text === '') continue;
    const origin: Origin = { kind: 'env', name };
    const path = pathOf(name, schema, file);
    if (typeof path === 'string') {
      problems.push({ origin, path: [], what: 'names no option', remedy: path });
      continue;
    }
    const read = valueText(text, origin, path);
    problems.push(...read.problems);
    tree = merged(tree, planted(path, read.tree));
  }
  return { tree, problems };
}

/** The variable that stands for a path: each level in capitals, words apart by `_`, levels by `__`. */
function variableOf(path: readonly string[]): string {
  return PREFIX + path.map(levelOf).join('__');
}

function levelOf(key: string): string {
  return key
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z\d]+/g, '_')
    .toUpperCase();
}

/** A text is the remedy for a name that leads nowhere. */
function pathOf(name: string, schema: Schema, file: MapTree): readonly string[] | string {
  const levels = name.slice(PREFIX.length).split('__');
  const path: string[] = [];
  for (const level of levels) {
    const keys = keysAt(schema, path);
    const key = keys.find((each) => levelOf(each) === level) ?? freeKey(level, schema, path, file);
    if (key === null) return remedyFor(level, keys, path);
    path.push(key);
  }
  return path;
}

/** A key of the file's own that is written so, or what the level is likely to stand for. */
function freeKey(level: string, schema: Schema, path: Path, file: MapTree): string | null {
  if (level === '' || !formsAt(schema, path).some((form) => freeValueOf(form) !== null))
    return null;
  const there = treeAt(file, path);
  const names = there?.kind === 'map' ? [...there.entries.keys()] : [];
  const known = names.find((each) => levelOf(each) === level);
  // What a topic is called cannot be told from capitals.
  if (known !== undefined) return known;
  if (path.length === 1 && path[0] === 'channels') return null;
  return path.at(-1) === 'headers' ? level.toLowerCase().replaceAll('_', '-') : level.toLowerCase();
}

function remedyFor(level: string, keys: readonly string[], path: readonly string[]): string {
  const near = nearest(level, keys.map(levelOf));
  const meant = keys.find((key) => levelOf(key) === near);
  if (meant !== undefined) return `did you mean ${variableOf([...path, meant])}?`;
  if (path[0] === 'channels' && path.length === 1) {
    return 'write the topic into the file first, or use --set channels.TOPIC.KEY=VALUE';
  }
  if (keys.length === 0) return `${variableOf(path)} takes a value, and has no keys`;
  return `choose from ${keys.map((key) => variableOf([...path, key])).join(', ')}`;
}

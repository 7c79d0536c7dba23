/** What a configuration that is read again changes, and what of that needs a restart. */

import { isDeepStrictEqual } from 'node:util';
import type { Path, Problem } from './origin.js';
import type { Loaded } from './load.js';
import { type MapTree, merged, originAt, planted, treeAt, withoutPath } from './tree.js';

export type Changes = {
  /** Paths that take effect now: topics, deliveries by name, and `log.level`. */
  readonly channels: readonly string[];
  readonly deliveries: readonly string[];
  readonly logLevel: boolean;
  /** What stays as it was until a restart. */
  readonly refused: readonly Problem[];
};

type Values = { readonly [key: string]: unknown };

/** What lives in parts that are made once, and why they are not made again. */
const REASONS: { readonly [part: string]: string } = {
  url: 'a running client keeps its server',
  inbox: 'the log is open, and readers have their places in it',
  outbox: 'pushes wait in it',
  api: 'the listener is open, and requests are on it',
  admin: 'the listener is open, and requests are on it',
  probes: 'the listener is open, and requests are on it',
  drain: 'it is fixed at the start',
  log: 'its stream is open',
};
const CLIENT = 'a running client keeps its options';

export function changes(before: Loaded, after: Loaded): Changes {
  const [old, now] = [before.config, after.config];
  const all = new Set([...Object.keys(old), ...Object.keys(now)]);
  for (const live of ['channels', 'deliver', 'log']) all.delete(live);
  const parts = [...all].flatMap((part) =>
    differences(valueOf(old, part), valueOf(now, part), [part]),
  );
  const log = differences(old.log ?? {}, now.log ?? {}, ['log']);
  const level = log.filter((path) => path[1] === 'level');
  const fixed = [...parts, ...log.filter((path) => path[1] !== 'level')];
  return {
    channels: changedKeys(old.channels ?? {}, now.channels ?? {}),
    deliveries: changedKeys(old.deliver ?? {}, now.deliver ?? {}),
    logLevel: level.length > 0,
    refused: fixed.map((path) => refusal(path, after)),
  };
}

/** What may change without a restart. */
const LIVE = [['channels'], ['deliver'], ['log', 'level']] as const;

/** The configuration that counts when the changes are made: what was refused is as it was. */
export function afterChanges(before: Loaded, after: Loaded): Loaded {
  const { channels, deliver, log } = after.config;
  const level = { ...before.config.log, ...(log?.level && { level: log.level }) };
  const config = { ...before.config, channels, deliver, log: level };
  const tree = LIVE.reduce<MapTree>((rest, path) => {
    const next = treeAt(after.tree, path);
    const others = withoutPath(rest, path);
    return next === undefined ? others : merged(others, planted(path, next));
  }, before.tree);
  return { ...before, config, tree };
}

function valueOf(config: object, key: string): unknown {
  return Reflect.get(config, key);
}

/** The keys that came, went or changed. */
function changedKeys(old: Values, now: Values): readonly string[] {
  const keys = new Set([...Object.keys(old), ...Object.keys(now)]);
  return [...keys].filter(
    (key) => key in old !== key in now || !isDeepStrictEqual(old[key], now[key]),
  );
}

function differences(old: unknown, now: unknown, path: Path): readonly Path[] {
  if (isDeepStrictEqual(old, now)) return [];
  if (!isMap(old) || !isMap(now)) return [path];
  return changedKeys(old, now).flatMap((key) => differences(old[key], now[key], [...path, key]));
}

function isMap(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refusal(path: Path, { tree }: Loaded): Problem {
  const reason = REASONS[String(path[0])] ?? CLIENT;
  const what = `cannot change while it runs (${reason})`;
  return { origin: originAt(tree, path), path, what, remedy: 'restart it for this to count' };
}

/** What no schema can say of a configuration: how its parts fit together, and the library's own rules. */

import { addressRules } from './address-rules.js';
import { libraryRules } from './library-rules.js';
import { withDefaults } from './defaults.js';
import { deliveryRules } from './delivery-rules.js';
import { nearest } from './nearest.js';
import { listed } from './schema-walk.js';
import { originAt, type Tree, treeAt } from './tree.js';
import type { Path, Problem } from './origin.js';
import type { Found } from './refusal.js';
import type { Config } from './schema.js';

/** Null: it has not the form of a configuration, and only what needs none is looked at. */
export function ruleProblems(
  tree: Tree,
  config: Config | null,
  needsUrl: boolean,
): readonly Problem[] {
  const found = [
    ...(needsUrl ? urlRule(tree) : []),
    ...(config === null ? [] : fitRules(config, tree)),
  ];
  return found.map((each) => ({ ...each, origin: originAt(tree, each.path) }));
}

function urlRule(tree: Tree): readonly Found[] {
  const url = treeAt(tree, ['url']);
  const isThere =
    url !== undefined && (url.kind !== 'value' || (url.value !== null && url.value !== ''));
  if (isThere) return [];
  const what = url === undefined ? 'is missing' : 'is empty';
  const remedy =
    'write url: wss://example.com/socket, set PHX__URL, give --url, or run --demo for a server that is built in';
  return [{ path: ['url'], what, remedy }];
}

function fitRules(config: Config, tree: Tree): readonly Found[] {
  return [
    ...libraryRules(config),
    ...addressRules(config),
    ...deliveryRules(withDefaults(config)),
    ...deliverRules(config, tree),
    ...stdoutRules(config),
    ...fileRules(config),
  ];
}

function deliverRules({ channels = {} }: Config, tree: Tree): readonly Found[] {
  const deliver = treeAt(tree, ['deliver']);
  // Also one that is wrong in itself has its name.
  const known = deliver?.kind === 'map' ? [...deliver.entries.keys()] : [];
  return Object.entries(channels).flatMap(([topic, channel]) => {
    const path = ['channels', topic, 'deliver'];
    const named = [channel?.deliver ?? []].flat();
    const isList = Array.isArray(channel?.deliver);
    return named.flatMap((name, at) =>
      known.includes(name) ? [] : [noDelivery(isList ? [...path, at] : path, name, known)],
    );
  });
}

function noDelivery(path: Path, name: string, known: readonly string[]): Found {
  const near = nearest(name, known);
  const choice = known.length === 0 ? 'write one under deliver:' : `choose from ${listed(known)}`;
  const remedy = near === null ? choice : `did you mean ${near}?`;
  return {
    path,
    what: `names ${JSON.stringify(name.slice(0, 64))}, and there is no such delivery`,
    remedy,
  };
}

/** Whoever reads the events must not find anything else among them. */
function stdoutRules({ deliver = {}, log }: Config): readonly Found[] {
  const printing = Object.entries(deliver).flatMap(([name, each]) =>
    'stdout' in each ? [name] : [],
  );
  const [first, ...others] = printing;
  if (first === undefined) return [];
  const what = `and ${first} both write to standard output`;
  const twice = others.map((name) => ({
    path: ['deliver', name, 'stdout'],
    what,
    remedy: 'keep one of them, with events of both',
  }));
  if (log?.to !== 'stdout') return twice;
  return [
    ...twice,
    {
      path: ['log', 'to'],
      what: `is stdout, where deliver.${first} writes events`,
      remedy: 'write stderr',
    },
  ];
}

type Use = { readonly path: Path; readonly place: string };

/** Two who write to one file destroy it. */
function fileRules(config: Config): readonly Found[] {
  const uses = usesOf(config);
  return uses.flatMap(({ path, place }, at) => {
    const before = uses.slice(0, at).find((use) => use.place === place);
    if (before === undefined) return [];
    const what = `is the same as ${before.path.join('.')}`;
    return [{ path, what, remedy: 'give each a path of its own' }];
  });
}

function usesOf({ inbox, outbox, deliver = {} }: Config): readonly Use[] {
  const stores = [
    { path: ['inbox', 'store'], place: inbox?.store },
    { path: ['outbox', 'store'], place: outbox === false ? undefined : outbox?.store },
  ];
  const files = Object.entries(deliver).flatMap(([name, each]) => [
    { path: ['deliver', name, 'file'], place: 'file' in each ? each.file : undefined },
    {
      path: ['deliver', name, 'deadLetter'],
      place: 'webhook' in each ? each.deadLetter : undefined,
    },
  ]);
  return [...stores, ...files].flatMap(({ path, place }) =>
    place === undefined ? [] : [{ path, place: normal(place) }],
  );
}

function normal(place: string): string {
  return place
    .replace(/\/+/g, '/')
    .replace(/(?:^|(?<=\/))\.\//g, '')
    .replace(/(.)\/$/, '$1');
}

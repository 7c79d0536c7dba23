/** Reads the configuration from its file, the environment and flags, and says all that is wrong with it at once. */

import { readFile } from 'node:fs/promises';
import { withDefaults } from './defaults.js';
import { readEnvironment } from './environment.js';
import { type Flag, readFlags } from './flags.js';
import { problemsOf } from './issues.js';
import { inOrder, type Origin, type Path, type Problem } from './origin.js';
import { ruleProblems } from './rules.js';
import { type Config, configSchema } from './schema.js';
import { brokenIn, emptyMap, type MapTree, merged, plainOf, withoutPath } from './tree.js';
import { readFileText, type ReadMap } from './yaml-text.js';

export type LoadTerms = {
  /** Null: none. */
  readonly file: string | null;
  readonly env: NodeJS.ProcessEnv;
  readonly flags: readonly Flag[];
  /** Default true: nobody talks to a server that was not named. */
  readonly needsUrl?: boolean;
};

export type Loaded = {
  readonly kind: 'loaded';
  /** With the defaults of the daemon's own parts; those of the client are the library's. */
  readonly config: Config;
  readonly file: string | null;
  /** What was given, with its origins. */
  readonly tree: MapTree;
};

export type Loading =
  | Loaded
  /** At least one. */
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] };

/** A file that somebody wrote by hand is never so long. */
const LONGEST_FILE = 1024 * 1024;

/** Never rejects for what somebody may have written. */
export async function loadConfig(terms: LoadTerms): Promise<Loading> {
  const file = await readConfigFile(terms);
  const env = readEnvironment(terms.env, configSchema, file.tree);
  const flags = readFlags(terms.flags);
  const tree = merged(merged(file.tree, env.tree), flags.tree);
  const said = [file, env, flags].flatMap(({ problems }) => problems);
  // Of a file that cannot be read nothing more is known.
  if (file.problems.some(({ path }) => path.length === 0)) return refused(said);
  const { config, problems: found } = judged(tree);
  const broken = brokenIn(tree);
  const rules = ruleProblems(tree, config, terms.needsUrl ?? true);
  const all = [...said, ...[...found, ...rules].filter(({ path }) => !isNear(path, broken))];
  if (config === null || all.length > 0) return refused(all);
  return { kind: 'loaded', config: withDefaults(config), file: terms.file, tree };
}

type Judged = { readonly config: Config | null; readonly problems: readonly Problem[] };

/** What is wrong, and what is left of the configuration without it, for the rules to see. Null: nothing is. */
function judged(tree: MapTree): Judged {
  const first = configSchema.safeParse(plainOf(tree, keepsNull));
  if (first.success) return { config: first.data, problems: [] };
  const problems = problemsOf(first.error.issues, configSchema, tree);
  return { config: remainder(tree, problems, 0), problems };
}

/** A map whose key was wrong may be wrong without it: so it goes the next time, and then what holds it. */
const MOST_ROUNDS = 8;

function remainder(tree: MapTree, problems: readonly Problem[], round: number): Config | null {
  const rest = problems.reduce((left, { path }) => withoutPath(left, path), tree);
  const parsed = configSchema.safeParse(plainOf(rest, keepsNull));
  if (parsed.success) return parsed.data;
  if (round === MOST_ROUNDS) return null;
  return remainder(rest, problemsOf(parsed.error.issues, configSchema, rest), round + 1);
}

function refused(problems: readonly Problem[]): Loading {
  return { kind: 'refused', problems: inOrder(problems) };
}

async function readConfigFile({ file, env }: LoadTerms): Promise<ReadMap> {
  if (file === null) return { tree: emptyMap({ kind: 'default' }), problems: [] };
  try {
    const bytes = await readFile(file);
    if (bytes.length > LONGEST_FILE) return unreadable(file, `has more than ${LONGEST_FILE} bytes`);
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return readFileText(text, file, env);
  } catch (error) {
    return unreadable(file, reasonOf(error));
  }
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT') return 'is not there';
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return 'holds bytes that are no UTF-8';
  return `cannot be read (${code || 'unknown error'})`;
}

function unreadable(file: string, what: string): ReadMap {
  const origin: Origin = { kind: 'file', file, line: 1, column: 1 };
  const remedy = 'give the path of a YAML or JSON file that this user may read';
  return {
    tree: emptyMap(origin),
    problems: [{ origin, path: [], what: `the file ${what}`, remedy }],
  };
}

/** Where null is a value: a channel without options, and in the params that are sent. */
function keepsNull(path: Path): boolean {
  if (path[0] === 'params') return path.length > 1;
  if (path[0] === 'deliver') return path.length === 2;
  if (path[0] !== 'channels') return false;
  return path.length === 2 || (path[2] === 'params' && path.length > 3);
}

/** Whether enough was said there, or right above or below it. */
function isNear(path: Path, broken: readonly Path[]): boolean {
  return broken.some((other) => {
    const length = Math.min(path.length, other.length);
    return length > 0 && path.slice(0, length).every((key, at) => key === other[at]);
  });
}

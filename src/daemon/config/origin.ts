/** Where a value of the configuration comes from, and what is said of one that is wrong. */

/** From the least to the most that counts: one of a later kind goes over one of an earlier. */
export type Origin =
  | { readonly kind: 'default' }
  | FileOrigin
  | { readonly kind: 'env'; readonly name: string }
  | { readonly kind: 'flag'; readonly flag: string };

/** Line and column are counted from 1. */
export type FileOrigin = {
  readonly kind: 'file';
  readonly file: string;
  readonly line: number;
  readonly column: number;
};

/** Keys from the top, list positions as numbers. */
export type Path = readonly (string | number)[];

export type Problem = {
  readonly origin: Origin;
  readonly path: Path;
  /** Never holds a secret. */
  readonly what: string;
  readonly remedy: string;
};

/** `file:line:column path: what: remedy`. */
export function problemText({ origin, path, what, remedy }: Problem): string {
  const place = path.length === 0 ? '' : ` ${pathText(path)}`;
  return `${originText(origin)}${place}: ${what}: ${remedy}`;
}

export function originText(origin: Origin): string {
  switch (origin.kind) {
    case 'default':
      return 'configuration';
    case 'file':
      return `${origin.file}:${origin.line}:${origin.column}`;
    case 'env':
      return origin.name;
    case 'flag':
      return origin.flag;
  }
}

/** As `--set` takes it: `channels.orders:eu.events[0]`, and a key with a dot in quotes. */
export function pathText(path: Path): string {
  return path.map((key, at) => (typeof key === 'number' ? `[${key}]` : stepText(key, at))).join('');
}

function stepText(key: string, at: number): string {
  const text = /^[\w:*/<>-]{1,80}$/.test(key) ? key : JSON.stringify(key.slice(0, 80));
  return at === 0 ? text : `.${text}`;
}

/** In the order of a reader: the file from its top, then the environment, then flags; each said once. */
export function inOrder(problems: readonly Problem[]): readonly Problem[] {
  const texts = new Map(problems.map((problem) => [problemText(problem), problem]));
  return [...texts.values()].toSorted((a, b) => rankOf(a.origin) - rankOf(b.origin));
}

const RANKS = { file: 0, env: 1, flag: 2, default: 3 } as const;
/** More lines and columns than a file may have. */
const LINES = 2 ** 24;

function rankOf(origin: Origin): number {
  const rank = RANKS[origin.kind] * LINES * LINES;
  return origin.kind === 'file' ? rank + origin.line * LINES + origin.column : rank;
}

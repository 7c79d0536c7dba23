/** Reads YAML 1.2, and so JSON, into a tree with the place of each value. */

import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  parseAllDocuments,
  type Scalar as YamlScalar,
  type YAMLError,
  type YAMLMap,
} from 'yaml';
import type { FileOrigin, Origin, Path, Problem } from './origin.js';
import { scalarOf } from './scalar.js';
import { emptyMap, type Entry, type MapTree, type Scalar, type Tree } from './tree.js';
import { filled } from './variables.js';

/** Aliases counted as often as they are used: a few of them can stand for billions. */
const MOST_NODES = 20_000;
const DEEPEST = 32;

export type ReadText = { readonly tree: Tree; readonly problems: readonly Problem[] };

/** What texts are read for: where an offset lies, and what is in the environment; null: `${` is nothing special. */
export type TextTerms = {
  readonly originOf: (line: number, column: number) => Origin;
  readonly env: NodeJS.ProcessEnv | null;
};

/** A file: one map, or nothing. */
export function readFileText(text: string, file: string, env: NodeJS.ProcessEnv): ReadMap {
  const originOf = (line: number, column: number): FileOrigin => ({
    kind: 'file',
    file,
    line,
    column,
  });
  const { tree, problems } = readText(text, { originOf, env });
  if (problems.length > 0)
    return { tree: tree.kind === 'map' ? tree : emptyMap(tree.origin), problems };
  if (tree.kind === 'map') return { tree, problems };
  if (tree.kind === 'value' && tree.value === null)
    return { tree: emptyMap(tree.origin), problems };
  const what = tree.kind === 'list' ? 'is a list' : 'is no map';
  const remedy = 'write keys and values, such as url: wss://example.com/socket';
  return {
    tree: emptyMap(tree.origin),
    problems: [{ origin: tree.origin, path: [], what: `the file ${what}`, remedy }],
  };
}

export type ReadMap = { readonly tree: MapTree; readonly problems: readonly Problem[] };

export function readText(text: string, terms: TextTerms): ReadText {
  const lineCounter = new LineCounter();
  const parsed = parseAllDocuments(text, {
    lineCounter,
    prettyErrors: false,
    version: '1.2',
    logLevel: 'silent',
  });
  const documents = 'empty' in parsed ? [] : parsed;
  return new Reader(terms, lineCounter).read(documents);
}

class Reader {
  readonly #terms: TextTerms;
  readonly #lines: LineCounter;
  readonly #problems: Problem[] = [];
  #nodes = 0;

  constructor(terms: TextTerms, lines: LineCounter) {
    this.#terms = terms;
    this.#lines = lines;
  }

  read([document, second]: readonly Document.Parsed[]): ReadText {
    const start = this.#terms.originOf(1, 1);
    const nothing: Tree = { kind: 'value', value: null, origin: start };
    if (document === undefined) return { tree: nothing, problems: [] };
    for (const error of first([...document.errors, ...document.warnings]))
      this.#refuseSyntax(error);
    if (second !== undefined) {
      const remedy = 'write one, without a second ---';
      this.#refuse(second.range[0], [], 'there is more than one YAML document', remedy);
    }
    if (this.#problems.length > 0) return { tree: nothing, problems: this.#problems };
    const tree = this.#treeOf(document.contents, document, []);
    return { tree, problems: this.#problems };
  }

  #treeOf(node: unknown, document: Document.Parsed, path: Path): Tree {
    const offset = offsetOf(node);
    this.#nodes += 1;
    if (this.#nodes > MOST_NODES || path.length > DEEPEST) return this.#tooMuch(offset);
    if (isAlias(node)) {
      const target = node.resolve(document);
      if (target !== undefined) return this.#treeOf(target, document, path);
      return this.#refuse(
        offset,
        path,
        `there is no anchor for *${node.source}`,
        'write &NAME before',
      );
    }
    const origin = this.#origin(offset);
    if (isScalar(node)) return this.#valueOf(node, origin, path);
    if (isMap(node)) return this.#mapOf(node, document, path);
    if (!isSeq(node)) return { kind: 'value', value: null, origin };
    const items = node.items.map((item, at) => this.#treeOf(item, document, [...path, at]));
    return { kind: 'list', items, origin };
  }

  #mapOf(map: YAMLMap, document: Document.Parsed, path: Path): Tree {
    const entries = new Map<string, Entry>();
    for (const pair of map.items) {
      const key = this.#keyOf(pair, path);
      if (key === null) continue;
      const origin = this.#origin(offsetOf(pair.key));
      const tree =
        pair.value === null
          ? ({ kind: 'value', value: null, origin } as const)
          : this.#treeOf(pair.value, document, [...path, key]);
      entries.set(key, { key: origin, tree });
    }
    return { kind: 'map', entries, origin: this.#origin(offsetOf(map)) };
  }

  /** As it is written: `401` is a key like any other. */
  #keyOf({ key }: Pair, path: Path): string | null {
    const name = isScalar(key) ? (key.source ?? String(key.value)) : null;
    if (name !== null && name !== '__proto__') return name;
    this.#refuse(offsetOf(key), path, 'there is a key that is no name', 'write a text as key');
    return null;
  }

  #valueOf(node: YamlScalar, origin: Origin, path: Path): Tree {
    const { value } = node;
    const { env } = this.#terms;
    const source = typeof value === 'string' ? value : (node.source ?? '');
    if (env === null || !source.includes('${'))
      return { kind: 'value', value: plain(value), origin };
    const result = filled(source, env);
    if (result.kind === 'unfilled') {
      return this.#refuse(offsetOf(node), path, result.what, result.remedy);
    }
    const { text } = result;
    return { kind: 'value', value: node.type === 'PLAIN' ? scalarOf(text) : text, origin };
  }

  #tooMuch(offset: number): Tree {
    const isSaid = this.#problems.some(({ what }) => what === TOO_MUCH);
    if (isSaid) return { kind: 'broken', origin: this.#origin(offset) };
    const remedy = `write at most ${MOST_NODES} values in at most ${DEEPEST} levels, aliases counted`;
    return this.#refuse(offset, [], TOO_MUCH, remedy);
  }

  #refuseSyntax({ code, pos }: YAMLError): void {
    const [what, remedy] = SYNTAX[code] ?? NO_YAML;
    this.#refuse(pos[0], [], what, remedy);
  }

  #refuse(offset: number, path: Path, what: string, remedy: string): Tree {
    const origin = this.#origin(offset);
    this.#problems.push({ origin, path, what, remedy });
    return { kind: 'broken', origin };
  }

  #origin(offset: number): Origin {
    const { line, col } = this.#lines.linePos(offset);
    return this.#terms.originOf(Math.max(line, 1), Math.max(col, 1));
  }
}

const NO_YAML = [
  'this is no YAML',
  'look at this line and the one above; within { } and [ ] a ${NAME} goes into quotes',
] as const;

/** One that is wrong for the parser makes what follows wrong; a key that is there twice does not. */
function first(errors: readonly YAMLError[]): readonly YAMLError[] {
  const at = errors.findIndex(({ code }) => code !== 'DUPLICATE_KEY');
  return at < 0 ? errors : errors.slice(0, at + 1);
}

const TOO_MUCH = 'there is too much';

/** In words of ours: those of the library quote the text, which may be a secret. */
const SYNTAX: { readonly [code in YAMLError['code']]?: readonly [what: string, remedy: string] } = {
  DUPLICATE_KEY: ['the key is there twice', 'write it once'],
  TAB_AS_INDENT: ['there is a tab in the indentation', 'indent with spaces'],
  BAD_INDENT: ['the indentation is wrong', 'give keys of one map the same number of spaces'],
  MISSING_CHAR: [
    'a quote, bracket or comma is missing',
    'close what was opened; within { } and [ ] a ${NAME} goes into quotes',
  ],
  MULTILINE_IMPLICIT_KEY: [
    'a key goes over the end of its line',
    'close its quote, or put a colon behind it',
  ],
  TAG_RESOLVE_FAILED: ['there is a tag that has no meaning here', 'write plain values, without !'],
  BAD_ALIAS: ['an alias is wrong', 'write *NAME of an anchor &NAME, and no more than that'],
  MULTIPLE_DOCS: ['there is more than one YAML document', 'write one, without a second ---'],
};

function plain(value: unknown): Scalar {
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
  // Of the core schema only texts are left.
  return typeof value === 'string' ? value : null;
}

function offsetOf(node: unknown): number {
  if (typeof node !== 'object' || node === null || !('range' in node)) return 0;
  const { range } = node;
  return Array.isArray(range) ? Number(range[0]) : 0;
}

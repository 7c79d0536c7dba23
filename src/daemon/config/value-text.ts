/** One value that was written outside a file: a plain scalar, or a YAML list, map or text in quotes. */

import type { Origin, Path } from './origin.js';
import { scalarOf } from './scalar.js';
import { type ReadText, readText } from './yaml-text.js';

/** A text that only looks like YAML goes into quotes. */
const STRUCTURED = /^(?:\[[^]*\]|\{[^]*\}|"[^]*"|'[^]*')$/;

export function valueText(text: string, origin: Origin, path: Path): ReadText {
  if (!STRUCTURED.test(text)) {
    return { tree: { kind: 'value', value: scalarOf(text), origin }, problems: [] };
  }
  const { tree, problems } = readText(text, { originOf: () => origin, env: null });
  return {
    tree,
    problems: problems.map((problem) => ({ ...problem, path: [...path, ...problem.path] })),
  };
}

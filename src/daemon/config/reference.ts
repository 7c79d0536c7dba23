/** The tables of docs/configuration.md, made of the schema. */

import { pathText } from './origin.js';
import { type Key, keysOf } from './schema-paths.js';
import { configSchema } from './schema.js';
import { shapeOf, formsOf } from './schema-walk.js';

/** A section for each key at the top that has keys of its own, and a first one for the others. */
export function referenceText(): string {
  const keys = keysOf(configSchema);
  const plain = keys.filter(({ path }) => path.length === 1);
  const sections = plain
    .filter((key) => isDeep(key, keys))
    .map((key) =>
      sectionText(
        key,
        keys.filter(({ path }) => path[0] === key.path[0] && path.length > 1),
      ),
    );
  return [`## At the top\n\n${tableText(plain)}`, ...sections].join('\n\n');
}

function isDeep({ path: [first] }: Key, keys: readonly Key[]): boolean {
  return keys.some(({ path }) => path.length > 1 && path[0] === first);
}

function sectionText(
  { path: [name = ''], about: { description = '' } }: Key,
  below: readonly Key[],
): string {
  return `## ${name}\n\n${description}\n\n${tableText(below)}`;
}

function tableText(keys: readonly Key[]): string {
  const rows = keys.map(rowText);
  return ['| key | takes | default | what it is for |', '|---|---|---|---|', ...new Set(rows)].join(
    '\n',
  );
}

function rowText({ path, takes, about: { description = '', standard }, schema }: Key): string {
  const isMap = formsOf(schema).some((form) => shapeOf(form) !== null);
  const value = standard === undefined ? '' : `\`${standardText(standard)}\``;
  const kind = isMap && !takes.includes('false') ? 'a map' : takes;
  const cells = [`\`${pathText(path)}\``, kind, value, description];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

/** As one writes it in YAML. */
function standardText(standard: unknown): string {
  if (Array.isArray(standard)) return `[${standard.map(standardText).join(', ')}]`;
  return String(standard);
}

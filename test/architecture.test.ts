/** Holds src to the drawing of the layers: who may import whom, and what no file may do. */

import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import {
  ANYONE_MAY_IMPORT,
  BARRELS,
  MAY_IMPORT,
  THIRD_PARTIES,
  WITHOUT_NODE,
} from './support/layers.js';

type SourceText = { readonly path: string; readonly text: string };
type Import = { readonly from: string; readonly typeOnly: boolean };
type Rule = (file: SourceText) => readonly string[];

const RULES: { readonly [title: string]: Rule } = {
  'layers import along the arrows only': (file) => importsOf(file).flatMap(againstArrows(file)),
  'third parties are imported by their few files only': (file) =>
    importsOf(file).filter(isStranger(file)).map(says(file)),
  'protocol and policy import no Node module': (file) =>
    WITHOUT_NODE.includes(layerOf(file.path))
      ? importsOf(file)
          .filter(({ from }) => isBuiltin(from))
          .map(says(file))
      : [],
  'nothing is exported as default': (file) =>
    statementsOf(file).some(isDefaultExport) ? [`${file.path} has a default export`] : [],
  'only the entry points are barrels': (file) =>
    !BARRELS.includes(file.path) && isBarrel(file) ? [`${file.path} is a barrel`] : [],
  'no module has a let or var of its own': (file) =>
    statementsOf(file).some(isMutable) ? [`${file.path} has a let or var`] : [],
  'every file begins with a sentence saying what it is for': (file) =>
    /^(?:#!.*\n)?\/\*\*\s(?:(?!\*\/)[^])*\.(?:(?!\*\/)[^])*\*\//.test(file.text)
      ? []
      : [`${file.path} does not begin with a sentence`],
};

describe('src', () => {
  const files = readSource();

  test.each(Object.keys(RULES))('%s', (title) => {
    expect(files.flatMap((file) => broken(title, file))).toEqual([]);
  });
});

describe('the rules', () => {
  test.each([
    ['protocol/a.ts', "import { x } from '../policy/b.js';", 'protocol imports policy'],
    ['protocol/a.ts', "import type { X } from '../policy/b.js';", 'protocol imports policy'],
    ['policy/a.ts', "import { x } from '../protocol/b.js';", 'policy imports protocol'],
    ['policy/a.ts', "export { x } from '../channel/b.js';", 'policy imports channel'],
    ['transport/a.ts', "import { x } from '../policy/b.js';", 'transport imports policy'],
    ['transport/a.ts', "const x = await import('../sockets/b.js');", 'transport imports sockets'],
    ['channel/a.ts', "import { x } from '../sockets/b.js';", 'channel imports sockets'],
    ['channel/a.ts', "type X = import('../transport/b.js').X;", 'channel imports transport'],
    ['sockets/a.ts', "import { x } from '../client/b.js';", 'sockets imports client'],
    ['client/a.ts', "import { x } from '../testing/b.js';", 'client imports testing'],
    ['client/a.ts', "import { x } from '../index.js';", 'client imports index'],
    ['testing/a.ts', "import { x } from '../cli/b.js';", 'testing imports cli'],
    ['telemetry/a.ts', "import '../sockets/b.js';", 'telemetry imports sockets'],
    ['index.ts', "export * from './testing/index.js';", 'index imports testing'],
    ['clock.ts', "import type { X } from './protocol/b.js';", 'clock imports protocol'],
    ['errors.ts', "import { x } from './protocol/b.js';", 'errors imports protocol'],
    ['unknown/a.ts', "import { x } from './b.js';", 'unknown imports unknown'],
    ['daemon/inbox/a.ts', "import { x } from '../api/b.js';", 'daemon/inbox imports daemon/api'],
    ['client/a.ts', "import { x } from '../../test/b.js';", 'client imports ../test/b.ts'],
  ])('%s may not say: %s', (path, text, message) => {
    const [first] = broken('layers import along the arrows only', { path, text });
    expect(first).toContain(message);
  });

  test.each([
    ['policy/a.ts', "import type { X } from '../protocol/b.js'; import { y } from './c.js';"],
    ['protocol/a.ts', "import { X } from '../errors.js'; import type { Y } from '../clock.js';"],
    ['testing/a.ts', "import { X } from '../client/b.js'; import { Y } from '../index.js';"],
    ['sockets/a.ts', "import { X } from '../channel/b.js'; import { once } from 'node:events';"],
  ])('%s may say: %s', (path, text) => {
    expect(broken('layers import along the arrows only', { path, text })).toEqual([]);
  });

  test.each([
    ['third parties are imported by their few files only', "import { WebSocket } from 'ws';"],
    ['third parties are imported by their few files only', "import type { A } from 'xstate';"],
    ['third parties are imported by their few files only', "import { A } from 'xstate/graph';"],
    ['third parties are imported by their few files only', "import { x } from 'left-pad';"],
    ['third parties are imported by their few files only', "import { pino } from 'pino';"],
    ['third parties are imported by their few files only', "import { Command } from 'commander';"],
    ['third parties are imported by their few files only', "const p = require('prom-client');"],
    [
      'third parties are imported by their few files only',
      "import { x } from 'gen-socket-client';",
    ],
    ['protocol and policy import no Node module', "import { x } from 'node:crypto';"],
    ['protocol and policy import no Node module', "import type { X } from 'stream';"],
    ['nothing is exported as default', 'export default 1;'],
    ['nothing is exported as default', 'export default function f() {}'],
    ['nothing is exported as default', 'const x = 1; export { x as default };'],
    ['only the entry points are barrels', "export * from './b.js'; export const own = 1;"],
    ['only the entry points are barrels', "export type { X } from './b.js';"],
    ['only the entry points are barrels', "import { x } from './b.js'; export { x };"],
    ['no module has a let or var of its own', 'let x = 1;'],
    ['no module has a let or var of its own', 'export var x = 1;'],
    ['every file begins with a sentence saying what it is for', 'export const x = 1;'],
    ['every file begins with a sentence saying what it is for', '// A comment.\nlet x;'],
    ['every file begins with a sentence saying what it is for', '/** no sentence */ // Late.'],
  ])('%s: refuses %s', (title, text) => {
    expect(broken(title, { path: 'protocol/a.ts', text })).toHaveLength(1);
  });

  test('let what is meant pass', () => {
    const files = [
      { path: 'transport/ws-transport.ts', text: "/** Dials. */\nimport { WebSocket } from 'ws';" },
      {
        path: 'sockets/socket.machine.ts',
        text: "/** A chart. */\nimport { setup } from 'xstate';",
      },
      { path: 'cli/main.ts', text: '#!/usr/bin/env node\n/** Runs. */\nconst x = 1;' },
      { path: 'index.ts', text: "/**\n * The package.\n */\nexport { x } from './client/b.js';" },
      { path: 'policy/a.ts', text: "/** A. */\nexport type { X } from './b.js'; const y = 1;" },
      { path: 'clock.ts', text: '/** Time. */\nexport const x = () => { let y = 1; return y; };' },
    ];
    const titles = Object.keys(RULES);
    expect(files.flatMap((file) => titles.flatMap((title) => broken(title, file)))).toEqual([]);
  });
});

function broken(title: string, file: SourceText): readonly string[] {
  const rule = RULES[title];
  if (rule === undefined) throw new Error(`no such rule: ${title}`);
  return rule(file);
}

function readSource(): readonly SourceText[] {
  const src = new URL('../src/', import.meta.url);
  return readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => path.replaceAll('\\', '/'))
    .map((path) => ({ path, text: readFileSync(new URL(path, src), 'utf8') }));
}

/** The folder, or the name of a file that lies in src itself; the folders of the daemon are layers of their own. */
function layerOf(path: string): string {
  const [first = path, second = '', third] = path.split('/');
  if (first === 'daemon' && third !== undefined) return `${first}/${second}`;
  return first.replace(/\.ts$/, '');
}

function againstArrows(file: SourceText): (found: Import) => readonly string[] {
  const layer = layerOf(file.path);
  const may = MAY_IMPORT[layer]?.split(' ');
  return ({ from, typeOnly }) => {
    if (!from.startsWith('.')) return [];
    const path = posix.join(posix.dirname(file.path), from.replace(/\.js$/, '.ts'));
    const other = path.startsWith('..') ? path : layerOf(path);
    if (may !== undefined && (other === layer || ANYONE_MAY_IMPORT.includes(other))) return [];
    if (may?.includes(other) || (typeOnly && may?.includes(`${other}(types)`))) return [];
    return [`${layer} imports ${other}: ${file.path} imports ${from}`];
  };
}

function isStranger(file: SourceText): (found: Import) => boolean {
  return ({ from }) => {
    if (from.startsWith('.') || isBuiltin(from)) return false;
    const [name = from] = from.split('/');
    return !THIRD_PARTIES[name]?.some((place) => liesIn(file.path, place));
  };
}

function liesIn(path: string, place: string): boolean {
  if (place.startsWith('*')) return path.endsWith(place.slice(1));
  return place.endsWith('/') ? path.startsWith(place) : path === place;
}

function says(file: SourceText): (found: Import) => string {
  return ({ from }) => `${file.path} imports ${from}`;
}

function parse({ path, text }: SourceText): ts.SourceFile {
  return ts.createSourceFile(path, text, ts.ScriptTarget.ES2023);
}

function statementsOf(file: SourceText): readonly ts.Statement[] {
  return parse(file).statements;
}

function importsOf(file: SourceText): readonly Import[] {
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    const one = importIn(node);
    if (one !== null) found.push(one);
    ts.forEachChild(node, visit);
  };
  visit(parse(file));
  return found;
}

function importIn(node: ts.Node): Import | null {
  if (ts.isImportDeclaration(node)) {
    return imported(
      node.moduleSpecifier,
      node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword,
    );
  }
  if (ts.isExportDeclaration(node)) return imported(node.moduleSpecifier, node.isTypeOnly);
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    return imported(node.argument.literal, true);
  }
  if (ts.isCallExpression(node) && loads(node.expression)) {
    return imported(node.arguments[0], false);
  }
  return null;
}

function loads(callee: ts.Expression): boolean {
  if (callee.kind === ts.SyntaxKind.ImportKeyword) return true;
  return ts.isIdentifier(callee) && callee.text === 'require';
}

function imported(specifier: ts.Node | undefined, typeOnly: boolean): Import | null {
  if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return null;
  return { from: specifier.text, typeOnly };
}

function isDefaultExport(node: ts.Statement): boolean {
  if (ts.isExportAssignment(node)) return true;
  if (exportedNames(node).some(({ name }) => name.text === 'default')) return true;
  const modifiers = ts.canHaveModifiers(node) ? (ts.getModifiers(node) ?? []) : [];
  return modifiers.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword);
}

/** A file that passes on all that another exports, or that has nothing of its own. */
function isBarrel(file: SourceText): boolean {
  const others = statementsOf(file).filter((node) => !ts.isImportDeclaration(node));
  const exports = others.filter(ts.isExportDeclaration);
  if (exports.some(({ exportClause }) => exportClause === undefined)) return true;
  return exports.length > 0 && exports.length === others.length;
}

function exportedNames(node: ts.Statement): readonly ts.ExportSpecifier[] {
  if (!ts.isExportDeclaration(node) || node.exportClause === undefined) return [];
  return ts.isNamedExports(node.exportClause) ? node.exportClause.elements : [];
}

function isMutable(node: ts.Statement): boolean {
  return ts.isVariableStatement(node) && (node.declarationList.flags & ts.NodeFlags.Const) === 0;
}

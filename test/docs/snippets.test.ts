/** What the documents show is true: their programs are the examples, their frames are frames. */

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ProtocolError, type Serializer, v1, v2 } from 'gen-socket-client';

type Fence = { readonly info: string; readonly text: string };

const root = new URL('../../', import.meta.url);
const documents = [
  'README.md',
  ...readdirSync(new URL('docs/', root)).map((name) => `docs/${name}`),
  ...readdirSync(new URL('examples/', root), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('README.md'))
    .map((path) => `examples/${path}`),
];

function read(path: string): string {
  return readFileSync(new URL(path, root), 'utf8');
}

function fences(path: string): readonly Fence[] {
  const found = read(path).matchAll(/^```(.*)\n([\s\S]*?)^```$/gm);
  return [...found].map(([, info = '', text = '']) => ({ info, text }));
}

describe.each(documents)('%s', (document) => {
  test('shows programs only as they stand in the examples', () => {
    for (const { info, text } of fences(document)) {
      const file = /\bfile=(\S+)/.exec(info)?.[1];
      if (!/^(ts|js|py)\b/.test(info) && file === undefined) continue;
      expect(file, `a program without a file in ${document}`).toBeDefined();
      expect(text).toBe(read(file ?? ''));
    }
  });

  test('shows parts of files only as they stand there', () => {
    for (const { info, text } of fences(document)) {
      const file = /\bin=(\S+)/.exec(info)?.[1];
      if (file !== undefined) expect(read(file)).toContain(text);
    }
  });

  test('leads only to files that are there', () => {
    const links = [...read(document).matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, to]) => to);
    const base = new URL(document, root);
    for (const link of links) expect(() => readFileSync(new URL(link ?? '', base))).not.toThrow();
  });
});

const serializers: { readonly [wire: string]: Serializer } = { v1, v2 };
const frames = fences('docs/protocol.md')
  .map(({ info, text }) => ({ wire: /wire=(\S+)/.exec(info)?.[1] ?? '', text }))
  .filter(({ wire }) => wire !== '')
  .flatMap(({ wire, text }) =>
    text
      .trim()
      .split('\n')
      .map((frame) => ({ wire, frame })),
  );

test('docs/protocol.md shows frames of both versions', () => {
  expect(new Set(frames.map(({ wire }) => wire))).toEqual(new Set(['v1', 'v2']));
});

test.each(frames)('the frame $frame is $wire, read and written', ({ wire, frame }) => {
  const serializer = serializers[wire];
  const message = serializer?.decode(frame);
  if (!message || message instanceof ProtocolError) throw new Error(`no message: ${frame}`);
  const written = JSON.parse(String(serializer?.encode(message))) as object;
  // Version 1 reads the join_ref of a close from its ref, and the server's own frames have none to write.
  const { join_ref: _, ...withoutJoinRef } = written as { join_ref?: unknown };
  const { join_ref: __, ...expected } = JSON.parse(frame) as { join_ref?: unknown };
  expect(withoutJoinRef).toEqual(expected);
});

test('docs/errors.md has each code, and no other', () => {
  const codes = (text: string, form: RegExp) =>
    new Set([...text.matchAll(form)].map(([, code]) => code));
  const documented = codes(read('docs/errors.md'), /^### (PHX_[A-Z_]+)$/gm);
  expect(documented).toEqual(codes(read('src/errors.ts'), /'(PHX_[A-Z_]+)'/g));
});

/** The Dockerfile is what its comments say: two stages, a numeric user, exec forms, a health check by the command itself. */

import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { DATA, textOf } from './deployed.js';

type Instruction = { readonly name: string; readonly rest: string };

const PACKAGE = JSON.parse(textOf('package.json')) as {
  readonly version: string;
  readonly license: string;
  readonly bin: { readonly [name: string]: string };
};

/** Instructions, each in one line, without comments. */
function instructions(): readonly Instruction[] {
  const text = textOf('Dockerfile')
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, '');
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => {
    const [name = '', ...rest] = line.split(' ');
    return { name, rest: rest.join(' ').trim() };
  });
}

const ALL = instructions();
const STAGE = ALL.findLastIndex(({ name }) => name === 'FROM');
const FINAL = ALL.slice(STAGE);

function only(name: string): string {
  const found = FINAL.filter((instruction) => instruction.name === name);
  expect(found, name).toHaveLength(1);
  return found[0]?.rest ?? '';
}

const COMMAND = ['node', `/app/${(PACKAGE.bin['gen-socket-client'] ?? '').replace('./', '')}`];

test('both stages begin with the same base', () => {
  const bases = ALL.filter(({ name }) => name === 'FROM').map(({ rest }) => rest.split(' ')[0]);
  expect(bases).toEqual(['node:24-bookworm-slim', 'node:24-bookworm-slim']);
  expect(FINAL.find(({ rest }) => rest.includes('image.base.name'))?.rest).toContain(bases[1]);
});

test('starts the command of the package, in exec form', () => {
  expect(JSON.parse(only('ENTRYPOINT'))).toEqual(COMMAND);
  expect(JSON.parse(only('CMD'))).toEqual(['run']);
  const health = only('HEALTHCHECK');
  expect(JSON.parse(health.slice(health.indexOf('[')))).toEqual([...COMMAND, 'healthcheck']);
});

test('runs as a number that is not root, and owns its one volume', () => {
  const [user, group] = only('USER').split(':');
  expect(Number(user)).toBeGreaterThan(0);
  expect(only('VOLUME')).toBe(DATA);
  expect(only('RUN')).toContain(`install -d -o ${user} -g ${group} -m 0700 ${DATA}`);
  expect(only('STOPSIGNAL')).toBe('SIGTERM');
});

test('carries the version and the licence of the package', () => {
  expect(FINAL).toContainEqual({ name: 'ARG', rest: `VERSION=${PACKAGE.version}` });
  expect(only('LABEL')).toContain(`org.opencontainers.image.licenses="${PACKAGE.license}"`);
  expect(only('LABEL')).toContain('org.opencontainers.image.version="${VERSION}"');
});

test('copies nothing that .dockerignore keeps out, and nothing that is not there', () => {
  const kept = textOf('.dockerignore')
    .match(/^!.+$/gm)
    ?.map((line) => line.slice(1));
  const copied = ALL.filter(({ name, rest }) => name === 'COPY' && !rest.startsWith('--from'));
  const sources = copied.flatMap(({ rest }) => rest.split(' ').slice(0, -1));
  expect(new Set(sources)).toEqual(new Set(kept));
  for (const path of sources) {
    expect(existsSync(new URL(`../../${path}`, import.meta.url)), path).toBe(true);
  }
});

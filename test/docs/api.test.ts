/** docs/api.md has the routes of the document with their answers, and every problem with its status. */

import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { PROBLEMS } from '../../src/daemon/listeners/problem.js';
import { runningDaemon } from '../daemon/support/running-daemon.js';
import { guideAt, rowsUnder } from '../support/guide.js';

const guide = guideAt('docs/api.md');

type Operation = { readonly responses: object };
type Paths = { readonly [path: string]: { readonly [method: string]: Operation } };

/** What any request may be answered, as the guide says it. */
const [, anywhere = ''] = /what is wrong with any request: ([\d, or]+)\./.exec(guide) ?? [];
const ANYWHERE: readonly string[] = anywhere.match(/\d+/g) ?? [];

test('the routes are those of the document, each with its answers', async () => {
  const { api } = await runningDaemon({ url: 'ws://127.0.0.1:1/socket' });
  const { paths } = (await (await fetch(`${api}/openapi.json`)).json()) as { paths: Paths };
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { responses }]) => {
      const own = Object.keys(responses).filter((status) => !ANYWHERE.includes(status));
      return [`${method.toUpperCase()} ${path}`, own.join(', ')];
    }),
  );
  const documented = rowsUnder(guide, 'route').map(([route, _, answers]) => [route, answers]);
  expect(documented.toSorted()).toEqual(routes.toSorted());
});

test('every problem is there, with its status', () => {
  const documented = rowsUnder(guide, 'code').map(([code, status]) => [code, status]);
  const known = Object.fromEntries(documented) as { readonly [code: string]: string };
  const own = Object.entries(PROBLEMS).map(([code, [status]]) => [code, String(status)]);
  expect(known).toMatchObject(Object.fromEntries(own));
  expect(known).toMatchObject(Object.fromEntries(libraryProblems()));
  const codes = Object.keys(known).filter((code) => code.startsWith('API_'));
  expect(codes.toSorted()).toEqual(Object.keys(PROBLEMS).toSorted());
});

/** `PHX_…: [422, …` wherever the API has it. */
function libraryProblems(): readonly (readonly [code: string, status: string])[] {
  const folders = ['src/daemon/api/', 'src/daemon/listeners/'];
  const files = folders.flatMap((folder) =>
    readdirSync(new URL(`../../${folder}`, import.meta.url)).map((name) => folder + name),
  );
  const found = files.flatMap((file) => [...guideAt(file).matchAll(/(PHX_[A-Z_]+): \[(\d+)/g)]);
  expect(found.length).toBeGreaterThan(10);
  return found.map(([, code = '', status = '']) => [code, status] as const);
}

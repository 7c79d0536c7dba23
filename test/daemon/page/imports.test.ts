/** What runs in a browser takes nothing but types from what runs in Node. */

import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const PAGE = new URL('../../../src/daemon/admin/page/', import.meta.url);

test.each(readdirSync(PAGE).filter((name) => name.endsWith('.ts')))('%s', (name) => {
  const text = readFileSync(new URL(name, PAGE), 'utf8');
  const imports = [...text.matchAll(/^import (type )?[^']*'([^']+)'/gms)];
  const values = imports.filter(([, type]) => type === undefined).map(([, , from = '']) => from);
  expect(values.filter((from) => !/^\.\/[\w-]+\.js$/.test(from))).toEqual([]);
});

/**
 * Looks for damage in the files of a LevelDB before it is opened. To open one is to rewrite it, and what cannot be read of its
 * log is then gone without a word; blocks of its tables are taken as they are.
 */

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { damageInLog } from './level-log.js';
import { damageInTable } from './level-table.js';

const LOG = /^(?:\d+\.log|MANIFEST-\d+)$/;
const TABLE = /^\d+\.(?:ldb|sst)$/;
const DATA = /^\d+\.(?:log|ldb|sst)$/;

/** In words that name the file; null: there is none. */
export async function damageIn(folder: string): Promise<string | null> {
  const names = await readdir(folder);
  if (!names.includes('CURRENT')) {
    return names.some((name) => DATA.test(name)) ? 'its file CURRENT is missing' : null;
  }
  const manifest = await readFile(join(folder, 'CURRENT'), 'latin1');
  const isNamed = manifest.endsWith('\n') && names.includes(manifest.slice(0, -1));
  if (!isNamed) return 'its file CURRENT names no other file of it';
  for (const name of names) {
    const at = damageInFile(name, await contentOf(folder, name));
    if (at !== null) return `its file ${name} is damaged at byte ${at}`;
  }
  return null;
}

async function contentOf(folder: string, name: string): Promise<Buffer> {
  return LOG.test(name) || TABLE.test(name) ? readFile(join(folder, name)) : Buffer.alloc(0);
}

function damageInFile(name: string, content: Buffer): number | null {
  return LOG.test(name) ? damageInLog(content) : damageInTable(content);
}

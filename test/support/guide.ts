/** A guide as its tests read it: its tables. */

import { readFileSync } from 'node:fs';

export type Row = readonly string[];

const ROOT = new URL('../../', import.meta.url);

export function guideAt(path: string): string {
  return readFileSync(new URL(path, ROOT), 'utf8');
}

/** The rows of the table that begins with this head, without the marks of code. */
export function rowsUnder(guide: string, head: string): readonly Row[] {
  const at = guide.indexOf(`| ${head} |`);
  if (at === -1) throw new Error(`there is no table that begins with ${head}`);
  const [table = ''] = guide.slice(at).split('\n\n');
  const lines = table.trim().split('\n').slice(2);
  return lines.map((line) => line.split('|').slice(1, -1).map(plain));
}

function plain(cell: string): string {
  return cell.replaceAll('`', '').trim();
}

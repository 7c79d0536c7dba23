/** Opens the folder of a store on disk, once it is known to be one and to be whole. */

import { mkdir, open, readdir, readFile, realpath, rename } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type Database, requireClassicLevel } from './classic-level.js';
import { damageIn } from './level-damage.js';
import { codeOf, corrupt, storeErrorOf, tooNew } from './store-errors.js';

/** A file beside the database and no entry of it: to open a database is to rewrite it, whoever's it is. */
const SCHEMA_FILE = 'schema.json';
/** Whose folder it is, and the newest form of it that is known here. */
export type Kind = { readonly store: string; readonly schema: number };
export const OUTBOX: Kind = { store: 'gen-socket-client', schema: 1 };
/** Payloads may be secrets: whatever the mode of the files in it, others cannot enter the folder. */
const OWNER_ONLY = 0o700;

/** Rejects with a `StoreError`, or with `PHX_MISSING_DEPENDENCY`. */
export async function openDatabase(path: string, kind: Kind): Promise<Database> {
  const ClassicLevel = requireClassicLevel();
  try {
    await makeFolder(resolve(path));
    // LevelDB knows two owners in one process by the text of their paths.
    const folder = await realpath(path);
    await checkSchema(path, folder, kind);
    await checkLock(folder);
    const damage = await damageIn(folder);
    if (damage !== null) throw corrupt(path, damage);
    const database = new ClassicLevel(folder, { compression: false });
    await database.open();
    return database;
  } catch (thrown) {
    throw storeErrorOf(path, thrown);
  }
}

/** Not `mkdir` with `recursive`: where nothing can be made, such as in `/proc`, that one tries for ever. */
async function makeFolder(folder: string): Promise<void> {
  const refusal = await refusalOf(folder);
  if (refusal === null) return;
  if (codeOf(refusal) !== 'ENOENT' || dirname(folder) === folder) throw refusal;
  await makeFolder(dirname(folder));
  const again = await refusalOf(folder);
  if (again !== null) throw again;
}

/** Null: it is there. What is there and no folder is refused by who reads it. */
async function refusalOf(folder: string): Promise<Error | null> {
  try {
    await mkdir(folder, { mode: OWNER_ONLY });
    return null;
  } catch (error) {
    return codeOf(error) === 'EEXIST' ? null : (error as Error);
  }
}

async function checkSchema(path: string, folder: string, kind: Kind): Promise<void> {
  const names = await readdir(folder);
  if (names.includes(SCHEMA_FILE)) {
    const schema = schemaIn(await readFile(join(folder, SCHEMA_FILE), 'utf8'), kind);
    if (schema === null) throw corrupt(path, `its ${SCHEMA_FILE} is not that of a store`);
    if (schema > kind.schema) throw tooNew(path, schema, kind.schema);
  } else if (names.includes('CURRENT')) {
    throw corrupt(path, `it is a LevelDB of somebody else, without a ${SCHEMA_FILE}`);
  } else {
    await writeSchema(folder, kind);
  }
}

function schemaIn(text: string, kind: Kind): number | null {
  try {
    const { store, schema } = JSON.parse(text) as { store?: unknown; schema?: unknown };
    return store === kind.store && Number.isInteger(schema) ? (schema as number) : null;
  } catch {
    return null;
  }
}

/** In one step; its name is on disk when LevelDB syncs the folder, before there is an entry. */
async function writeSchema(folder: string, kind: Kind): Promise<void> {
  const draft = join(folder, `${SCHEMA_FILE}.${process.pid}`);
  const file = await open(draft, 'w', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(kind)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, join(folder, SCHEMA_FILE));
}

/** Before its files are read, which somebody may be writing: LevelDB refuses this after it has tried the lock. */
async function checkLock(folder: string): Promise<void> {
  const ClassicLevel = requireClassicLevel();
  const probe = new ClassicLevel(folder, { createIfMissing: false, errorIfExists: true });
  const refusal: unknown = await probe.open().catch((error: unknown) => error);
  if (refusal instanceof Error && codeOf(refusal.cause) === 'LEVEL_LOCKED') throw refusal;
}

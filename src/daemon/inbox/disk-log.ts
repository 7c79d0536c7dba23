/** A log on disk: what can be read of it outlives the process. */

import { type Clock, systemClock } from '../../clock.js';
import { type Duration, milliseconds } from '../../policy/duration.js';
import type { Database } from '../../store/classic-level.js';
import { type Kind, openDatabase } from '../../store/level-folder.js';
import { inTime, whenFree } from '../../store/opening.js';
import { corrupt, storeErrorOf } from '../../store/store-errors.js';
import { DiskJournal } from './disk-journal.js';
import type { InboxEvent } from './event.js';
import type { EventLog } from './event-log.js';
import { InboxLog } from './inbox-log.js';
import type { Limits } from './kept-events.js';
import { newEpoch } from './memory-log.js';
import { EPOCH, StoredLog } from './stored-log.js';

export type DiskOptions = {
  /** How long to wait for another process that has it open, as for the outbox. Default 25 s. */
  readonly lockTimeout?: Duration;
  /** Of the waits before a write is tried again. */
  readonly clock?: Clock;
  /** Told once, when another process has it open: for how long it is waited for. */
  readonly waits?: (ms: number) => void;
};

const INBOX: Kind = { store: 'gen-socket-client inbox', schema: 1 };
const LOCK_TIMEOUT = 25_000;
/** On top of that, for reading all of it. */
const OPEN_TIMEOUT = 30_000;

/**
 * A log in the folder at `path`, which is made when it is not there, readable by its owner only. Rejects with a `StoreError`,
 * or with `PHX_MISSING_DEPENDENCY`.
 */
export async function diskLog(
  path: string,
  limits: Limits,
  { lockTimeout = LOCK_TIMEOUT, clock = systemClock, waits }: DiskOptions = {},
): Promise<EventLog> {
  const limit = milliseconds('lockTimeout', lockTimeout);
  const opening = whenFree(
    () => opened(path, limits, clock),
    limit,
    systemClock,
    () => waits?.(limit),
  );
  return inTime(path, opening, limit + OPEN_TIMEOUT, systemClock);
}

async function opened(path: string, limits: Limits, clock: Clock): Promise<EventLog> {
  const database = await openDatabase(path, INBOX);
  try {
    const stored = await read(path, database);
    const epoch = stored.epoch ?? (await begun(database));
    return restored(
      path,
      stored,
      new InboxLog(epoch, limits, new DiskJournal(path, database, clock)),
    );
  } catch (thrown) {
    await database.close();
    throw storeErrorOf(path, thrown);
  }
}

async function read(path: string, database: Database): Promise<StoredLog> {
  const stored = new StoredLog();
  for await (const [key, text] of database.iterator()) {
    if (!stored.enter(key, text)) throw corrupt(path, `its entry ${key} is none of an inbox`);
  }
  return stored;
}

/** It is on disk before there is an id with it. */
async function begun(database: Database): Promise<string> {
  const epoch = newEpoch();
  await database.put(EPOCH, JSON.stringify(epoch), { sync: true });
  return epoch;
}

function restored(path: string, stored: StoredLog, log: InboxLog): InboxLog {
  const older = new Map<number, InboxEvent>();
  for (const [topic, record] of stored.topics) log.topics.restore(topic, record);
  for (const { event, size } of stored.events) {
    if (event.position < stored.tail) older.set(event.position, event);
    else if (log.head !== 0 && event.position !== log.head + 1) {
      throw corrupt(path, `its event ${log.head + 1} is missing`);
    } else log.restore(event, size);
  }
  restorePlaces(path, stored, log, older);
  log.dropUnheld([...older.values()]);
  log.shrink();
  return log;
}

function restorePlaces(
  path: string,
  { places, lanes, losses }: StoredLog,
  log: InboxLog,
  older: ReadonlyMap<number, InboxEvent>,
): void {
  const eventAt = (position: number) => {
    const event = older.get(position) ?? log.read(position - 1, 1)[0];
    if (event?.position === position) return event;
    throw corrupt(path, `its event ${position} is missing`);
  };
  for (const [name, record] of places) log.restorePlace(name, record);
  for (const { place, topic, through, open } of lanes) {
    log.placeOf(place)?.restoreLane(topic, through, open.map(eventAt));
  }
  const inOrder = losses.toSorted((one, other) => one.loss.first - other.loss.first);
  for (const { place, loss } of inOrder) log.placeOf(place)?.restoreLoss(loss);
}

/** The exit codes of a worker that is a process, after sysexits.h, and which end leads to which. */

import { hasCode } from '../errors.js';
import type { StopReason } from '../sockets/client-status.js';
import type { DrainReport } from '../sockets/drain-terms.js';
import { causesOf, incurable } from './causes.js';

/** The numbers of sysexits.h that this package uses. */
export const SYSEXITS = {
  usage: 64,
  data: 65,
  noInput: 66,
  unavailable: 69,
  software: 70,
  inputOutput: 74,
  temporary: 75,
  protocol: 76,
  noPermission: 77,
  config: 78,
} as const;

/** By name, each with what it says of the worker that ended so. */
export const WORKER_EXITS = {
  ok: { code: 0, says: 'stopped or drained as asked, and nothing was left' },
  gaveUp: { code: SYSEXITS.unavailable, says: 'the reconnect policy gave up' },
  crashed: {
    code: SYSEXITS.software,
    says: 'crashed too often, or an error that nothing has caught',
  },
  store: { code: SYSEXITS.inputOutput, says: 'the store of confirmed pushes failed' },
  workLeft: { code: SYSEXITS.temporary, says: 'the grace of a drain ended with work left' },
  unauthorized: { code: SYSEXITS.noPermission, says: 'the credentials were refused for good' },
  config: {
    code: SYSEXITS.config,
    says: 'an option that cannot be right, or an address that cannot be listened on',
  },
} as const;

export type WorkerExit = keyof typeof WORKER_EXITS;

/** What a drain has left; of a daemon also the events that reached nobody, and those of them that its disk keeps. */
export type LeftOver = Omit<DrainReport, 'settled'> & {
  readonly undelivered?: number;
  readonly kept?: number;
};

/** `report` is that of the drain that ended it, if one did. */
export function exitOf(reason: StopReason, report: LeftOver | null): WorkerExit {
  const causes = causesOf(errorOf(reason));
  if (causes.some((error) => hasCode(error, 'PHX_UNAUTHORIZED'))) return 'unauthorized';
  if (causes.some(isOfStore)) return 'store';
  if (reason.kind === 'crashed') return incurable(reason.error) ?? 'crashed';
  if (reason.kind !== 'requested') return 'gaveUp';
  return report !== null && isLeft(report) ? 'workLeft' : 'ok';
}

function errorOf(reason: StopReason): unknown {
  if ('error' in reason) return reason.error;
  return 'close' in reason ? reason.close.error : null;
}

function isOfStore(error: unknown): boolean {
  return hasCode(
    error,
    'PHX_STORE_LOCKED',
    'PHX_STORE_CORRUPT',
    'PHX_STORE_VERSION',
    'PHX_STORE_FAILED',
  );
}

/** A grace that ended while pushes were under way which their store keeps has left nothing undone. */
function isLeft({ unsent, unanswered, persisted, forced, ...inbox }: LeftOver): boolean {
  const { undelivered = 0, kept = 0 } = inbox;
  return unsent + unanswered + undelivered > kept || (forced && persisted === 0);
}

/** The daemon as a process: its configuration, its log, signals, and the exit code that says how it ended. */

import { isatty } from 'node:tty';
import { hasCode, wordsOf } from '../errors.js';
import { milliseconds } from '../policy/duration.js';
import { toldOf } from '../worker/causes.js';
import { type WorkerExit, WORKER_EXITS } from '../worker/exits.js';
import { Shutdown } from '../worker/shutdown.js';
import { type Daemon, drainTermsOf, openDaemon } from './daemon.js';
import type { Loaded, Loading } from './config/load.js';
import type { Config } from './config/schema.js';
import type { Demo } from './demo.js';
import { greeting } from './greeting.js';
import type { Hangups } from './hangups.js';
import { type LogTerms, openProcessLog, type ProcessLog } from './process-log.js';
import { Reloading } from './reloading.js';

export type RunTerms = {
  readonly loaded: Loaded;
  /** Reads the configuration again. */
  readonly reload: () => Promise<Loading>;
  readonly isDemo: boolean;
  readonly version: string;
  readonly out: (line: string) => void;
  /** Aborted by a signal that came before the daemon listened to signals itself. */
  readonly early: AbortSignal;
  readonly hangups: Hangups;
};

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
const DESCRIPTORS = { stdout: 1, stderr: 2 } as const;

/** Resolves with the exit code; never rejects. */
export async function runDaemon(terms: RunTerms): Promise<number> {
  if (!terms.isDemo) return logged(terms, null);
  const { openDemo } = await import('./demo.js');
  const demo = await openDemo();
  try {
    return await logged(overlaid(terms, demo), demo);
  } finally {
    await demo.double.stop();
  }
}

/** What is read again is laid under the demo, too. */
function overlaid(terms: RunTerms, { over }: Demo): RunTerms {
  const demoed = (loaded: Loaded): Loaded => ({ ...loaded, config: over(loaded.config) });
  const reload = async (): Promise<Loading> => {
    const loading = await terms.reload();
    return loading.kind === 'loaded' ? demoed(loading) : loading;
  };
  return { ...terms, loaded: demoed(terms.loaded), reload };
}

async function logged(terms: RunTerms, demo: Demo | null): Promise<number> {
  const log = openProcessLog(logTerms(terms.loaded.config, demo !== null));
  try {
    return await opened(terms, log, demo);
  } catch (error) {
    const exit = refusalOf(error);
    const fields = exit === 'crashed' ? toldOf(error) : {};
    log.logger.error({ code: WORKER_EXITS[exit].code, ...fields }, wordsOf(error));
    return WORKER_EXITS[exit].code;
  } finally {
    await log.end();
  }
}

async function opened(terms: RunTerms, log: ProcessLog, demo: Demo | null): Promise<number> {
  const { loaded, version, early } = terms;
  const opening = () => openDaemon({ loaded, log, version, drain: askForDrain });
  const daemon = await unlessEnded(opening, early);
  if (daemon === null) return endedEarly(log);
  const ended = new Shutdown(daemon, {
    limits: limitsOf(loaded.config),
    log: log.logger,
    signals: SIGNALS,
    who: 'the daemon',
  }).code();
  announce(daemon, terms, log, demo);
  terms.hangups.heed(new Reloading(daemon, terms.reload).ask);
  return ended;
}

/** Null: it was told to end before it was open. Rejects with what nothing has caught meanwhile, too. */
async function unlessEnded(
  opening: () => Promise<Daemon>,
  early: AbortSignal,
): Promise<Daemon | null> {
  if (early.aborted) return null;
  const over = new AbortController();
  const fail = (error: unknown) => {
    over.abort(error);
  };
  process.on('uncaughtException', fail);
  try {
    return await Promise.race([opening(), aborted(early), rejected(over.signal)]);
  } finally {
    process.off('uncaughtException', fail);
  }
}

function aborted(signal: AbortSignal): Promise<null> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      resolve(null);
    });
  });
}

function rejected(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => {
      reject(signal.reason as Error);
    });
  });
}

/** It has taken nothing yet, so nothing is left. */
function endedEarly({ logger }: ProcessLog): number {
  const { code } = WORKER_EXITS.ok;
  logger.info({ code }, 'the daemon was told to end before it was open');
  return code;
}

/** One way to end for all who may ask for it. */
function askForDrain(): void {
  process.kill(process.pid, 'SIGTERM');
}

function announce(
  { listeners }: Daemon,
  terms: RunTerms,
  log: ProcessLog,
  demo: Demo | null,
): void {
  const { api, admin, probes } = listeners;
  const addresses = { api: api.address, admin: admin.address, probes: probes?.address };
  log.logger.info({ version: terms.version, ...addresses }, 'the daemon listens');
  if (demo === null) return;
  for (const line of greeting(demo.double.url, listeners)) terms.out(line);
}

/** Before anything is shut `drain.delay` passes. */
function limitsOf({ drain = {} }: Config): { readonly grace: number; readonly force: number } {
  const { delay = 0 } = drain;
  const { grace, force } = drainTermsOf(drain);
  return { grace: grace + milliseconds('drain.delay', delay), force };
}

/** What is delivered to stdout is nobody else's; a demo's greeting is easier read without a log around it. */
function logTerms({ log = {}, deliver = {} }: Config, isDemo: boolean): LogTerms {
  const hasStdout = Object.values(deliver).some((delivery) => 'stdout' in delivery);
  const to = log.to ?? (hasStdout || isDemo ? 'stderr' : 'stdout');
  const format = log.format ?? (isatty(DESCRIPTORS[to]) ? 'text' : 'json');
  return { level: log.level ?? 'info', format, to };
}

function refusalOf(error: unknown): WorkerExit {
  const isConfig = hasCode(
    error,
    'PHX_BAD_OPTION',
    'PHX_MISSING_DEPENDENCY',
    'PHX_CREDENTIALS_FILE',
  );
  if (isConfig) return 'config';
  const isStore = hasCode(
    error,
    'PHX_STORE_LOCKED',
    'PHX_STORE_CORRUPT',
    'PHX_STORE_VERSION',
    'PHX_STORE_FAILED',
  );
  return isStore ? 'store' : 'crashed';
}

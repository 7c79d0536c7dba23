/** A daemon in this process, with a configuration as somebody would write it, and what it logs. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Loaded, loadConfig } from '../../../src/daemon/config/load.js';
import { problemText } from '../../../src/daemon/config/origin.js';
import { type Daemon, openDaemon } from '../../../src/daemon/daemon.js';
import type { ProcessLog } from '../../../src/daemon/process-log.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

export type Line = {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
};

export type RunningDaemon = {
  readonly daemon: Daemon;
  readonly loaded: Loaded;
  readonly api: string;
  readonly admin: string;
  readonly log: ProcessLog;
  readonly lines: readonly Line[];
  /** How often it has asked to be drained. */
  readonly drains: () => number;
};

/** On free ports. */
export async function runningDaemon(config: object): Promise<RunningDaemon> {
  const loaded = await loadedConfig(config);
  const lines: Line[] = [];
  const log = recordingLog(lines);
  let drains = 0;
  const drain = () => {
    drains += 1;
  };
  const daemon = await openDaemon({ loaded, log, version: '0.0.0', drain });
  onTestFinished(async () => {
    await daemon.stop();
  });
  const { api, admin } = daemon.listeners;
  return {
    daemon,
    loaded,
    api: api.address,
    admin: admin.address,
    log,
    lines,
    drains: () => drains,
  };
}

export async function loadedConfig(config: object): Promise<Loaded> {
  const file = join(temporaryFolder(), 'config.yaml');
  const free = { api: { listen: 0 }, admin: { listen: 0 } };
  writeFileSync(file, JSON.stringify({ ...free, ...config }));
  const loading = await loadConfig({ file, env: {}, flags: [] });
  if (loading.kind === 'loaded') return loading;
  throw new Error(loading.problems.map(problemText).join('\n'));
}

function recordingLog(lines: Line[]): ProcessLog {
  const at = (level: string) => (fields: object, msg: string) => {
    lines.push({ ...fields, level, msg });
  };
  return {
    logger: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') },
    setLevel: (level) => {
      lines.push({ level: 'level', msg: level });
    },
    end: () => Promise.resolve(),
  };
}

/** A supervised worker as a process: signals, probes, log, exit code. */

import { constants } from 'node:os';
import type { ClientOptions } from '../client/start.js';
import { badOption, wordsOf } from '../errors.js';
import { requireFields } from '../policy/requirements.js';
import { type DrainOptions, drainLimits } from '../sockets/drain-terms.js';
import { refuseOthers } from '../sockets/option-names.js';
import { countIn } from '../telemetry/count-in.js';
import { type Logger, logTo } from '../telemetry/log-to.js';
import { requirePromClient } from '../telemetry/prom-client.js';
import type { Telemetry } from '../telemetry/telemetry.js';
import { toldOf } from './causes.js';
import { WORKER_EXITS } from './exits.js';
import { type ListenAddress, listenAddress } from './listen-address.js';
import { Probes, type ScrapedRegistry } from './probes.js';
import { processLog } from './process-log.js';
import { Shutdown } from './shutdown.js';
import { type AnyWorker, supervised, type SuperviseOptions } from './supervise.js';

export type RunOptions = {
  /** How long the drain after the first signal may take. Default 15 s of grace and 5 s of force. */
  readonly drain?: DrainOptions;
  /** Default SIGTERM, as orchestrators send, and SIGINT, as a terminal does. */
  readonly signals?: readonly NodeJS.Signals[];
  /**
   * A logger such as pino's, told of signals, of errors that nothing caught, of the end, and of every fact. Default: JSON lines on
   * stderr, without the facts where `telemetry` is given. False: none.
   */
  readonly log?: Logger | false;
  /** Default none. */
  readonly metrics?: MetricsOptions;
};

export type MetricsOptions = {
  /**
   * A port of the loopback interface, `host:port`, or the path of a Unix socket: for `/healthz`, `/readyz` and `/metrics`, open
   * to whoever may connect.
   */
  readonly listen: number | string;
  /**
   * Served as it is, to who counts by `countIn`. Default: one of its own, which needs prom-client. False: no metrics.
   */
  readonly registry?: ScrapedRegistry | false;
};

type Terms = {
  readonly limits: ReturnType<typeof drainLimits>;
  readonly signals: readonly NodeJS.Signals[];
  readonly telemetry: readonly Telemetry[];
  readonly address: ListenAddress | null;
  readonly registry: ScrapedRegistry | null;
};

/**
 * Supervises a worker until it ends, sets `process.exitCode`, and resolves with it; never rejects. docs/running.md lists the
 * codes. The first signal drains the worker; the second stops it at once, with 128 and the signal's number as the code. An
 * error that nothing catches is logged once and stops the worker (70). After a signal or such an error the process is ended
 * when it has not ended by itself a second after the last deadline; else what keeps it alive is its own business.
 */
export async function runWorker(
  make: () => AnyWorker,
  options: ClientOptions & SuperviseOptions & RunOptions = {},
): Promise<number> {
  const code = await ran(make, options);
  process.exitCode = code;
  return code;
}

async function ran(
  make: () => AnyWorker,
  options: ClientOptions & SuperviseOptions & RunOptions,
): Promise<number> {
  const log = processLog(options.log);
  let probes: Probes | null = null;
  try {
    const { drain: _, signals: __, log: ___, metrics: ____, ...rest } = options;
    const terms = termsOf(options, log);
    probes = new Probes(terms.registry);
    if (terms.address !== null) {
      log.info(await probes.listen(terms.address), 'the probes listen');
    }
    const client = supervised(make, { ...rest, telemetry: terms.telemetry }, (error, delay) => {
      log.warn({ ...toldOf(error), delay }, 'the worker crashed, and another one begins');
    });
    probes.show(client);
    const { limits, signals } = terms;
    return await new Shutdown(client, { limits, log, signals, who: 'the worker' }).code();
  } catch (error) {
    log.error({ code: WORKER_EXITS.config.code }, wordsOf(error));
    return WORKER_EXITS.config.code;
  } finally {
    await probes?.close();
  }
}

/** Throws `PHX_BAD_OPTION` or `PHX_MISSING_DEPENDENCY`. */
function termsOf(options: ClientOptions & RunOptions, log: Logger): Terms {
  const { drain = {}, signals = ['SIGTERM', 'SIGINT'], metrics } = options;
  for (const signal of signals) requireSignal(signal);
  const given = [options.telemetry ?? []].flat();
  const isLogged = options.log !== undefined || options.telemetry === undefined;
  const logging = isLogged && options.log !== false ? [logTo(log)] : [];
  const { address, registry, counting } = metricsOf(metrics);
  const telemetry = [...given, ...logging, ...counting];
  return { limits: drainLimits(drain), signals, telemetry, address, registry };
}

type Metered = Pick<Terms, 'address' | 'registry'> & { readonly counting: readonly Telemetry[] };

function metricsOf(metrics: MetricsOptions | undefined): Metered {
  if (metrics === undefined) return { address: null, registry: null, counting: [] };
  requireFields('metrics', metrics);
  refuseOthers('option metrics.', Object.keys(metrics), ['listen', 'registry']);
  const address = listenAddress('metrics.listen', metrics.listen);
  const { registry } = metrics;
  if (registry === undefined) {
    const own = new (requirePromClient().Registry)();
    return { address, registry: own, counting: [countIn(own)] };
  }
  return { address, registry: registry === false ? null : registry, counting: [] };
}

function requireSignal(signal: string): void {
  if (signal in constants.signals) return;
  throw badOption(`signals has '${signal}', which is none: write names such as SIGTERM`);
}

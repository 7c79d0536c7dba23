/** Telemetry for pino and for prom-client. */

export { countIn, type CountOptions } from './telemetry/count-in.js';
export { type Bindings, type Logger, type LogOptions, logTo } from './telemetry/log-to.js';

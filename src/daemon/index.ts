/** What a configuration of the daemon is, for who writes one in code. */

export type { Config } from './config/schema.js';

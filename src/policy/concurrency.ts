/** Which callbacks of a worker run one at a time. */

/**
 * - `client`: all of them, in the order in which things happened.
 * - `topic`: those of a topic, in their order, beside those of other topics; what belongs to no topic runs one at a time beside
 *   them. No turn of a topic begins while `init` or `handleConnected` waits or runs, nor any but `terminate` after a stop.
 */
export type Concurrency = 'client' | 'topic';

export const CONCURRENCIES: readonly Concurrency[] = ['client', 'topic'];

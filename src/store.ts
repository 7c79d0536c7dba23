/** Stores of confirmed pushes: in memory, and on disk. */

export type { OutboxStore, StoredPush } from './channel/outbox-store.js';
export { levelStore, type LevelStoreOptions } from './store/level-store.js';
export { memoryStore } from './store/memory-store.js';

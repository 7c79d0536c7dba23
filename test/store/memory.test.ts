/** The store in memory keeps the contract, and outlives its client. */

import { describe } from 'vitest';
import { memoryStore } from 'gen-socket-client/store';
import { keepsTheContract } from './contract.js';

describe('memoryStore', () => {
  keepsTheContract(() => {
    const store = memoryStore();
    return () => store;
  });
});

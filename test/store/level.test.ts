/** The store on disk keeps the contract. */

import { join } from 'node:path';
import { describe } from 'vitest';
import { levelStore } from 'gen-socket-client/store';
import { temporaryFolder } from '../support/temporary-folder.js';
import { keepsTheContract } from './contract.js';

describe('levelStore', () => {
  keepsTheContract(() => {
    const path = join(temporaryFolder(), 'store');
    return () => levelStore(path);
  });
});

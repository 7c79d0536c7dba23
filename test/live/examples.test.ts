/** The examples against the Phoenix at PHOENIX_URL: each prints what is shown of it. */

import { describe, test, vi } from 'vitest';
import { examples } from '../examples/examples.js';
import { play } from '../examples/play.js';
import { SLOW_START } from '../support/child-program.js';
import { phoenix, urlOf } from './phoenix.js';

vi.setConfig({ testTimeout: SLOW_START });

describe(`the Phoenix at ${phoenix.host}`, () => {
  test.each(examples)('$name, $program: prints what is shown of it', async (example) => {
    await play(example, urlOf(example.mount));
  });
});

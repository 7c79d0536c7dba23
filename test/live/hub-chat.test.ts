/** The chat in two real terminals at once, against a real server. */

import { randomUUID } from 'node:crypto';
import { test } from 'vitest';
import { talk } from '../examples/hub-chat-story.js';
import { SLOW_START } from '../support/child-program.js';
import { urlOf } from './phoenix.js';

test(
  'two people see each other come, type, shout and go',
  async () => {
    await talk(urlOf('/socket'), `den-${randomUUID()}`);
  },
  SLOW_START,
);

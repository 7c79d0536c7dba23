/** How many messages may wait for the worker, and what gives when more arrive. */

import { requireAtLeast, requireChoice, requireFields } from './requirements.js';

export type InboxPolicy = {
  /** Messages that may wait, over all topics. Default 10 000. */
  readonly messages?: number;
  /** `shedOldest`: the longest lane loses its oldest message; `disconnect`: the connection goes. Default `shedOldest`. */
  readonly whenFull?: 'shedOldest' | 'disconnect';
};

export type InboxRule = {
  readonly messages: number;
  readonly whenFull: 'shedOldest' | 'disconnect';
};

const DEFAULT_INBOX: InboxRule = { messages: 10_000, whenFull: 'shedOldest' };

export function inboxRule(policy: InboxPolicy = {}): InboxRule {
  requireFields('inbox', policy);
  const { messages = DEFAULT_INBOX.messages, whenFull = DEFAULT_INBOX.whenFull } = policy;
  requireAtLeast('inbox.messages', messages, 1);
  requireChoice('inbox.whenFull', whenFull, ['shedOldest', 'disconnect']);
  return { messages, whenFull };
}

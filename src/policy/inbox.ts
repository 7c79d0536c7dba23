/** How many messages may wait for the worker, and what happens when too many do. */

import { frozen } from './frozen.js';
import { requireChoice, requireCount, requireFields } from './requirements.js';

/** How a worker that is too slow is kept from taking all the memory. It cannot be switched off. */
export type InboxPolicy = {
  /** Default 10 000: seconds of a busy stream, in a few megabytes of messages as Phoenix's usually are. */
  readonly messages?: number;
  /**
   * `shedOldest`: the oldest messages of the topic with the most go, and `handleGap` says so; `disconnect`: the connection
   * does (cause `inboxFull`), and what comes after is a new start.
   * Default `shedOldest`: the newest message of a stream is worth most, and a new connection would be as full soon.
   */
  readonly whenFull?: 'shedOldest' | 'disconnect';
};

export type InboxRule = {
  readonly [Field in keyof InboxPolicy]-?: NonNullable<InboxPolicy[Field]>;
};

const DEFAULT_INBOX: InboxRule = { messages: 10_000, whenFull: 'shedOldest' };

/** Fills in what a policy leaves out; throws `PHX_BAD_OPTION`. */
export function inboxRule(policy: InboxPolicy = {}): InboxRule {
  requireFields('inbox', policy);
  const messages = policy.messages ?? DEFAULT_INBOX.messages;
  const whenFull = policy.whenFull ?? DEFAULT_INBOX.whenFull;
  requireCount('inbox.messages', messages, 1);
  requireChoice('inbox.whenFull', whenFull, ['shedOldest', 'disconnect']);
  return frozen({ messages, whenFull });
}

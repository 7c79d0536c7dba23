/** On what terms a topic is wanted. */

import type { RejoinRule } from '../policy/rejoin.js';

export type JoinTerms = {
  /** Milliseconds that a join may take. */
  readonly timeout: number;
  readonly rejoin: RejoinRule;
  /** Whether what Phoenix.Presence says is kept as a list, and not handed on as messages. */
  readonly presence: boolean;
};

/** The function form of a policy: shown what the default would do, it answers in the same word. */

import { isThenable } from '../thenable.js';
import { type Duration, milliseconds } from './duration.js';

/** Null: no more attempts. */
export type Decide<Fact> = (fact: Fact) => Duration | null;

/** Told what a function threw, or why its answer is none. Must not throw. */
export type Complain = (problem: unknown) => void;

/**
 * The function's answer, in milliseconds. Where it has none that can be meant, the default's own stands: a policy
 * is asked in the middle of things, so whatever it does must end in an answer.
 */
export function answerOf<Fact extends { readonly retryIn: number | null }>(
  decide: Decide<Fact>,
  fact: Fact,
  complain: Complain,
): number | null {
  const { retryIn } = fact;
  try {
    const answer = decide(fact);
    if (isThenable(answer)) void answer.then(undefined, () => undefined);
    return answer === null ? null : milliseconds('the answer of the policy function', answer);
  } catch (problem) {
    complain(problem);
    return retryIn;
  }
}

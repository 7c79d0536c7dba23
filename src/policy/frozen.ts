/** Rules are frozen to their last list: nobody changes a policy under a client that runs. */

/** Freezes what it is given, and returns it. For plain data alone: a function within is left as it is. */
export function frozen<Rule extends object>(rule: Rule): Rule {
  for (const part of Object.values(rule)) {
    if (typeof part === 'object' && part !== null) frozen(part);
  }
  return Object.freeze(rule);
}

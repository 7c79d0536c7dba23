/** What others see of a statechart: the states it reports, and the arrows between them with what is passed in between left out. */

import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { arrowsOf, childrenOf } from '../../support/chart-arrows.js';

/** The name under which a state is seen; null: it is left in the same step. */
export type Seen = (node: AnyStateNode) => string | null;

/** Each as `from>to`, sorted. */
export function visibleArrows(machine: AnyStateMachine, seen: Seen): readonly string[] {
  const found = arrowsOf(machine).flatMap(({ source, target }) => {
    const ends = target === null ? [] : endsOf(target, machine, seen);
    return startsOf(source, seen).flatMap((from) => ends.map((to) => [from, to] as const));
  });
  const names = found.filter(([from, to]) => from !== to).map(([from, to]) => `${from}>${to}`);
  return [...new Set(names)].sort();
}

/** A state that is seen under several names, by its children, leads on from each of them. */
function startsOf(node: AnyStateNode, seen: Seen): readonly string[] {
  const children = childrenOf(node).flatMap((child) => startsOf(child, seen));
  const own = seen(node);
  return children.length > 0 ? children : own === null ? [] : [own];
}

function endsOf(node: AnyStateNode, machine: AnyStateMachine, seen: Seen): readonly string[] {
  const entered = node.initial.target[0];
  const own = seen(node);
  if (own !== null) return [entered === undefined ? own : (seen(entered) ?? own)];
  return arrowsOf(machine)
    .filter(({ source, target }) => source === node && target !== null)
    .flatMap(({ target }) => (target === null ? [] : endsOf(target, machine, seen)));
}

/** Whether it is left in the same step in which it is entered, come what may. */
export function isPassing(node: AnyStateNode): boolean {
  return node.always?.at(-1)?.guard === undefined && (node.always?.length ?? 0) > 0;
}

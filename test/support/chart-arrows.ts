/** The arrows of a statechart, read from the machine: what leads from where to where, each with its name. */

import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';

export type Arrow = {
  readonly source: AnyStateNode;
  /** As the machine calls it: empty for `always`, with a prefix of XState's for what it makes itself. */
  readonly event: string;
  /** The event, `after` a delay, or `always`. */
  readonly cause: string;
  /** The guard in brackets, `[else]` for what remains after others; empty: none. */
  readonly condition: string;
  /** Null: it leads nowhere, and only acts. */
  readonly target: AnyStateNode | null;
  readonly transition: AnyTransitionDefinition;
};

/** In the order in which the machine states them. */
export function arrowsOf(machine: AnyStateMachine): readonly Arrow[] {
  return nodesOf(machine.root).flatMap((node) => [
    ...arrowsFor(node, node.always ?? []),
    ...[...node.transitions.values()].flatMap((transitions) => arrowsFor(node, transitions)),
  ]);
}

/** The arrow's name: `joined, socket.down → lost`. */
export function nameOf({ source, cause, condition, target }: Arrow): string {
  const when = condition === '' ? cause : `${cause} ${condition}`;
  return `${pathOf(source)}, ${when} → ${target === null ? 'stay' : pathOf(target)}`;
}

export function nodesOf(node: AnyStateNode): readonly AnyStateNode[] {
  return [node, ...childrenOf(node).flatMap(nodesOf)];
}

export function childrenOf(node: AnyStateNode): readonly AnyStateNode[] {
  return Object.values<AnyStateNode>(node.states);
}

/** `session.connecting`; empty for the machine itself. */
export function pathOf(node: AnyStateNode): string {
  return node.path.join('.');
}

function arrowsFor(
  source: AnyStateNode,
  transitions: readonly AnyTransitionDefinition[],
): readonly Arrow[] {
  return transitions.map((transition, index) => {
    const event: string = transition.eventType;
    const condition = conditionOf(transition, index);
    const target = transition.target?.[0] ?? null;
    return { source, event, cause: causeOf(event, transition), condition, target, transition };
  });
}

function causeOf(event: string, { delay }: AnyTransitionDefinition & { delay?: unknown }): string {
  if (event === '') return 'always';
  return typeof delay === 'string' ? `after ${delay}` : event;
}

function conditionOf({ guard }: AnyTransitionDefinition, index: number): string {
  if (typeof guard === 'string') return `[${guard}]`;
  if (guard !== undefined) throw new Error('a guard without a name cannot be drawn');
  return index > 0 ? '[else]' : '';
}

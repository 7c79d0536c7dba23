/** What running a single chart in a test takes: its states as paths, and the arrows it took. */

import type { AnyStateMachine, AnyStateNode, InspectionEvent, StateValue } from 'xstate';
import { arrowsOf, nameOf, nodesOf, pathOf } from './chart-arrows.js';

/** One test of an arrow: from a state, an event or the passing of time leads to a state, and does this. */
export type ArrowCase<Run, Event, Deed = never> = {
  /** The arrow's name, as `nameOf` gives it. */
  readonly arrow: string;
  /** Gets to the state that the arrow leaves. */
  readonly from: (run: Run) => void;
  /** An event, milliseconds that pass, or what is done. */
  readonly when: Event | number | Deed;
  /** The states that it is in afterwards. */
  readonly to: string;
  /** The effects called, in order. */
  readonly calls: readonly string[];
};

/** The innermost states, `a.b + a.c` where two are on at the same time. */
export function statesOf(value: StateValue): string {
  return leavesOf(value).join(' + ');
}

export function leavesOf(value: StateValue): readonly string[] {
  if (typeof value === 'string') return [value];
  return Object.entries(value).flatMap(([name, inner]) =>
    inner === undefined ? [] : leavesOf(inner).map((leaf) => `${name}.${leaf}`),
  );
}

/** An inspector that notes the name of each arrow taken. */
export function noteArrows(
  machine: AnyStateMachine,
  taken: string[],
): (event: InspectionEvent) => void {
  const names = new Map(arrowsOf(machine).map((arrow) => [arrow.transition, nameOf(arrow)]));
  return (event) => {
    if (event.type !== '@xstate.microstep') return;
    for (const transition of event._transitions) {
      const name = names.get(transition);
      if (name !== undefined) taken.push(name);
    }
  };
}

/** The events that a chart waits for somewhere. */
export function eventsOf(machine: AnyStateMachine): string[] {
  return [...new Set(arrowsOf(machine).map(({ event }) => event))].filter(isFromOutside);
}

/** The events that no arrow answers in these states, given as paths. */
export function deafTo(machine: AnyStateMachine, states: string): readonly string[] {
  const paths = states.split(' + ');
  const heard = new Set(
    arrowsOf(machine)
      .filter(({ source }) => paths.some((path) => isWithin(path, pathOf(source))))
      .map(({ event }) => event),
  );
  return eventsOf(machine).filter((event) => !heard.has(event));
}

/** The innermost states that a chart can be found in and be asked something: not in passing, not at its end. */
export function restingStates(machine: AnyStateMachine): string[] {
  return nodesOf(machine.root)
    .filter((node) => node.type === 'atomic' && !isPassing(node))
    .map(pathOf);
}

function isWithin(path: string, outer: string): boolean {
  return outer === '' || `${path}.`.startsWith(`${outer}.`);
}

/** Whether some arrow always leads on. */
function isPassing({ always }: AnyStateNode): boolean {
  return always?.some(({ guard }) => guard === undefined) ?? false;
}

/** Not of the chart's own making: neither time nor the end of something invoked. */
function isFromOutside(event: string): boolean {
  return event !== '' && !event.startsWith('xstate.');
}

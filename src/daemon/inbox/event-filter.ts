/** Which events somebody wants: patterns for topics and events, `*` standing for any characters, `!` before what is left out. */

import type { InboxEvent } from './event.js';

export type EventPatterns = {
  /** Default: all. */
  readonly topics?: string | readonly string[] | undefined;
  /** Default: all. */
  readonly events?: string | readonly string[] | undefined;
};
type Test = (text: string) => boolean;

/**
 * What is left out is left out wherever it stands in the list; with nothing but such, all others are in. What has no topic concerns
 * all of them; a gap is told whatever events are asked for, because it says that some of them may be missing.
 */
export function eventFilter({ topics, events }: EventPatterns): (event: InboxEvent) => boolean {
  const takesTopic = matcher(topics);
  const takesEvent = matcher(events);
  return ({ kind, topic, event }) =>
    (topic === null || takesTopic(topic)) && (kind === 'gap' || takesEvent(event));
}

/** The same for any text: a channel's own list of events. */
export function matcher(patterns: string | readonly string[] | undefined): Test {
  const all = patterns === undefined ? [] : [patterns].flat();
  const wanted = all.filter((pattern) => !pattern.startsWith('!')).map(glob);
  const unwanted = all
    .filter((pattern) => pattern.startsWith('!'))
    .map((each) => glob(each.slice(1)));
  return (text) =>
    (wanted.length === 0 || wanted.some((takes) => takes(text))) &&
    !unwanted.some((takes) => takes(text));
}

/** By parts, not by a regular expression: that could be made to run for ever by who writes both the pattern and the text. */
function glob(pattern: string): Test {
  const parts = pattern.split('*');
  const first = parts.shift() ?? '';
  const last = parts.pop();
  if (last === undefined) return (text) => text === first;
  const between = parts.filter((part) => part !== '');
  return (text) => {
    const end = text.length - last.length;
    if (!text.startsWith(first) || !text.endsWith(last)) return false;
    const at = between.reduce((from, part) => placeAfter(text, part, from), first.length);
    return at <= end;
  };
}

/** Where the part ends that is found first; nowhere: past any end. */
function placeAfter(text: string, part: string, from: number): number {
  const at = text.indexOf(part, from);
  return at === -1 ? Infinity : at + part.length;
}

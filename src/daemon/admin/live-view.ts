/** What the page is told about once a second: a snapshot, cut to what a person can read. */

import type { ChannelSnapshot, Snapshot } from './snapshot.js';

/** What the charts are drawn from: one point in time. */
export type Sample = Pick<Snapshot['totals'], 'messagesIn' | 'pushesOut'> & {
  readonly at: number;
  readonly reply: number | null;
  readonly heartbeat: number | null;
};

export type LiveView = Omit<Snapshot, 'channels' | 'timeline'> & {
  /** The worst first. */
  readonly channels: readonly ChannelSnapshot[];
  /** How many there are of which `channels` are the first. */
  readonly matching: number;
  /** Of all channels, by state. */
  readonly counts: { readonly [state: string]: number };
  /** The worst of those that are not joined, whatever is filtered; at most three. */
  readonly worst: readonly ChannelSnapshot[];
  /** The newest gap of any channel. */
  readonly newestGap: ChannelSnapshot['gap'];
  /** The oldest first. */
  readonly history: readonly Sample[];
  /** The newest first. */
  readonly timeline: Snapshot['timeline'];
};

const SHOWN_CHANNELS = 100;
const SHOWN_TRANSITIONS = 100;
const WORST = 3;
const WORST_FIRST = ['errored', 'closed', 'leaving', 'joining'];

/** `filter`: a part of the topic. */
export function liveView(snapshot: Snapshot, history: readonly Sample[], filter: string): LiveView {
  const { channels } = snapshot;
  const matching =
    filter === '' ? channels : channels.filter(({ topic }) => topic.includes(filter));
  const ranked = worstFirst(matching);
  return {
    ...snapshot,
    channels: ranked.slice(0, SHOWN_CHANNELS),
    matching: matching.length,
    counts: countsOf(channels),
    worst: worstFirst(channels.filter(isNotJoined)).slice(0, WORST),
    newestGap: newestGapOf(channels),
    history,
    timeline: snapshot.timeline.slice(-SHOWN_TRANSITIONS).reverse(),
  };
}

export function sampleOf({ now, totals, latency }: Snapshot): Sample {
  const { messagesIn, pushesOut } = totals;
  return { at: now, messagesIn, pushesOut, ...latency };
}

/** Those that are joined keep their order, so that rows stay where they are. */
function worstFirst(channels: readonly ChannelSnapshot[]): readonly ChannelSnapshot[] {
  const bad = channels.filter(isNotJoined).sort(byRank);
  return [...bad, ...channels.filter((channel) => !isNotJoined(channel))];
}

function isNotJoined({ state }: ChannelSnapshot): boolean {
  return state !== 'joined';
}

function byRank(a: ChannelSnapshot, b: ChannelSnapshot): number {
  return rankOf(a) - rankOf(b) || (a.topic < b.topic ? -1 : 1);
}

/** What has an error comes before what is only on its way. */
function rankOf({ state, error }: ChannelSnapshot): number {
  return WORST_FIRST.indexOf(state) + (error === null ? WORST_FIRST.length : 0);
}

function countsOf(channels: readonly ChannelSnapshot[]): LiveView['counts'] {
  const counts = new Map<string, number>();
  for (const { state } of channels) counts.set(state, (counts.get(state) ?? 0) + 1);
  return Object.fromEntries(counts);
}

function newestGapOf(channels: readonly ChannelSnapshot[]): ChannelSnapshot['gap'] {
  return channels.reduce<ChannelSnapshot['gap']>(
    (newest, { gap }) => (gap !== null && gap.to > (newest?.to ?? 0) ? gap : newest),
    null,
  );
}

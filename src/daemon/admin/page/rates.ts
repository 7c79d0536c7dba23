/** What channels count, as rates over the last seconds. */

import type { ChannelSnapshot } from '../snapshot.js';

type Counted = 'messagesIn' | 'pushesOut';
type Note = { readonly at: number; readonly counts: ReadonlyMap<string, ChannelSnapshot> };

const WINDOW = 10_000;

export class Rates {
  #notes: readonly Note[] = [];

  note(channels: readonly ChannelSnapshot[], at: number): void {
    const counts = new Map(channels.map((channel) => [channel.topic, channel]));
    const kept = this.#notes.filter((note) => at - note.at <= WINDOW && note.at < at);
    this.#notes = [...kept, { at, counts }];
  }

  /** Per second; null: seen too lately. */
  of({ topic, ...now }: ChannelSnapshot, what: Counted): number | null {
    const newest = this.#notes.at(-1);
    const oldest = this.#notes.find(({ counts }) => counts.has(topic));
    const then = oldest?.counts.get(topic);
    if (newest === undefined || oldest === undefined || then === undefined) return null;
    const seconds = (newest.at - oldest.at) / 1000;
    return seconds >= 1 ? Math.max(0, now[what] - then[what]) / seconds : null;
  }
}

/** The daemon at one moment, without a secret: what the page shows, and `/debug/snapshot` and `/live` tell. */

import type { DeliveryStatus } from '../deliveries/delivery.js';
import type { LogStatus } from '../inbox/event-log.js';

export type Snapshot = {
  readonly version: string;
  /** Unix milliseconds, as all times here. */
  readonly now: number;
  readonly startedAt: number;
  readonly draining: boolean;
  /** Whether this page may push and control. */
  readonly control: boolean;
  readonly socket: {
    /** Without params and userinfo. */
    readonly url: string;
    readonly state: string;
    readonly since: number;
    /** Since when no socket is open, however often one was dialed since; null: one is. */
    readonly downSince: number | null;
    /** Failures in a row. */
    readonly attempt: number;
    readonly transport: string | null;
    /** How the last session ended: its cause, and a sentence for a person. */
    readonly close: { readonly cause: string; readonly what: string; readonly at: number } | null;
    /** When it is dialed next; null: it is not waiting for a time. */
    readonly nextDialAt: number | null;
  };
  readonly channels: readonly ChannelSnapshot[];
  /** Since the start; the page makes rates of them. */
  readonly totals: {
    readonly messagesIn: number;
    readonly pushesOut: number;
    readonly replies: number;
    readonly bytesIn: number;
    readonly bytesOut: number;
  };
  /** Milliseconds; null: not known yet. */
  readonly latency: { readonly reply: number | null; readonly heartbeat: number | null };
  readonly outbox: { readonly waiting: number; readonly confirmed: number };
  readonly inbox: LogStatus;
  readonly deliveries: readonly DeliveryStatus[];
  readonly timeline: readonly TimelineEntry[];
};

export type ChannelSnapshot = {
  readonly topic: string;
  readonly state: string;
  readonly since: number;
  /** Why it is not joined, for a person; null: nothing is wrong. */
  readonly error: string | null;
  readonly retryAt: number | null;
  readonly gap: { readonly from: number; readonly to: number } | null;
  readonly messagesIn: number;
  readonly pushesOut: number;
};

export type TimelineEntry = {
  readonly at: number;
  /** `socket`, or the topic of a channel. */
  readonly of: string;
  readonly from: string;
  readonly to: string;
  readonly why: string | null;
};

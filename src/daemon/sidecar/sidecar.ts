/** The connection to Phoenix, as the parts of the daemon see it. */

import type { Client, Join, Leave, Presence, Push, PushOptions } from '../../index.js';
import type { ChannelConfig } from '../config/schema.js';

export interface Sidecar {
  readonly client: Client;
  /** Throws `PHX_BAD_OPTION` and `PHX_ENCODING`: the caller's fault. */
  push(topic: string, event: string, payload: unknown, options?: PushOptions): Push;
  /** Wants the topic from now on, or replaces how it is wanted. */
  join(topic: string, channel: ChannelConfig): Join;
  leave(topic: string): Leave;
  presence(topic: string): Presence;
  /** The channels wanted now, each as it was asked for. */
  readonly wanted: ReadonlyMap<string, ChannelConfig>;
  /** When the topic last missed something, and how long; null: never. */
  gapOf(topic: string): { readonly from: Date; readonly to: Date } | null;
  /** Dials anew now, whatever state it is in. */
  reconnect(): void;
  /** Ends the connection until `resume`. Topics stay wanted. */
  pause(): void;
  resume(): void;
}

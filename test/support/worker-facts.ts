/** What each callback of a worker is given. */

import type {
  ChannelClosed,
  Connected,
  Disconnected,
  Gap,
  Joined,
  JoinFailed,
  Message,
  PresenceChanged,
  PushFailed,
  Replied,
  StopReason,
} from '../../src/index.js';

export type Facts = {
  readonly init: undefined;
  readonly handleConnected: Connected;
  readonly handleDisconnected: Disconnected;
  readonly handleJoined: Joined;
  readonly handleJoinError: JoinFailed;
  readonly handleChannelClosed: ChannelClosed;
  readonly handleMessage: Message;
  readonly handlePresence: PresenceChanged;
  readonly handleReply: Replied;
  readonly handlePushError: PushFailed;
  readonly handleGap: Gap;
  readonly handleInfo: unknown;
  readonly handleCall: unknown;
  readonly terminate: StopReason;
};

export type Callback = keyof Facts;

export type Told<C extends Callback = Callback> = C extends unknown
  ? { readonly callback: C; readonly fact: Facts[C] }
  : never;

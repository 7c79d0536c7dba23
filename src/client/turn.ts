/** A turn of the mailbox: which callback is to run, and what with. */

import type {
  GapFact,
  JoinedFact,
  MessageFact,
  PresenceFact,
  PushFailedFact,
  RepliedFact,
} from '../channel/facts.js';
import type { PushRequest } from '../channel/push-request.js';
import type { ChannelClosedFact, DisconnectedFact, JoinFailedFact } from '../policy/facts.js';
import type { ConnectedFact } from '../sockets/listener.js';
import type { Call } from './calls.js';
import type { StopReason } from '../sockets/client-status.js';
import type { Shed } from './inbox.js';
import type { DueTimer } from './timers.js';

/** The callbacks, as the client calls them. */
export interface Worker {
  init(): unknown;
  handleConnected(fact: ConnectedFact): unknown;
  handleDisconnected(fact: DisconnectedFact): unknown;
  handleJoined(fact: JoinedFact): unknown;
  handleJoinError(fact: JoinFailedFact): unknown;
  handleChannelClosed(fact: ChannelClosedFact): unknown;
  handleMessage(fact: MessageFact): unknown;
  handleReply(fact: RepliedFact): unknown;
  handlePushError(fact: PushFailedFact): unknown;
  handlePresence(fact: PresenceFact): unknown;
  handleGap(fact: GapFact): unknown;
  handleInfo(info: unknown): unknown;
  handleCall(request: unknown): unknown;
  terminate(reason: StopReason): unknown;
}

/** What was shed of a topic until now. */
type TellGap = (shed: Shed) => GapFact;

/** What the server says, and may be shed. */
export type MessageTurn =
  | { readonly callback: 'handleMessage'; readonly fact: MessageFact }
  | { readonly callback: 'handlePresence'; readonly fact: PresenceFact };

export type Turn =
  | { readonly callback: 'init' }
  | { readonly callback: 'handleConnected'; readonly fact: ConnectedFact }
  | { readonly callback: 'handleDisconnected'; readonly fact: DisconnectedFact }
  | { readonly callback: 'handleJoined'; readonly fact: JoinedFact }
  | { readonly callback: 'handleJoinError'; readonly fact: JoinFailedFact }
  | { readonly callback: 'handleChannelClosed'; readonly fact: ChannelClosedFact }
  | MessageTurn
  | { readonly callback: 'handleReply'; readonly fact: RepliedFact }
  | {
      readonly callback: 'handlePushError';
      readonly fact: PushFailedFact;
      readonly push: PushRequest;
    }
  | { readonly callback: 'handleGap'; readonly shed: Shed }
  | { readonly callback: 'handleInfo'; readonly info: unknown }
  | { readonly callback: 'handleCall'; readonly call: Call }
  | { readonly callback: 'after' | 'every'; readonly timer: DueTimer };

/** Whether the turns of topics wait for its end. */
export function comesFirst({ callback }: Turn): boolean {
  return callback === 'init' || callback === 'handleConnected';
}

/** The topic it belongs to; null: none. */
export function topicOf(turn: Turn): string | null {
  switch (turn.callback) {
    case 'handleJoined':
    case 'handleJoinError':
    case 'handleChannelClosed':
    case 'handleMessage':
    case 'handlePresence':
    case 'handleReply':
    case 'handlePushError':
      return turn.fact.topic;
    case 'handleGap':
      return turn.shed.topic;
    case 'init':
    case 'handleConnected':
    case 'handleDisconnected':
    case 'handleInfo':
    case 'handleCall':
    case 'after':
    case 'every':
      return null;
  }
}

/** Runs it, and returns what the callback did. */
export function runTurn(worker: Worker, turn: Turn, tellGap: TellGap): unknown {
  switch (turn.callback) {
    case 'handleMessage':
      return worker.handleMessage(turn.fact);
    case 'handlePresence':
      return worker.handlePresence(turn.fact);
    case 'handleReply':
      return worker.handleReply(turn.fact);
    case 'handleJoined':
      return worker.handleJoined(turn.fact);
    case 'handlePushError':
      // Whoever pushed may have asked for the outcome after the push had failed.
      return turn.push.failureAsked ? undefined : worker.handlePushError(turn.fact);
    case 'handleJoinError':
      return worker.handleJoinError(turn.fact);
    case 'handleChannelClosed':
      return worker.handleChannelClosed(turn.fact);
    case 'handleConnected':
      return worker.handleConnected(turn.fact);
    case 'handleDisconnected':
      return worker.handleDisconnected(turn.fact);
    case 'handleGap':
      return worker.handleGap(tellGap(turn.shed));
    case 'handleInfo':
      return worker.handleInfo(turn.info);
    case 'handleCall':
      // Whoever called has given up: what is done now would surprise them.
      return turn.call.isOpen ? worker.handleCall(turn.call.request) : undefined;
    case 'after':
    case 'every':
      return turn.timer.run();
    case 'init':
      return worker.init();
  }
}

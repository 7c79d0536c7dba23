/** The words of the socket's chart: what its actions, guards and delays mean. */

import { assign, fromCallback, setup, stateIn } from 'xstate';
import type { Judgement } from '../policy/reconnect.js';
import type { Close } from '../protocol/close.js';
import type { SessionEvent, SocketEffects, SocketEvent } from './socket-effects.js';
import { REQUESTED } from './socket-endings.js';

type Context = {
  readonly effects: SocketEffects;
  /** Sessions in a row that did not prove stable. */
  readonly failures: number;
  /** Of these, those in a row that were refused for want of better credentials. */
  readonly refusals: number;
  /** Heartbeats in a row that nobody answered. */
  readonly unanswered: number;
  readonly close: Close;
  readonly judgement: Judgement;
  /** Milliseconds that the present connection may last; null: for ever. */
  readonly term: number | null;
};

/** A heartbeat that is excused is asked again; the third one in a row that nobody answers is the last. */
const LAST_UNANSWERED = 2;

export const socketSetup = setup({
  types: {} as {
    context: Context;
    events: SocketEvent;
    input: SocketEffects;
    tags: 'online';
  },
  actors: {
    session: fromCallback<SessionEvent, SocketEffects>(({ input, sendBack }) =>
      input.openSession(sendBack),
    ),
  },
  actions: {
    authorize: ({ context: { effects, refusals, failures } }) => {
      effects.authorize(refusals > 0, failures + 1);
    },
    dial: ({ context: { effects, failures } }) => {
      effects.dial(failures + 1);
    },
    pushHeartbeat: ({ context }) => {
      context.effects.pushHeartbeat();
    },
    countUnanswered: assign({ unanswered: ({ context }) => context.unanswered + 1 }),
    forgetUnanswered: assign({ unanswered: 0 }),
    record: assign((_, { close }: { close: Close }) => ({ close })),
    countFailure: assign(({ context: { effects, close, failures, refusals } }) => ({
      failures: failures + 1,
      refusals: effects.needsCredentials(close) ? refusals + 1 : 0,
    })),
    forgetFailures: assign({ failures: 0 }),
    forgetRefusals: assign({ refusals: 0 }),
    judge: assign(({ context: { effects, close, failures, refusals } }) => ({
      judgement: effects.judge({ close, failures, refusals }),
    })),
    drawTerm: assign(({ context }) => ({ term: context.effects.renewal.drawTerm() })),
    prepareRenewal: ({ context }) => {
      context.effects.renewal.prepare();
    },
    forgoRenewal: ({ context }) => {
      context.effects.renewal.forgo();
    },
    renew: assign(({ context }) => context.effects.renewal.begin()),
    announceOnline: ({ context: { effects, failures } }) => {
      effects.announceOnline(failures + 1);
    },
    announceOffline: ({ context }) => {
      context.effects.announceOffline();
    },
    announceLost: ({ context: { effects, close, failures, judgement } }) => {
      effects.announceLost(close, failures, judgement.retryIn);
    },
    announceDisconnected: ({ context: { effects, failures } }) => {
      effects.announceLost(REQUESTED, failures, null);
    },
  },
  guards: {
    isFloored: ({ context }) => context.effects.floorLeft() > 0,
    isReadingPaused: ({ context }) => context.effects.isReadingPaused(),
    hasNoHeartbeat: ({ context }) => context.effects.heartbeatInterval === null,
    mayStillAnswer: ({ context: { effects, unanswered } }) =>
      unanswered < LAST_UNANSWERED && effects.mayStillAnswer(),
    isStable: ({ context }) => context.effects.stableIn() === 0,
    mustVerify: ({ context }) => context.effects.mustVerify(),
    mayLast: ({ context }) => context.term === null,
    mayRenew: ({ context }) => context.effects.renewal.isDue(),
    isUnauthorized: ({ context }) => context.close.cause === 'unauthorized',
    mayRetry: ({ context }) => context.judgement.retryIn !== null,
    isHurried: stateIn('#socket.backingOff.floored.hurried'),
    isWanted: stateIn('#socket.disconnected.floored.wanted'),
  },
  delays: {
    credentialsTimeout: ({ context }) => context.effects.credentialsTimeout,
    connectTimeout: ({ context }) => context.effects.connectTimeout,
    heartbeatInterval: ({ context }) => context.effects.heartbeatInterval ?? 0,
    heartbeatTimeout: ({ context }) => context.effects.heartbeatTimeout,
    stableIn: ({ context }) => context.effects.stableIn(),
    term: ({ context }) => context.term ?? 0,
    renewalCheck: ({ context }) => context.effects.renewal.checkIn(),
    retryIn: ({ context }) => context.judgement.retryIn ?? 0,
    floor: ({ context }) => context.effects.floorLeft(),
  },
});

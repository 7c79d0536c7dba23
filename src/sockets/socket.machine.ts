/**
 * The life of a socket, as a statechart: rest, dial, stay alive, fail, be judged, wait, dial again.
 *
 * `session` invokes the session actor, so there is exactly one transport inside it and none elsewhere, and what an
 * earlier session says after it was left reaches nobody. Every cause of death passes through `judging`, which
 * draws the delay once. No dial is made before `floor` has passed since the last judgement, whoever asks.
 */

import { assign, fromCallback, setup, stateIn } from 'xstate';
import type { Judgement } from '../policy/reconnect.js';
import { type Close, lost } from '../protocol/close.js';
import type { SessionEvent, SocketEffects, SocketEvent } from './socket-effects.js';

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
};

const REQUESTED: Close = { cause: 'requested', code: 1000, reason: 'disconnect', status: null };
/** A heartbeat that is excused is asked again; the third one in a row that nobody answers is the last. */
const LAST_UNANSWERED = 2;

export const socketMachine = setup({
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
    retryIn: ({ context }) => context.judgement.retryIn ?? 0,
    floor: ({ context }) => context.effects.floorLeft(),
  },
}).createMachine({
  id: 'socket',
  context: ({ input }) => ({
    effects: input,
    failures: 0,
    refusals: 0,
    unanswered: 0,
    close: REQUESTED,
    judgement: { retryIn: null, floor: 0 },
  }),
  initial: 'disconnected',
  states: {
    disconnected: {
      initial: 'free',
      states: {
        free: { on: { connect: '#socket.session' } },
        floored: {
          description:
            'Too soon after a failure: a connect is remembered until the floor has passed.',
          after: { floor: [{ guard: 'isWanted', target: '#socket.session' }, { target: 'free' }] },
          initial: 'unwanted',
          states: {
            unwanted: { on: { connect: 'wanted' } },
            wanted: { on: { disconnect: 'unwanted' } },
          },
        },
      },
    },

    session: {
      description:
        'One transport, from its turn to dial until it is hung up. Leaving this state hangs up.',
      invoke: { src: 'session', input: ({ context }) => context.effects },
      on: {
        'transport.closed': {
          target: 'judging',
          actions: { type: 'record', params: ({ event }) => ({ close: event.close }) },
        },
      },
      initial: 'waiting',
      states: {
        waiting: {
          description: 'A client dials one socket at a time.',
          on: { 'turn.given': 'authorizing', disconnect: '#socket.abandoned' },
        },
        authorizing: {
          entry: 'authorize',
          on: { 'credentials.given': 'connecting', disconnect: '#socket.abandoned' },
          after: {
            credentialsTimeout: {
              target: '#socket.judging',
              actions: {
                type: 'record',
                params: { close: lost('credentials', 'credentials gave no answer in time') },
              },
            },
          },
        },
        connecting: {
          entry: 'dial',
          on: { 'transport.opened': 'connected', disconnect: '#socket.abandoned' },
          after: {
            connectTimeout: {
              target: '#socket.judging',
              actions: {
                type: 'record',
                params: {
                  close: lost('connectTimeout', 'the server did not answer the dial in time'),
                },
              },
            },
          },
        },
        connected: {
          tags: 'online',
          type: 'parallel',
          entry: ['forgetRefusals', 'forgetUnanswered', 'announceOnline'],
          exit: 'announceOffline',
          states: {
            heartbeat: {
              initial: 'quiet',
              states: {
                off: {},
                quiet: {
                  always: { guard: 'hasNoHeartbeat', target: 'off' },
                  on: { 'clock.jumped': 'awaiting' },
                  after: {
                    heartbeatInterval: [
                      { guard: 'isReadingPaused', target: 'deaf' },
                      { target: 'awaiting' },
                    ],
                  },
                },
                awaiting: {
                  entry: 'pushHeartbeat',
                  on: {
                    'heartbeat.answered': { target: 'quiet', actions: 'forgetUnanswered' },
                    'reading.paused': 'deaf',
                  },
                  after: {
                    heartbeatTimeout: [
                      {
                        guard: 'mayStillAnswer',
                        target: 'awaiting',
                        reenter: true,
                        actions: 'countUnanswered',
                      },
                      {
                        target: '#socket.judging',
                        actions: {
                          type: 'record',
                          params: {
                            close: lost('heartbeatTimeout', 'no answer to the heartbeat in time'),
                          },
                        },
                      },
                    ],
                  },
                },
                deaf: {
                  description: 'What is not read cannot be late.',
                  on: { 'reading.resumed': 'awaiting' },
                },
              },
            },
            proof: {
              initial: 'unproven',
              states: {
                unproven: {
                  on: { disconnect: '#socket.abandoned' },
                  after: {
                    stableIn: [
                      { guard: 'isStable', target: 'proven', actions: 'forgetFailures' },
                      { target: 'unproven', reenter: true },
                    ],
                  },
                },
                proven: { on: { disconnect: '#socket.dismissed' } },
              },
            },
          },
        },
      },
    },

    abandoned: {
      description:
        'Ended by request before it proved stable: counts, so that connecting in a loop slows down.',
      entry: [
        { type: 'record', params: { close: REQUESTED } },
        'countFailure',
        'judge',
        'announceDisconnected',
      ],
      always: '#socket.disconnected.floored',
    },
    dismissed: {
      description: 'Ended by request after a useful life.',
      entry: 'announceDisconnected',
      always: [
        { guard: 'isFloored', target: '#socket.disconnected.floored' },
        { target: '#socket.disconnected.free' },
      ],
    },

    judging: {
      description: 'The session is over; the policy says what follows.',
      entry: ['countFailure', 'judge', 'announceLost'],
      always: [
        { guard: 'mayRetry', target: 'backingOff' },
        { target: '#socket.disconnected.floored' },
      ],
    },

    backingOff: {
      on: { disconnect: '#socket.disconnected.floored' },
      after: { retryIn: 'session' },
      initial: 'floored',
      states: {
        floored: {
          after: {
            floor: [{ guard: 'isHurried', target: '#socket.session' }, { target: 'eager' }],
          },
          initial: 'patient',
          states: { patient: { on: { connect: 'hurried' } }, hurried: {} },
        },
        eager: { on: { connect: '#socket.session' } },
      },
    },
  },
});

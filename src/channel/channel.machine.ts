/**
 * The life of a channel, as a statechart: wait for a socket and a turn, join, be joined, fail, be judged, wait, join again.
 *
 * A channel that exists is wanted: every state but `leaving` and `closed` leads back to `joined` by itself, and `closed` is
 * the end (who wants the topic again makes a new channel). Data messages never come here: `openGate` and `shutGate` write
 * what the message path reads. The owner drops what belongs to an earlier join, so every event is about the newest.
 */

import { assign, setup, stateIn } from 'xstate';
import type { ChannelFailure } from '../policy/rejoin.js';
import {
  aborted,
  closed,
  crashed,
  goodbye,
  lateGoodbye,
  leaves,
  refused,
  timedOut,
  unprepared,
} from './channel-endings.js';
import type { ChannelEffects, ChannelEvent, ChannelState, PlainEffect } from './channel-effects.js';

type Context = {
  readonly effects: ChannelEffects;
  /** In a row, and not forgotten by a stable membership or a new session. */
  readonly failures: number;
  /** Of the newest failures, those in a row that were timeouts. */
  readonly timeouts: number;
  readonly failure: ChannelFailure;
  readonly retryIn: number | null;
};

/** An effect that needs to be told nothing. */
function perform(effect: PlainEffect) {
  return ({ context }: { context: Context }) => {
    context.effects[effect]();
  };
}

export const channelMachine = setup({
  types: {} as { context: Context; events: ChannelEvent; input: ChannelEffects },
  actions: {
    note: ({ context }, { state }: { state: ChannelState }) => {
      context.effects.note(state, context.failure);
    },
    claimTurn: perform('claimTurn'),
    askTurn: perform('askTurn'),
    forgoTurn: perform('forgoTurn'),
    freeTurn: perform('freeTurn'),
    prepareJoin: ({ context }) => {
      context.effects.prepareJoin(context.failures + 1);
    },
    pushJoin: perform('pushJoin'),
    forgetJoin: perform('forgetJoin'),
    pushLeave: perform('pushLeave'),
    openGate: perform('openGate'),
    shutGate: perform('shutGate'),
    record: assign((_, { failure }: { failure: ChannelFailure }) => ({ failure })),
    countFailure: assign(({ context: { failure, failures, timeouts } }) => ({
      failures: failures + 1,
      timeouts: failure.kind === 'timeout' ? timeouts + 1 : 0,
    })),
    forgetFailures: assign({ failures: 0, timeouts: 0 }),
    /** Asked when the membership ends, which spares every joined channel a timer. */
    forgetIfStable: assign(({ context: { effects } }) =>
      effects.isStable() ? { failures: 0, timeouts: 0 } : {},
    ),
    judge: assign(({ context: { effects, failure, failures } }) => ({
      retryIn: effects.judge(failure, failures),
    })),
    announceJoined: ({ context }, { response }: { response: unknown }) => {
      context.effects.announceJoined(response);
    },
    announceFailed: ({ context: { effects, failure, failures, retryIn } }) => {
      effects.announceFailed(failure, failures, retryIn);
    },
    announceLost: perform('announceLost'),
    announceLeft: ({ context }, { inTime }: { inTime: boolean }) => {
      context.effects.announceLeft(inTime);
    },
    announceClosed: perform('announceClosed'),
  },
  guards: {
    isSocketUp: ({ context }) => context.effects.isSocketUp(),
    mustRest: ({ context: { effects } }) => effects.isSocketUp() && effects.restLeft() > 0,
    mayJoinAtOnce: ({ context: { effects } }) => effects.isSocketUp() && effects.isTurnFree(),
    hasParams: ({ context }) => context.effects.hasParams(),
    joinMayStillCome: ({ context: { effects, timeouts } }) => effects.joinTimeLeft(timeouts) > 0,
    mayBeJoined: ({ context }) => context.effects.mayBeJoined(),
    mayRejoin: ({ context }) => context.retryIn !== null,
    closeIsAwaited: ({ context }) => context.effects.closeIsAwaited,
    isWantedAgain: stateIn('#channel.leaving.toJoinAgain'),
  },
  delays: {
    paramsTimeout: ({ context }) => context.effects.paramsTimeout,
    leaveTimeout: ({ context }) => context.effects.leaveTimeout,
    restLeft: ({ context }) => context.effects.restLeft(),
    joinTimeLeft: ({ context: { effects, timeouts } }) => effects.joinTimeLeft(timeouts),
    retryIn: ({ context }) => context.retryIn ?? 0,
  },
}).createMachine({
  id: 'channel',
  context: ({ input }) => ({
    effects: input,
    failures: 0,
    timeouts: 0,
    failure: { kind: 'lost' },
    retryIn: null,
  }),
  initial: 'waiting',
  states: {
    waiting: {
      entry: { type: 'note', params: { state: 'joining' } },
      on: {
        leave: leaves,
      },
      initial: 'offline',
      states: {
        offline: {
          always: [
            { guard: 'mustRest', target: 'resting' },
            { guard: 'mayJoinAtOnce', target: '#channel.joining', actions: 'claimTurn' },
            { guard: 'isSocketUp', target: 'queued' },
          ],
          on: { 'socket.up': { actions: 'forgetFailures' } },
        },
        resting: {
          description:
            'Whoever asks, a topic is not joined more than once a second from the sixth time on.',
          after: { restLeft: 'queued' },
          on: {
            'join.accepted': '#channel.joined',
            'socket.down': { target: 'offline', actions: 'forgetJoin' },
          },
        },
        queued: {
          description: 'The join queue gives turns, so that a return is no stampede.',
          entry: 'askTurn',
          exit: 'forgoTurn',
          on: {
            'turn.given': '#channel.joining',
            'join.accepted': '#channel.joined',
            'socket.down': { target: 'offline', actions: 'forgetJoin' },
          },
        },
      },
    },

    joining: {
      exit: 'freeTurn',
      on: {
        'socket.down': { target: 'lost', actions: 'forgetJoin' },
        'join.accepted': 'joined',
        'params.failed': {
          target: 'errored',
          actions: {
            type: 'record',
            params: ({ event }) => ({ failure: { kind: 'params', error: event.error } }),
          },
        },
      },
      initial: 'preparing',
      states: {
        preparing: {
          entry: 'prepareJoin',
          always: [{ guard: 'hasParams', target: 'asking' }, { target: 'awaitingParams' }],
        },
        awaitingParams: {
          description: 'The server may still work on the join before, which timed out.',
          on: { 'params.given': 'asking', leave: leaves },
          after: {
            paramsTimeout: { target: '#channel.errored', actions: unprepared },
          },
        },
        asking: {
          entry: 'pushJoin',
          on: {
            'join.refused': { target: '#channel.errored', actions: ['forgetJoin', refused] },
            'channel.crashed': { target: '#channel.errored', actions: ['forgetJoin', aborted] },
            'channel.closed': { target: '#channel.errored', actions: ['forgetJoin', aborted] },
            'channel.moved': { target: '#channel.waiting', actions: 'forgetJoin' },
            leave: '#channel.leaving',
          },
          initial: 'ticking',
          states: {
            ticking: {
              description: 'The clock starts again at each join reply on this socket.',
              after: {
                joinTimeLeft: [
                  { guard: 'joinMayStillCome', target: 'ticking', reenter: true },
                  { target: '#channel.errored', actions: timedOut },
                ],
              },
            },
          },
        },
      },
    },

    joined: {
      entry: [
        { type: 'note', params: { state: 'joined' } },
        'openGate',
        {
          type: 'announceJoined',
          params: ({ event }) => ({
            response: event.type === 'join.accepted' ? event.response : null,
          }),
        },
      ],
      exit: ['shutGate', 'forgetIfStable'],
      on: {
        leave: 'leaving',
        'channel.closed': { target: 'errored', actions: ['forgetJoin', closed] },
        'channel.crashed': { target: 'errored', actions: ['forgetJoin', crashed] },
        'channel.desynced': {
          target: 'errored',
          actions: ['forgetJoin', { type: 'record', params: { failure: { kind: 'desync' } } }],
        },
        'socket.down': { target: 'lost', actions: 'forgetJoin' },
      },
    },

    lost: {
      description: 'The socket fell under it. The policy says whether it is still wanted.',
      entry: [{ type: 'record', params: { failure: { kind: 'lost' } } }, 'judge', 'announceLost'],
      always: [{ guard: 'mayRejoin', target: 'waiting' }, { target: 'closed' }],
    },

    errored: {
      description: 'The policy says when it is tried again; the delay is drawn once.',
      entry: [
        { type: 'note', params: { state: 'errored' } },
        'countFailure',
        'judge',
        'announceFailed',
      ],
      initial: 'judging',
      on: {
        leave: leaves,
        'socket.down': { target: 'waiting', actions: 'forgetJoin' },
      },
      states: {
        judging: {
          always: [{ guard: 'mayRejoin', target: 'backingOff' }, { target: '#channel.closed' }],
        },
        backingOff: {
          after: { retryIn: '#channel.waiting' },
          on: { 'join.accepted': '#channel.joined' },
        },
      },
    },

    leaving: {
      entry: [{ type: 'note', params: { state: 'leaving' } }, 'pushLeave'],
      exit: 'forgetJoin',
      on: {
        'leave.accepted': [{ guard: 'closeIsAwaited' }, ...goodbye],
        'channel.closed': goodbye,
        'channel.crashed': goodbye,
        'socket.down': goodbye,
      },
      after: {
        leaveTimeout: lateGoodbye,
      },
      initial: 'forGood',
      states: {
        forGood: { on: { join: 'toJoinAgain' } },
        toJoinAgain: { on: { leave: 'forGood' } },
      },
    },

    closed: {
      type: 'final',
      entry: [{ type: 'note', params: { state: 'closed' } }, 'announceClosed'],
    },
  },
});

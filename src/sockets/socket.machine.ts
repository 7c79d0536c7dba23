/**
 * The life of a socket, as a statechart: rest, dial, stay alive, fail, be judged, wait, dial again.
 *
 * `session` invokes the session actor, so there is exactly one transport inside it and none elsewhere, and what an
 * earlier session says after it was left reaches nobody. Every cause of death passes through `judging`, which
 * draws the delay once. No dial is made before `floor` has passed since the last judgement, whoever asks. A good connection
 * may be ended for a new one: `renewing` is no failure, and what was known of earlier ones stays.
 */

import type { SnapshotFrom } from 'xstate';
import type { SocketState } from './socket-effects.js';
import { REQUESTED, requested, unanswered, undialed, unopened } from './socket-endings.js';
import { socketSetup } from './socket-setup.machine.js';

export const socketMachine = socketSetup.createMachine({
  id: 'socket',
  context: ({ input }) => ({
    effects: input,
    failures: 0,
    refusals: 0,
    unanswered: 0,
    close: REQUESTED,
    judgement: { retryIn: null, floor: 0 },
    term: null,
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
            wanted: {
              on: { disconnect: 'unwanted', 'credentials.denied': '#socket.unauthorized' },
            },
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
        'credentials.denied': 'unauthorized',
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
            credentialsTimeout: { target: '#socket.judging', actions: undialed },
          },
        },
        connecting: {
          entry: 'dial',
          on: {
            'transport.opened': [{ guard: 'mustVerify', target: 'verifying' }, 'connected'],
            disconnect: '#socket.abandoned',
          },
          after: {
            connectTimeout: { target: '#socket.judging', actions: unopened },
          },
        },
        verifying: {
          description: 'A fallback may open and carry nothing: it counts from its first answer on.',
          entry: 'pushHeartbeat',
          on: { 'heartbeat.answered': 'connected', disconnect: '#socket.abandoned' },
          after: {
            heartbeatTimeout: { target: '#socket.judging', actions: unanswered },
          },
        },
        connected: {
          tags: 'online',
          type: 'parallel',
          entry: ['forgetRefusals', 'forgetUnanswered', 'drawTerm', 'announceOnline'],
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
                      { target: '#socket.judging', actions: unanswered },
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
            term: {
              initial: 'running',
              states: {
                endless: { on: { renew: 'due' } },
                running: {
                  always: { guard: 'mayLast', target: 'endless' },
                  on: { renew: 'due' },
                  after: { term: 'due' },
                },
                due: {
                  description: 'Waits for a moment in which nothing is under way.',
                  exit: 'forgoRenewal',
                  initial: 'busy',
                  states: {
                    busy: {
                      entry: 'prepareRenewal',
                      after: {
                        renewalCheck: [
                          { guard: 'mayRenew', target: '#socket.renewing' },
                          { target: 'busy', reenter: true },
                        ],
                      },
                    },
                  },
                },
              },
            },
          },
        },
      },
    },

    abandoned: {
      description:
        'Ended by request before it proved stable: counts, so that connecting in a loop slows down.',
      entry: [requested, 'countFailure', 'judge', 'announceDisconnected'],
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
        { guard: 'isUnauthorized', target: 'unauthorized' },
        { target: '#socket.disconnected.floored' },
      ],
    },
    renewing: {
      description:
        'A good connection gives way to a new one: no failure, and no delay but the floor.',
      entry: ['renew', 'announceLost'],
      always: 'backingOff',
    },

    unauthorized: {
      description: 'Only new credentials help, and they are asked for when somebody connects.',
      on: {
        connect: [
          { guard: 'isFloored', target: '#socket.disconnected.floored.wanted' },
          { target: 'session' },
        ],
        disconnect: '#socket.disconnected.floored',
      },
    },

    backingOff: {
      on: { disconnect: '#socket.disconnected.floored', 'credentials.denied': 'unauthorized' },
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

/** What it is in, as others see it. */
export function stateOf(snapshot: SnapshotFrom<typeof socketMachine>): SocketState {
  if (snapshot.hasTag('online')) return 'connected';
  if (snapshot.matches('session')) return 'connecting';
  if (snapshot.matches('unauthorized')) return 'unauthorized';
  // A connect that waits for the floor is an attempt to come, too.
  const waits = snapshot.matches({ disconnected: { floored: 'wanted' } });
  return waits || snapshot.matches('backingOff') ? 'backingOff' : 'disconnected';
}

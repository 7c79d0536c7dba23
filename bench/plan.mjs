/** What is measured, of whom, and how much of it. */

const ALL = ['limit', 'phoenix', 'ours'];

/** About the size of a chat message, and of a page of rows. */
const [SMALL, LARGE] = [150, 1200];

/** As many pushes in flight as keep the server's and the client's processor busy at once. */
const WINDOW = 100;

/** Long enough for medians that hold; several minutes. */
export const FULL = plan({
  rounds: 5,
  channels: 10_000,
  messages: { one: 400_000, many: 100_000, large: 100_000, steady: 1_000_000 },
  pushes: 100_000,
});

/** Long enough to see that it works; some seconds. Its figures mean nothing. */
export const QUICK = plan({
  rounds: 1,
  channels: 50,
  messages: { one: 2000, many: 2000, large: 1000, steady: 4000 },
  pushes: 500,
});

/** The daemon, beside the two things that it stands between. As many pushes in flight as an application's workers make. */
const BESIDE_DAEMON = ['limit', 'handler', 'daemon'];

export const FULL_DAEMON = daemonPlan({
  rounds: 5,
  pushes: { asked: 10_000, alone: 1000 },
  messages: { burst: 10_000, paced: 500 },
});

export const QUICK_DAEMON = daemonPlan({
  rounds: 1,
  pushes: { asked: 100, alone: 20 },
  messages: { burst: 200, paced: 20 },
});

function daemonPlan({ rounds, pushes: { asked, alone }, messages: { burst, paced } }) {
  return {
    rounds,
    figures: {
      pushThroughDaemon: {
        measurement: 'ask',
        contenders: BESIDE_DAEMON,
        sizes: { pushes: asked, warmUp: asked / 2, window: 32, alone },
      },
      webhook: {
        measurement: 'deliver',
        contenders: [...BESIDE_DAEMON, 'daemon-disk'],
        sizes: { messages: burst, warmUp: burst / 2, topics: 100, bytes: SMALL, paced, every: 5 },
      },
    },
  };
}

function plan({ rounds, channels, messages, pushes }) {
  const received = (count, topics, bytes) => ({
    measurement: 'receive',
    contenders: ALL,
    sizes: { messages: count, warmUp: count / 4, topics, bytes },
  });
  return {
    rounds,
    figures: {
      receiveOneChannel: received(messages.one, 1, SMALL),
      receiveManyChannels: received(messages.many, channels, SMALL),
      receiveLarge: received(messages.large, 1, LARGE),
      push: {
        measurement: 'push',
        contenders: [...ALL, 'ours-awaited'],
        sizes: { pushes, warmUp: pushes / 2, window: WINDOW },
      },
      join: { measurement: 'join', contenders: ALL, sizes: { topics: channels } },
      steady: {
        measurement: 'steady',
        contenders: ALL,
        sizes: { messages: messages.steady, warmUp: messages.steady / 4, bytes: SMALL },
        rounds: 1,
      },
    },
  };
}

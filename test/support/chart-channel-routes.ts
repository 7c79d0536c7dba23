/** How each state of a channel's chart is reached, by events that happen. */

import type { ChannelRun } from './chart-channel-run.js';

export function offline(_run: ChannelRun): void {
  return;
}

/** The socket is up again, and the channel not told yet. */
export function onReturn(run: ChannelRun): void {
  run.socketIsUp = true;
}

export function restsAtReturn(run: ChannelRun): void {
  onReturn(run);
  run.restsUntil = run.clock.monotonic() + 1000;
}

export function queued(run: ChannelRun): void {
  run.socket(true);
}

/** Joined too often lately. */
export function resting(run: ChannelRun): void {
  run.restsUntil = run.clock.monotonic() + 1000;
  queued(run);
}

/** The same, while the server may yet accept the last join. */
export function restingAgain(run: ChannelRun): void {
  timedOut(run);
  run.restsUntil = run.clock.monotonic() + (run.retryIn ?? 0) + 1000;
  run.clock.advance(run.retryIn ?? 0);
}

export function preparing(run: ChannelRun): void {
  queued(run);
  run.send('turn.given');
}

export function asking(run: ChannelRun): void {
  preparing(run);
  run.send('params.given');
}

export function joined(run: ChannelRun): void {
  asking(run);
  run.send('join.accepted');
}

/** Backing off; the server holds no join. */
export function refused(run: ChannelRun): void {
  asking(run);
  run.send('join.refused');
}

/** Backing off; the server may yet accept the join. */
export function timedOut(run: ChannelRun): void {
  asking(run);
  run.clock.advance(run.joinTimeout);
}

/** In the join queue for another join, while the server may yet accept the last one. */
export function queuedAgain(run: ChannelRun): void {
  timedOut(run);
  run.clock.advance(run.retryIn ?? 0);
}

/** Asking for the params of another join, while the server may yet accept the last one. */
export function preparingAgain(run: ChannelRun): void {
  queuedAgain(run);
  run.send('turn.given');
}

export function leaving(run: ChannelRun): void {
  joined(run);
  run.send('leave');
}

export function toJoinAgain(run: ChannelRun): void {
  leaving(run);
  run.send('join');
}

/** A route to each state that a channel can be found in, but the last. */
export const CHANNEL_ROUTES: { readonly [state: string]: (run: ChannelRun) => void } = {
  'waiting.offline': offline,
  'waiting.resting': resting,
  'waiting.queued': queued,
  'joining.awaitingParams': preparing,
  'joining.asking.ticking': asking,
  joined,
  'errored.backingOff': refused,
  'leaving.forGood': leaving,
  'leaving.toJoinAgain': toJoinAgain,
};

/** Sets what the policy says to the next failure, once the state is reached. */
export function withRetryIn(
  retryIn: number | null,
  route: (run: ChannelRun) => void,
): (run: ChannelRun) => void {
  return (run) => {
    route(run);
    run.retryIn = retryIn;
  };
}

/** Lets the socket fall unnoticed, so that what follows finds it down. */
export function onFallenSocket(route: (run: ChannelRun) => void): (run: ChannelRun) => void {
  return (run) => {
    route(run);
    run.socketIsUp = false;
  };
}

export function withFreeTurn(route: (run: ChannelRun) => void): (run: ChannelRun) => void {
  return (run) => {
    route(run);
    run.turnIsFree = true;
  };
}

export function withParamsAtHand(route: (run: ChannelRun) => void): (run: ChannelRun) => void {
  return (run) => {
    route(run);
    run.paramsAreThere = true;
  };
}

/** On version 1. */
export function awaitingClose(route: (run: ChannelRun) => void): (run: ChannelRun) => void {
  return (run) => {
    run.closeIsAwaited = true;
    route(run);
  };
}

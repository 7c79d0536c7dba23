/** How each state of a socket's chart is reached, by events that happen. */

import type { Judgement } from '../../src/charts.js';
import type { SocketRun } from './chart-socket-run.js';

type Route = (run: SocketRun) => void;

export function free(_run: SocketRun): void {
  return;
}

export function waiting(run: SocketRun): void {
  run.send('connect');
}

export function authorizing(run: SocketRun): void {
  waiting(run);
  run.send('turn.given');
}

export function connecting(run: SocketRun): void {
  authorizing(run);
  run.send('credentials.given');
}

export function connected(run: SocketRun): void {
  connecting(run);
  run.send('transport.opened');
}

export function awaiting(run: SocketRun): void {
  connected(run);
  run.send('clock.jumped');
}

/** Nothing is read, so no heartbeat is judged. */
export function deaf(run: SocketRun): void {
  awaiting(run);
  run.send('reading.paused');
}

/** Of use from the first moment, for long enough. */
export function proven(run: SocketRun): void {
  connecting(run);
  run.usefulSince = run.clock.monotonic();
  run.send('transport.opened');
  run.clock.advance(run.stableAfter);
}

function provenAwaiting(run: SocketRun): void {
  proven(run);
  run.send('clock.jumped');
}

function provenDeaf(run: SocketRun): void {
  provenAwaiting(run);
  run.send('reading.paused');
}

export function paused(route: Route): Route {
  return (run) => {
    run.isPaused = true;
    route(run);
  };
}

export function withoutHeartbeat(route: Route): Route {
  return (run) => {
    run.heartbeatInterval = null;
    route(run);
  };
}

export function excused(route: Route): Route {
  return (run) => {
    run.isExcused = true;
    route(run);
  };
}

export function dialedTooOften(route: Route): Route {
  return (run) => {
    route(run);
    run.paceLeft = 1000;
  };
}

export function judged(judgement: Judgement, route: Route): Route {
  return (run) => {
    run.judgement = judgement;
    route(run);
  };
}

/** Backing off, before the floor has passed. */
export function patient(run: SocketRun): void {
  waiting(run);
  run.send('transport.closed');
}

export function hurried(run: SocketRun): void {
  patient(run);
  run.send('connect');
}

/** Backing off, after the floor has passed. */
export function eager(run: SocketRun): void {
  patient(run);
  run.clock.advance(run.judgement.floor);
}

/** Disconnected, before the floor has passed. */
export function unwanted(run: SocketRun): void {
  waiting(run);
  run.send('disconnect');
}

export function wanted(run: SocketRun): void {
  unwanted(run);
  run.send('connect');
}

/** A fallback has opened, and has not answered yet. */
export function verifying(run: SocketRun): void {
  byFallback(connected)(run);
}

export function byFallback(route: Route): Route {
  return (run) => {
    run.isFallback = true;
    route(run);
  };
}

/** Whoever gives credentials has refused them. */
export function unauthorized(run: SocketRun): void {
  waiting(run);
  run.send('credentials.denied');
}

/** A connection that may not last. */
export function limited(route: Route): Route {
  return (run) => {
    run.term = 20_000;
    route(run);
  };
}

/** To be renewed. */
export function due(run: SocketRun): void {
  connected(run);
  run.send('renew');
}

export function busy(route: Route): Route {
  return (run) => {
    run.isQuiet = false;
    route(run);
  };
}

const ON = 'session.connected';

function online(heartbeat: string, proof: string, term = 'endless'): string {
  return `${ON}.heartbeat.${heartbeat} + ${ON}.proof.${proof} + ${ON}.term.${term}`;
}

export const QUIET = online('quiet', 'unproven');
export const AWAITING = online('awaiting', 'unproven');
export const DEAF = online('deaf', 'unproven');
export const WITHOUT_HEARTBEAT = online('off', 'unproven');
export const PROVEN = online('quiet', 'proven');
export const DUE = online('quiet', 'unproven', 'due.busy');

/** A route to each state that a socket can be found in. */
export const SOCKET_ROUTES: { readonly [states: string]: Route } = {
  'disconnected.free': free,
  'disconnected.floored.unwanted': unwanted,
  'disconnected.floored.wanted': wanted,
  'session.waiting': waiting,
  'session.authorizing': authorizing,
  'session.connecting': connecting,
  [QUIET]: connected,
  [AWAITING]: awaiting,
  [DEAF]: deaf,
  [WITHOUT_HEARTBEAT]: withoutHeartbeat(connected),
  [PROVEN]: proven,
  [online('awaiting', 'proven')]: provenAwaiting,
  [online('deaf', 'proven')]: provenDeaf,
  [online('off', 'proven')]: withoutHeartbeat(proven),
  [online('quiet', 'unproven', 'running')]: limited(connected),
  [DUE]: due,
  'session.verifying': verifying,
  unauthorized,
  'backingOff.floored.patient': patient,
  'backingOff.floored.hurried': hurried,
  'backingOff.eager': eager,
};

/** The sentence at the top: what is wrong, since when, and what happens next. */

import type { DeliveryStatus } from '../../deliveries/delivery.js';
import type { LiveView } from '../live-view.js';
import { clockTime, count, lengthOf, lengthUntil, several } from './wording.js';

export type Headline = {
  readonly tone: 'good' | 'warn' | 'bad';
  readonly title: string;
  /** What else is to know, a sentence each. */
  readonly details: readonly string[];
  /** The same without times that run: what is read aloud, once. */
  readonly aloud: string;
};

type Part = { readonly text: string; readonly aloud: string };

/** How long after a recovery its gap is worth a sentence. */
const GAP_IS_NEWS = 5 * 60_000;

export function headlineOf(view: LiveView, now: number): Headline {
  const socket = socketPart(view, now);
  const channels = channelPart(view);
  const troubles = [
    ...(isComplete(view) ? [] : [channels]),
    ...view.deliveries.filter(isInTrouble).map((delivery) => deliveryPart(delivery, now)),
  ];
  const rest = [...(isComplete(view) ? [channels] : []), ...gapParts(view, now)];
  // A connection that stands is no news when something else is wrong.
  const inTitle = view.socket.state === 'connected' ? troubles.slice(0, 1) : [];
  const others = [...troubles.slice(inTitle.length), ...rest];
  return {
    tone: toneOf(view),
    title: [socket, ...inTitle].map(({ text }) => text).join(' '),
    details: others.map(({ text }) => text),
    aloud: [socket, ...inTitle, ...others].map(({ aloud }) => aloud).join(' '),
  };
}

function toneOf({ socket, draining, worst, deliveries }: LiveView): Headline['tone'] {
  if (draining || socket.state === 'stopped') return 'warn';
  if (socket.state === 'connecting' && socket.close === null) return 'warn';
  if (socket.state !== 'connected') return 'bad';
  if (worst.some(({ error }) => error !== null)) return 'bad';
  return worst.length > 0 || deliveries.some(isInTrouble) ? 'warn' : 'good';
}

function socketPart({ socket, draining }: LiveView, now: number): Part {
  const { state, since } = socket;
  if (state === 'stopped') return same('Stopped.');
  if (draining || state === 'draining')
    return running('Stopping', since, now, 'What is under way ends; nothing new is taken.');
  if (state === 'connected') return running('Connected', since, now, '');
  if (state === 'unauthorized') {
    const next = 'Nothing is dialed until the credentials change: mend them, then reconnect.';
    return running('Not authorized', socket.downSince ?? since, now, `${whyOf(socket)} ${next}`);
  }
  return downPart(socket, now);
}

function downPart(socket: LiveView['socket'], now: number): Part {
  const since = socket.downSince ?? socket.since;
  if (socket.close === null) {
    return socket.state === 'disconnected'
      ? running('Not connected', since, now, 'Nothing is dialed.')
      : running('Connecting', since, now, '');
  }
  const why = whyOf(socket);
  const next = nextPart(socket, now);
  return {
    text: `Disconnected for ${lengthOf(now - since)}: ${why} ${next.text}`,
    aloud: `Disconnected: ${why} ${next.aloud}`,
  };
}

function nextPart({ state, attempt, nextDialAt }: LiveView['socket'], now: number): Part {
  const number = `attempt ${attempt + 1}`;
  if (state === 'disconnected')
    return same('It is not dialed again until somebody resumes or reconnects.');
  if (state === 'connecting')
    return { text: `Dialing now (${number}).`, aloud: 'It is dialed again.' };
  if (nextDialAt === null) return { text: `Next: ${number}.`, aloud: 'It is dialed again.' };
  const left = lengthUntil(nextDialAt - now);
  return { text: `Next attempt in ${left} (${number}).`, aloud: 'It is dialed again.' };
}

function whyOf({ close }: LiveView['socket']): string {
  return close === null ? '' : sentence(close.what);
}

function isComplete({ worst }: LiveView): boolean {
  return worst.length === 0;
}

function channelPart({ counts, worst, socket }: LiveView): Part {
  const total = Object.values(counts).reduce((sum, one) => sum + one, 0);
  const away = total - (counts['joined'] ?? 0);
  if (total === 0) return same('No channel is wanted.');
  if (away === 0) return same(`${all(total)} joined.`);
  const text = `${count(away)} of ${several(total, 'channel')} ${away === 1 ? 'is' : 'are'} not joined`;
  if (socket.state !== 'connected') return same(`${text}; they are rejoined by themselves.`);
  const named = worst.map(({ topic, state, error }) => `${topic} (${error ?? state})`).join(', ');
  return same(`${text}: ${named}${away > worst.length ? ', …' : ''}.`);
}

function all(total: number): string {
  return total === 1 ? 'The one channel is' : `All ${several(total, 'channel')} are`;
}

function isInTrouble({ state, breaker, nextTryAt }: DeliveryStatus): boolean {
  return state !== 'running' || (breaker !== null && breaker !== 'closed') || nextTryAt !== null;
}

function deliveryPart(delivery: DeliveryStatus, now: number): Part {
  const { name, waiting, lastError, nextTryAt } = delivery;
  const error = lastError === null ? '' : `: ${lastError.what}`;
  const head = sentence(`Delivery ${name} ${troubleOf(delivery)}${error}`);
  const next = nextTryAt === null ? '' : ` Next try in ${lengthUntil(nextTryAt - now)}.`;
  const wait = waiting === 0 ? '' : ` ${several(waiting, 'event waits', 'events wait')} for it.`;
  return { text: `${head}${next}${wait}`, aloud: head };
}

function troubleOf({ state, breaker }: DeliveryStatus): string {
  if (state === 'waitingForApp') return 'waits until the application is healthy';
  if (state !== 'running') return `is ${state}`;
  if (breaker === 'open') return 'has failed too often and rests';
  return breaker === 'halfOpen' ? 'tries whether the application is back' : 'tries again';
}

function gapParts({ newestGap, socket }: LiveView, now: number): readonly Part[] {
  if (newestGap === null || socket.state !== 'connected') return [];
  const { from, to } = newestGap;
  if (now - to > GAP_IS_NEWS) return [];
  const times = `between ${clockTime(from)} and ${clockTime(to)} UTC`;
  return [same(`Messages ${times} may have been missed.`)];
}

function running(what: string, since: number, now: number, rest: string): Part {
  return {
    text: `${what} for ${lengthOf(now - since)}. ${rest}`.trim(),
    aloud: `${what}. ${rest}`.trim(),
  };
}

function same(text: string): Part {
  return { text, aloud: text };
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

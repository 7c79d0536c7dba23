/** A random walk of a whole client, which a seed repeats: what may happen, and how it is told when it fails. */

import type { Serializer } from '../../src/protocol/serializer.js';
import { Chance } from './chart-chance.js';
import { lookAt, violations } from './chart-walk-checks.js';
import { WalkClient } from './chart-walk-client.js';
import type { Line } from './chart-walk-line.js';

type Step = (client: WalkClient) => void | Promise<void>;

const TOPICS = ['room:1', 'room:2', 'room:3', 'room:4', 'room:5', 'room:6'];
const LENGTHS = [1, 30, 400, 3000, 12_000, 70_000];
const LIMITS = [1, 2, 3, Infinity];
/** How many steps a client lives. */
const LIFE = 2000;
const TRAIL = 12;

const STEPS: readonly (readonly [weight: number, step: Step])[] = [
  [4, connect],
  [0.4, disconnect],
  [10, join],
  [3, leave],
  [1, changeMind],
  [0.3, insist],
  [10, push],
  [4, endGreeting],
  [8, settleOwnPromise],
  [12, answerDial],
  [20, answerMessage],
  [3, ignoreMessage],
  [3, endMembership],
  [1, forgetMembership],
  [4, broadcast],
  [3, repeatFrame],
  [1, endLine],
  [3, speakStale],
  [0.3, changeMood],
  [2, pauseOrResume],
  [12, passTime],
  [0.3, sleep],
];

/** Resolves to what did not hold, and when; null: all held. Adds the states that were visited. */
export async function walk(
  seed: number,
  steps: number,
  serializer: Serializer,
  visited = new Set<string>(),
): Promise<string | null> {
  const chance = new Chance(seed);
  for (let done = 0; done < steps; done += LIFE) {
    const client = new WalkClient(chance, serializer, visited);
    const found = await live(client, Math.min(LIFE, steps - done));
    if (found !== null) return `seed ${seed}, step ${done + found.step}: ${found.what}`;
  }
  return null;
}

async function live(
  client: WalkClient,
  steps: number,
): Promise<{ step: number; what: string } | null> {
  const trail: string[] = [];
  client.sockets.connect();
  for (let step = 1; step <= steps; step += 1) {
    const next = client.chance.weigh(STEPS);
    trail.push(next.name);
    await next(client);
    await client.rests();
    const [what] = violations(client);
    if (what !== undefined)
      return { step, what: `${what}, after ${trail.slice(-TRAIL).join(', ')}` };
  }
  const left = await stop(client);
  return left === null ? null : { step: steps, what: left };
}

/** The end of a client: all settles, all is let go of. */
async function stop(client: WalkClient): Promise<string | null> {
  const stopped = client.sockets.stop();
  for (const line of client.server.linesThat(() => true)) client.server.ends(line);
  await stopped;
  await client.rests();
  const { joins, leaves, pushes, clock } = client;
  const unsettled = [...pushes].filter(({ push: { settled } }) => !settled);
  const left = { timers: clock.pending, joins: joins.size, leaves: leaves.size };
  const all = { ...left, pushes: unsettled.length };
  const isLeft = Object.values(all).some((count) => count > 0);
  return isLeft ? `after the stop there were left: ${JSON.stringify(all)}` : null;
}

function connect({ sockets }: WalkClient): void {
  sockets.connect();
}

function disconnect({ sockets }: WalkClient): void {
  sockets.disconnect();
}

function join(client: WalkClient): void {
  client.join(topic(client));
}

function leave(client: WalkClient): void {
  client.leave(topic(client));
}

function changeMind(client: WalkClient): void {
  const wanted = topic(client);
  client.leave(wanted);
  client.join(wanted);
  if (client.chance.happens(0.5)) client.leave(wanted);
}

/** Joins again and again: from the sixth time on it has to wait. */
async function insist(client: WalkClient): Promise<void> {
  const wanted = topic(client);
  for (let time = 0; time < 8; time += 1) {
    client.join(wanted);
    await answerAll(client);
    client.leave(wanted);
    await answerAll(client);
  }
  client.join(wanted);
}

async function answerAll(client: WalkClient): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    for (const line of client.server.linesThat(isOpen)) client.server.answersOne(line);
    await client.rests();
  }
}

function push(client: WalkClient): void {
  client.push(topic(client));
}

function endGreeting(client: WalkClient): void {
  client.endsGreeting();
}

/** The worker falls behind, or catches up. */
function pauseOrResume({ sockets }: WalkClient): void {
  if (sockets.isReadingPaused) sockets.resumeReading();
  else sockets.pauseReading();
}

function settleOwnPromise({ chance, owed }: WalkClient): void {
  const settle = chance.pick(owed);
  if (settle === undefined) return;
  owed.splice(owed.indexOf(settle), 1);
  settle();
}

function answerDial(client: WalkClient): void {
  onLine(client, isDialing, (line) => client.server.answersDial(line));
}

function answerMessage(client: WalkClient): void {
  onLine(client, isOpen, (line) => client.server.answersOne(line));
}

function ignoreMessage(client: WalkClient): void {
  onLine(client, isOpen, (line) => client.server.ignoresOne(line));
}

function endMembership(client: WalkClient): void {
  onLine(client, isOpen, (line) => client.server.endsMembership(line));
}

function forgetMembership(client: WalkClient): void {
  onLine(client, isOpen, (line) => client.server.forgetsMembership(line));
}

function broadcast(client: WalkClient): void {
  onLine(client, isOpen, (line) => client.server.broadcasts(line));
}

function repeatFrame(client: WalkClient): void {
  onLine(client, isOpen, (line) => client.server.repeats(line));
}

function endLine(client: WalkClient): void {
  onLine(client, isOpen, (line) => client.server.ends(line));
}

/** What an earlier session says moves nothing. */
function speakStale(client: WalkClient): void {
  onLine(client, isStale, (line) => {
    const before = lookAt(client);
    if (client.chance.happens(0.5)) client.server.ends(line);
    else client.server.repeats(line);
    const after = lookAt(client);
    const isMoved = after.some((seen, index) => seen !== before[index]);
    if (isMoved) client.server.protests('a stale line moved something');
  });
}

function changeMood({ chance, server }: WalkClient): void {
  server.eagerness = chance.pick([0, 0.3, 0.8]) ?? 0;
  server.limit = chance.pick(LIMITS) ?? Infinity;
}

async function passTime(client: WalkClient): Promise<void> {
  await client.passes(client.chance.pick(LENGTHS) ?? 0);
}

function sleep({ clock }: WalkClient): void {
  clock.sleep(600_000);
}

function topic({ chance }: WalkClient): string {
  return chance.pick(TOPICS) ?? 'room:1';
}

function onLine(
  { chance, server }: WalkClient,
  hold: (line: Line) => boolean,
  act: (line: Line) => void,
): void {
  const line = chance.pick(server.linesThat(hold));
  if (line !== undefined) act(line);
}

function isDialing(line: Line): boolean {
  return line.isLive && line.state === 'dialing';
}

function isOpen(line: Line): boolean {
  return line.isLive && line.state === 'open';
}

function isStale(line: Line): boolean {
  return !line.isLive;
}

/** The scenarios that a client can play against a running server, and what comes of them. */

import { isDeepStrictEqual } from 'node:util';
import type { TransportName } from '../../src/sockets/transports.js';
import { LiveStage } from './client-live-stage.js';
import type { Told } from './client-model.js';
import { type Plan, planOf } from './client-plan.js';
import { manifest, tagged } from './manifest.js';
import { hasLongPoll, overLongPoll } from './over-longpoll.js';
import { readRecording, type Server } from './recording.js';
import { replay } from './replay.js';

export type Outcome = { readonly told: unknown; readonly expected: unknown };

/** By transport. */
export const liveScenarios: { readonly [T in TransportName]: readonly string[] } = {
  websocket: tagged('client').filter((name) => tagged('live').includes(name)),
  longpoll: tagged('client').filter((name) => tagged('live').includes(name) && hasLongPoll(name)),
};

/** Of a server that may be any of these, expects what one of them was recorded to do. */
export async function playLive(
  scenario: string,
  servers: readonly Server[],
  urlOf: (mount: string) => string,
  transport: TransportName,
): Promise<Outcome> {
  const stage = new LiveStage(urlOf, transport);
  const recordings = servers
    .map((server) => readRecording(server, scenario))
    .map((recording) => (transport === 'longpoll' ? overLongPoll(recording, scenario) : recording));
  const plans = recordings.map((each) => planOf(scenario, each, stage.transport.name));
  const [recording] = recordings;
  const [plan] = plans;
  if (recording === undefined || plan === undefined) throw new Error('expected a server');
  const all = await replay(recording, plan, stage);
  const told = steady(manifest[scenario]?.endless ? asMuchAs(plan, all) : all);
  const expectations = plans.map((each) => steady(each.told));
  const match = expectations.find((each) => isDeepStrictEqual(each, told));
  return { told, expected: match ?? expectations[0] };
}

/** How many messages come before the client hangs up is chance. */
function asMuchAs(plan: Plan, told: readonly Told[]): readonly Told[] {
  const messages = told.filter(isMessage);
  const surplus = new Set(messages.slice(plan.told.filter(isMessage).length));
  return told.filter((each) => !surplus.has(each));
}

function isMessage({ callback }: Told): boolean {
  return callback === 'handleMessage';
}

/** The numbers of `numbers:*` keep their sign only; bytes become text that JSON can hold. */
function steady(told: readonly Told[]): unknown {
  const text = JSON.stringify(told, (key, value: unknown) => {
    if (value instanceof Uint8Array) return { base64: Buffer.from(value).toString('base64') };
    return key === 'number' && typeof value === 'number' ? Math.sign(value) : value;
  });
  return JSON.parse(text);
}

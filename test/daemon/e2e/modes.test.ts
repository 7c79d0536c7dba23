/** Every way to the application brings the same events under the same ids. */

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { SLOW_START } from '../../support/child-program.js';
import type { Call } from '../support/application.js';
import { EventReader } from '../support/event-reader.js';
import { type Event, eventsOf, wrongWith } from '../support/told.js';
import { TOPICS, until, World } from '../support/world.js';

const EACH = 4;
const COUNT = EACH * TOPICS.length;
const WAYS = ['structured', 'binary', 'lines', 'file'];

test('webhooks, streams, pulls, stdout and a file tell the same events under the same ids', {
  timeout: SLOW_START,
}, async () => {
  const world = await World.begin((usual) => ({
    channels: Object.fromEntries(
      TOPICS.map((topic) => [topic, { deliver: WAYS, presence: false }]),
    ),
    deliver: {
      structured: { webhook: `${usual.application}/structured` },
      binary: { webhook: `${usual.application}/binary`, mode: 'binary' },
      lines: { stdout: 'ndjson' },
      file: { file: `${usual.folder}/events.ndjson` },
    },
  }));
  const { application, daemon, folder } = world;
  const events = `${daemon.api}/v1/events`;
  const sse = await EventReader.open(`${events}?event=said`, { accept: 'text/event-stream' });
  const ndjson = await EventReader.open(`${events}?event=said`, { accept: 'application/x-ndjson' });
  for (let n = 0; n < EACH; n += 1) for (const topic of TOPICS) world.say(topic);

  const calls = await application.called(2 * COUNT);
  const structured = eventsOf(calls.filter(({ path }) => path === '/structured'));
  expect(wrongWith(structured)).toEqual([]);
  const told = inOrder(structured.map(signOf));
  expect(told).toHaveLength(COUNT);
  const others = {
    binary: calls.filter(({ path }) => path === '/binary').map(ofBinary),
    sse: await many(() => sse.event()),
    ndjson: await many(() => ndjson.json()),
    pull: await pulled(world),
    stdout: await many(async () => JSON.parse(await daemon.printed()) as Event),
    file: await inFile(`${folder}/events.ndjson`),
  };
  for (const [way, signs] of Object.entries(others)) {
    expect.soft(inOrder(signs.map(signOf)), way).toEqual(told);
  }
  sse.close();
  ndjson.close();
  expect((await daemon.stop()).code).toBe(0);
});

type Told = Pick<Event, 'id' | 'type' | 'phxseq'> & {
  readonly subject?: string;
  readonly data?: unknown;
};

function signOf({ id, type, subject, phxseq, data }: Told): string {
  return JSON.stringify([id, type, subject, phxseq, data]);
}

function inOrder(signs: readonly string[]): readonly string[] {
  return [...signs].sort();
}

async function many(next: () => Promise<Told>): Promise<readonly Told[]> {
  const all: Told[] = [];
  while (all.length < COUNT) all.push(await next());
  return all;
}

function ofBinary({ headers, body }: Call): Told {
  const of = (name: string): string => String(headers[`ce-${name}`]);
  const data: unknown = JSON.parse(body);
  return {
    id: of('id'),
    type: of('type'),
    subject: of('subject'),
    phxseq: Number(of('phxseq')),
    data,
  };
}

/** All at once, because the topic of what is not acknowledged waits. */
async function pulled({ daemon }: World): Promise<readonly Told[]> {
  const all: Told[] = [];
  while (all.length < COUNT) {
    const { body } = await daemon.ask('/v1/events/pull?consumer=c&event=said&wait=5s');
    const events = body['events'] as readonly Told[];
    all.push(...events);
    await daemon.ask('/v1/events/ack', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ consumer: 'c', ids: events.map(({ id }) => id) }),
    });
  }
  return all;
}

async function inFile(file: string): Promise<readonly Told[]> {
  const lines = (): readonly string[] => readFileSync(file, 'utf8').trimEnd().split('\n');
  await until(() => lines().length >= COUNT);
  return lines().map((line) => JSON.parse(line) as Event);
}

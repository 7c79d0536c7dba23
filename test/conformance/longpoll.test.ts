/** The double and the client against recordings of a real Phoenix's long poll. */

import { describe, expect, test } from 'vitest';
import { PhoenixDouble } from '../../src/testing/phoenix-double.js';
import { seedChannels } from '../../src/testing/seed-channels.js';
import { LongPollDialed } from '../transport/longpoll-dialed.js';
import {
  comparableBody,
  type Exchange,
  type LongPollAnswer,
  readExchanges,
  tokenIn,
} from './longpoll-recording.js';
import { tagged } from './manifest.js';
import { SERVERS } from './recording.js';

const everywhere = SERVERS.flatMap((server) =>
  tagged('longpoll').map((scenario) => ({ server, scenario })),
);

describe.each(everywhere)('$scenario, as $server', ({ server, scenario }) => {
  test('the double answers each request as Phoenix did', async () => {
    await using double = await PhoenixDouble.start(seedChannels(), { server });
    let token: string | null = null;
    for (const exchange of readExchanges(server, scenario)) {
      const { answer, text } = await ask(double, exchange, token);
      token = tokenIn(text) ?? token;
      expect(answer).toEqual(exchange.answer);
    }
  });
});

describe.each(SERVERS)('as %s', (server) => {
  test('the client hears of the recorded session what Phoenix said, in order', async () => {
    const recorded = readExchanges(server, 'longpoll-session');
    const frames = recorded.flatMap(({ answer }) => (answer.body as Heard).frames ?? []);
    await using double = await PhoenixDouble.start(seedChannels(), { server });
    await using dialed = new LongPollDialed(`http://127.0.0.1:${double.port}${recorded[0]!.path}`);
    await dialed.opened();

    const heard: unknown[] = [];
    for (const { body, answer } of recorded) {
      for (const frame of body?.split('\n') ?? []) dialed.connection.send(frame);
      for (const _frame of (answer.body as Heard).frames ?? [])
        heard.push(JSON.parse(String(await dialed.frames.next())));
    }

    expect(heard).toEqual(frames);
  });

  test('the client is refused as Phoenix refused it', async () => {
    const [denied] = readExchanges(server, 'longpoll-denied');
    await using double = await PhoenixDouble.start(seedChannels(), { server });
    await using dialed = new LongPollDialed(`http://127.0.0.1:${double.port}${denied!.path}`);

    expect(await dialed.closed).toMatchObject({ cause: 'refused', status: 403, code: 1006 });
  });
});

type Heard = { readonly frames: readonly unknown[] | null };

/** With the token of this run in the place of the recorded one. */
async function ask(
  double: PhoenixDouble,
  { method, path, headers, body }: Exchange,
  token: string | null,
): Promise<{ readonly answer: LongPollAnswer; readonly text: string }> {
  const url = new URL(path, `http://127.0.0.1:${double.port}`);
  if (token !== null && url.searchParams.get('token') !== 'garbage')
    url.searchParams.set('token', token);
  const response = await fetch(url, { method, headers, body });
  const text = await response.text();
  const contentType = response.headers.get('content-type');
  return { answer: { status: response.status, contentType, body: comparableBody(text) }, text };
}

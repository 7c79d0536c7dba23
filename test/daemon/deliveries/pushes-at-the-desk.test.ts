/** Pushes in the answer of a webhook that the daemon's own desk takes, or never can. */

import { expect, test } from 'vitest';
import { StoreError } from '../../../src/errors.js';
import { stage } from '../support/api-stage.js';
import { Application, status } from '../support/application.js';
import { DeliveryStage } from '../support/delivery-stage.js';
import { echo } from '../support/pushing.js';

test.each(['volatile', 'buffered', 'confirmed'])(
  'a %s one to a topic that nobody has joined is refused, and holds up nothing',
  async (delivery) => {
    const { desk } = await stage();
    const nobodys = { ...echo, topic: 'room:nobody', delivery };
    const app = await Application.start(status(200, { push: [nobodys] }));
    const accept = desk.accept.bind(desk);
    const events = DeliveryStage.to(app.url, {}, { accept });
    events.say('room:1', 1);
    events.say('room:1', 2);
    await events.shows({ delivered: 2, pushesRefused: 2, retried: 0 });
    expect(events.lines.all.at(-1)).toMatchObject({
      msg: 'a push in an answer can never be sent',
      error: 'the topic room:nobody is not wanted: join it first',
    });
  },
);

test('one to a topic that is joined later waits', async () => {
  const { desk, sidecar, double } = await stage();
  sidecar.pause();
  const app = await Application.start(status(200, { push: [echo] }));
  const events = DeliveryStage.to(app.url, {}, { accept: desk.accept.bind(desk) });
  events.say('room:1', 1);
  await events.shows({ delivered: 1, pushesRefused: 0 });
  sidecar.resume();
  await expect.poll(() => echoesAt(double.log)).toHaveLength(1);
});

test('one under a key that was taken already is that one, though it says something else now', async () => {
  const { desk, double } = await stage();
  const app = await Application.start((call, answer) => {
    const n = Number(call.headers['webhook-attempt']);
    status(200, { push: [{ ...echo, payload: { n } }, echo] })(call, answer);
  });
  const failures = [new StoreError('PHX_STORE_FAILED', 'the disk is full')];
  const events = DeliveryStage.to(
    app.url,
    {},
    {
      accept: async (order, key) => {
        const failure = key.endsWith(':1') ? failures.pop() : undefined;
        if (failure !== undefined) throw failure;
        await desk.accept(order, key);
      },
    },
  );
  events.say('room:1', 1);
  await events.shows({ delivered: 1, retried: 1, pushesRefused: 0 });
  await expect.poll(() => echoesAt(double.log)).toHaveLength(2);
  expect(app.calls).toHaveLength(2);
});

function echoesAt(log: readonly { readonly kind: string }[]): readonly unknown[] {
  return log.filter(
    (entry) => entry.kind === 'received' && 'event' in entry && entry.event === 'echo',
  );
}

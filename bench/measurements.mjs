/** What is measured of a contender, in a process that has measured nothing before. */

import { createHook } from 'node:async_hooks';
import { topicName } from './frames.mjs';

const PAYLOAD = { id: 1_742_001, body: 'hello', to: 'u-1742' };

export const MEASUREMENTS = { receive, push, join, steady, ask, deliver };

/** Messages a second through callbacks, from the first that arrives to the last. */
async function receive(contender, server, { messages, warmUp, topics, bytes }) {
  await contender.connection.join(topicNames(topics));
  await arrival(contender, server, { messages: warmUp, topics, bytes });
  return timed(
    server,
    (clock) => arrival(contender, server, { messages, topics, bytes }, clock),
    messages,
  );
}

/** Replied pushes a second, so many of them in flight at a time. */
async function push({ connection }, server, { pushes, warmUp, window }) {
  const [topic] = topicNames(1);
  await connection.join([topic]);
  await pipeline(connection, topic, warmUp, window);
  return timed(server, () => pipeline(connection, topic, pushes, window), pushes);
}

/** Joins a second, all asked for at once, and the heap that each leaves behind. */
async function join({ connection }, server, { topics }) {
  const names = topicNames(topics);
  const before = heapUsed();
  const { perSecond, ...busy } = await timed(server, () => connection.join(names), topics);
  return { perSecond, ...busy, heapPerChannel: (heapUsed() - before) / topics };
}

/** How much the heap has grown by so many messages, and what a message has cost beside memory. */
async function steady(contender, server, { messages, warmUp, bytes }) {
  const wanted = { topics: 1, bytes };
  await contender.connection.join(topicNames(1));
  await arrival(contender, server, { ...wanted, messages: warmUp });
  const before = heapUsed();
  await arrival(contender, server, { ...wanted, messages });
  const heapGrowth = heapUsed() - before;
  const made = await counted(() => arrival(contender, server, { ...wanted, messages: warmUp }));
  return {
    heapGrowth,
    promisesPerMessage: made.PROMISE / warmUp,
    timersPerMessage: made.Timeout / warmUp,
  };
}

/** Replied pushes a second with `window` in flight, and milliseconds of each with one in flight. */
async function ask({ connection }, _server, { pushes, warmUp, window, alone }) {
  const [topic] = topicNames(1);
  await connection.join([topic]);
  await pipeline(connection, topic, warmUp, window);
  const speed = await speedOf(connection, pushes, () =>
    pipeline(connection, topic, pushes, window),
  );
  const took = [];
  for (let done = 0; done < alone; done += 1) {
    const from = performance.now();
    await new Promise((replied) => void connection.push(topic, PAYLOAD, replied));
    took.push(performance.now() - from);
  }
  return { ...speed, ...percentiles(took) };
}

/** Broadcasts a second that reach the application, and milliseconds from the server to it when few come. */
async function deliver(contender, server, { messages, warmUp, topics, bytes, paced, every }) {
  const { connection } = contender;
  const ask = (wanted) => connection.broadcast?.(wanted) ?? server(wanted);
  await connection.join(topicNames(topics));
  await arrival(contender, ask, { messages: warmUp, topics, bytes });
  const speed = await speedOf(connection, messages, () =>
    arrival(contender, ask, { messages, topics, bytes }),
  );
  const took = await arrivalTimes(contender, ask, { messages: paced, topics, every });
  return { ...speed, ...percentiles(took) };
}

/** Microseconds of a processor in what stands between the application and the server. */
async function speedOf(connection, count, work) {
  const cpu = connection.cpu?.bind(connection) ?? (() => total(process.cpuUsage()) / 1000);
  const before = await cpu();
  const from = performance.now();
  await work();
  const elapsed = performance.now() - from;
  return {
    perSecond: (count / elapsed) * 1000,
    cpuEach: (((await cpu()) - before) / count) * 1000,
  };
}

async function arrivalTimes(contender, ask, wanted) {
  const took = [];
  const all = new Promise((resolve) => {
    contender.onMessage = ({ sentAt }) => {
      took.push(performance.timeOrigin + performance.now() - sentAt);
      if (took.length === wanted.messages) resolve();
    };
  });
  await ask({ ask: 'broadcast', ...wanted });
  await all;
  return took;
}

function percentiles(values) {
  const sorted = values.sort((a, b) => a - b);
  const at = (part) => sorted[Math.ceil(part * sorted.length) - 1];
  return { p50: at(0.5), p99: at(0.99) };
}

function topicNames(count) {
  return Array.from({ length: count }, (_, index) => topicName(index));
}

/** Resolves when all have been handed to the callback. */
async function arrival(contender, server, wanted, clock) {
  const last = new Promise((resolve) => {
    let left = wanted.messages;
    contender.onMessage = () => {
      if (left === wanted.messages) clock?.start();
      left -= 1;
      if (left > 0) return;
      clock?.stop();
      resolve();
    };
  });
  await server({ ask: 'broadcast', ...wanted });
  await last;
}

function pipeline(connection, topic, pushes, window) {
  return new Promise((resolve) => {
    let [pushed, replied] = [0, 0];
    const pushNext = () => {
      pushed += 1;
      connection.push(topic, PAYLOAD, onReply);
    };
    const onReply = () => {
      replied += 1;
      if (pushed < pushes) pushNext();
      else if (replied === pushes) resolve();
    };
    while (pushed < Math.min(window, pushes)) pushNext();
  });
}

/** `clock` may narrow the time that counts. Busy: the part of it that each process had on a processor. */
async function timed(server, work, count) {
  const clock = new Stopwatch();
  const { cpu: serverBefore } = await server({ ask: 'cpu' });
  const before = process.cpuUsage();
  const [from, to] = await clock.span(work);
  const used = total(process.cpuUsage(before)) / 1000;
  const whole = to - from;
  const { cpu: serverAfter } = await server({ ask: 'cpu' });
  return {
    perSecond: (count / clock.elapsed) * 1000,
    perCpuSecond: (count / used) * 1000,
    clientBusy: used / whole,
    serverBusy: (total(serverAfter) - total(serverBefore)) / 1000 / whole,
  };
}

function total({ user, system }) {
  return user + system;
}

class Stopwatch {
  elapsed = 0;
  #from = 0;

  start() {
    this.#from = performance.now();
  }

  stop() {
    this.elapsed = performance.now() - this.#from;
  }

  async span(work) {
    const from = performance.now();
    this.#from = from;
    await work(this);
    const to = performance.now();
    if (this.elapsed === 0) this.elapsed = to - from;
    return [from, to];
  }
}

function heapUsed() {
  for (let times = 0; times < 3; times += 1) globalThis.gc();
  return process.memoryUsage().heapUsed;
}

/** How many promises and timers were made meanwhile. */
async function counted(work) {
  const made = { PROMISE: 0, Timeout: 0 };
  const hook = createHook({
    init(_id, type) {
      if (type in made) made[type] += 1;
    },
  });
  hook.enable();
  await work();
  hook.disable();
  return made;
}

/** The verbs of a simulation, over a server and a clock: of the client they know only how it is stopped. */

import type { Message } from '../contract.js';
import { type Duration, milliseconds } from '../policy/duration.js';
import type { Close } from '../protocol/close.js';
import { EVENTS } from '../protocol/names.js';
import type { MemoryRefusal } from '../transport/memory-transport.js';
import type { ClientRequest } from './client-request.js';
import {
  dialExpected,
  type Expectation,
  hangUpExpected,
  joinExpected,
  leaveExpected,
  pushExpected,
  unexpected,
  unmet,
} from './expectation.js';
import type { Happening } from './happening.js';
import type { PayloadPart } from './part-of.js';
import { notJoined, remedyFor } from './remedy.js';
import type { Scene } from './scene.js';
import type { AcceptedDial, ServerJoin, ServerPush, Simulation } from './simulation.js';
import type { SimulatedChannel } from './simulated-channel.js';
import type { SimulatedClock } from './simulated-time.js';

/** A callback, `terminate` and the transports are given up after 5 s each; a simulation that needs longer hangs. */
const LONGEST_STOP = 60_000;

export class Verbs implements Simulation {
  readonly #scene: Scene;

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  get clock(): SimulatedClock {
    return this.#scene.time;
  }

  async acceptConnect(): Promise<AcceptedDial> {
    const { dial } = await this.#claim(dialExpected('acceptConnect'));
    const { url, headers, authToken } = dial.request;
    this.#scene.server.accept(dial);
    await this.#quiet();
    return { url, headers, authToken };
  }

  async refuseConnect(answer: MemoryRefusal): Promise<void> {
    const { dial } = await this.#claim(dialExpected('refuseConnect'));
    dial.refuse(answer);
    await this.#quiet();
  }

  async expectJoin(topic: string, params?: PayloadPart): Promise<ServerJoin> {
    const request = await this.#claim(joinExpected(topic, params));
    return { topic, params: request.message.payload, ...this.#answersTo(request) };
  }

  async expectPush(topic: string, event: string, payload?: PayloadPart): Promise<ServerPush> {
    const request = await this.#claim(pushExpected(topic, event, payload));
    return { topic, event, payload: request.message.payload, ...this.#answersTo(request) };
  }

  async expectLeave(topic: string): Promise<void> {
    const request = await this.#claim(leaveExpected(topic));
    request.answer('ok', {});
    await this.#quiet();
  }

  async expectDisconnect(): Promise<Close> {
    const { closed } = await this.#claim(hangUpExpected('expectDisconnect'));
    return { cause: 'requested', ...closed, status: null };
  }

  async expectNothing(within: Duration = 0): Promise<void> {
    const { server, time } = this.#scene;
    const ms = milliseconds('within', within);
    await time.pass(ms, () => server.unclaimed.length > 0);
    if (server.unclaimed.length > 0) throw unexpected(server.unclaimed, ms);
  }

  async pushMessage({ topic, event, payload }: Message): Promise<void> {
    (await this.#joined(topic)).push(event, payload);
    await this.#quiet();
  }

  async crash(topic: string): Promise<void> {
    (await this.#joined(topic)).end(EVENTS.error);
    await this.#quiet();
  }

  async close(topic: string): Promise<void> {
    (await this.#joined(topic)).end(EVENTS.close);
    await this.#quiet();
  }

  async disconnect({ code, reason = '' }: Partial<Close> = {}): Promise<void> {
    const { server } = this.#scene;
    await this.#quiet();
    if (!server.isConnected) throw new Error('there is no connection to end: acceptConnect first');
    server.dismiss(code, reason);
    await this.#quiet();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { subject, time } = this.#scene;
    const stopped = subject.stop();
    await time.pass(LONGEST_STOP, () => subject.ending !== null);
    await stopped;
    await time.quiet();
  }

  async #claim<H extends Happening>(expectation: Expectation<H>): Promise<H> {
    await this.#quiet();
    const { server } = this.#scene;
    const claimed = server.claim((each): each is H => expectation.matches(each));
    if (claimed !== undefined) return claimed;
    const { unclaimed } = server;
    throw unmet(expectation, { unclaimed, remedy: remedyFor(expectation, this.#scene) });
  }

  async #joined(topic: string): Promise<SimulatedChannel> {
    await this.#quiet();
    const channel = this.#scene.server.channel(topic);
    if (channel?.isJoined !== true) throw notJoined(topic, this.#scene);
    return channel;
  }

  #answersTo(request: ClientRequest): Pick<ServerPush, 'reply' | 'refuse'> {
    const answer = async (status: 'ok' | 'error', response: unknown): Promise<void> => {
      await this.#quiet();
      request.answer(status, response);
      await this.#quiet();
    };
    return {
      reply: (response = {}) => answer('ok', response),
      refuse: (response = {}) => answer('error', response),
    };
  }

  #quiet(): Promise<void> {
    return this.#scene.time.quiet();
  }
}

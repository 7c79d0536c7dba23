/** HTTP alone: a bare hono handler that answers at once, and a loop that posts to another; no Phoenix is near. */

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Application, post } from '../application.mjs';

export async function connect(_url, onMessage) {
  const application = await Application.listen(onMessage);
  const child = fork(fileURLToPath(new URL('../handler.mjs', import.meta.url)));
  const [{ url }] = await once(child, 'message');
  return new Handler(child, url, application);
}

class Handler {
  #child;
  #url;
  #application;

  constructor(child, url, application) {
    this.#child = child;
    this.#url = url;
    this.#application = application;
  }

  async join() {}

  async push(topic, payload, replied) {
    const order = { topic, event: 'echo', payload, wait: 'reply' };
    replied(await post(`${this.#url}/v1/push`, JSON.stringify(order)));
  }

  /** Instead of the server. */
  async broadcast(wanted) {
    await this.#ask({ ask: 'broadcast', ...wanted, to: this.#application.url });
  }

  async cpu() {
    const { cpu } = await this.#ask({ ask: 'cpu' });
    return (cpu.user + cpu.system) / 1000;
  }

  async close() {
    this.#child.disconnect();
    await once(this.#child, 'exit');
    this.#application.close();
  }

  async #ask(question) {
    const answer = once(this.#child, 'message');
    this.#child.send(question);
    return (await answer)[0];
  }
}

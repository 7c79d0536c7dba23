/** This project, as a worker: messages in `handleMessage`, replies in `handleReply`. */

import { GenSocketClient, hasCode } from 'gen-socket-client';

export async function connect(url, onMessage) {
  const worker = new Worker(onMessage);
  const client = start(worker, url);
  await worker.connected;
  return new Ours(worker, client);
}

/** With as many joins in flight as are wanted; a version that knows no `false` here is told `Infinity`. */
function start(worker, url) {
  try {
    return worker.start({ url, rejoin: { concurrency: false } });
  } catch (error) {
    if (!hasCode(error, 'PHX_BAD_OPTION')) throw error;
    return worker.start({ url, rejoin: { concurrency: Infinity } });
  }
}

class Worker extends GenSocketClient {
  connected;
  #handleConnected;
  #onMessage;
  #joinsLeft = 0;
  #joined;
  #replied;

  constructor(onMessage) {
    super();
    this.#onMessage = onMessage;
    this.connected = new Promise((resolve) => {
      this.#handleConnected = resolve;
    });
  }

  handleConnected() {
    this.#handleConnected();
  }

  handleMessage({ payload }) {
    this.#onMessage(payload);
  }

  handleJoined() {
    this.#joinsLeft -= 1;
    if (this.#joinsLeft === 0) this.#joined();
  }

  handleReply({ response }) {
    this.#replied(response);
  }

  joinAll(topics) {
    this.#joinsLeft = topics.length;
    for (const topic of topics) this.join(topic);
    return new Promise((resolve) => {
      this.#joined = resolve;
    });
  }

  echo(topic, payload, replied) {
    this.#replied = replied;
    this.push(topic, 'echo', payload);
  }

  async echoAwaited(topic, payload, replied) {
    replied(await this.push(topic, 'echo', payload).ok());
  }
}

class Ours {
  #worker;
  #client;

  constructor(worker, client) {
    this.#worker = worker;
    this.#client = client;
  }

  join(topics) {
    return this.#worker.joinAll(topics);
  }

  push(topic, payload, replied) {
    this.#worker.echo(topic, payload, replied);
  }

  pushAwaited(topic, payload, replied) {
    void this.#worker.echoAwaited(topic, payload, replied);
  }

  close() {
    void this.#client.stop();
  }
}

/** The limit: `ws`, `JSON.parse`, and one `Map` each for topics and refs. It keeps no promise that a client makes. */

import { WebSocket } from 'ws';

export async function connect(url, onMessage) {
  const ws = new WebSocket(`${url}/websocket?vsn=2.0.0`, { perMessageDeflate: false });
  await new Promise((resolve, reject) => ws.once('open', resolve).once('error', reject));
  const limit = new Limit(ws, onMessage);
  ws.on('message', (data) => limit.receive(data.toString()));
  return limit;
}

class Limit {
  #ws;
  #onMessage;
  #topics = new Map();
  #replies = new Map();
  #ref = 0;

  constructor(ws, onMessage) {
    this.#ws = ws;
    this.#onMessage = onMessage;
  }

  receive(text) {
    const [, ref, topic, event, payload] = JSON.parse(text);
    if (event === 'phx_reply') this.#settle(ref, payload);
    else this.#topics.get(topic)(payload, event);
  }

  join(topics) {
    return new Promise((resolve) => {
      let left = topics.length;
      const joined = () => {
        left -= 1;
        if (left === 0) resolve();
      };
      for (const topic of topics) {
        this.#topics.set(topic, this.#onMessage);
        this.#push(topic, 'phx_join', {}, joined);
      }
    });
  }

  push(topic, payload, replied) {
    this.#push(topic, 'echo', payload, replied);
  }

  close() {
    this.#ws.close();
  }

  #push(topic, event, payload, replied) {
    this.#ref += 1;
    const ref = String(this.#ref);
    this.#replies.set(ref, replied);
    this.#ws.send(JSON.stringify(['1', ref, topic, event, payload]));
  }

  #settle(ref, payload) {
    const replied = this.#replies.get(ref);
    this.#replies.delete(ref);
    replied(payload.response);
  }
}

/** The official `phoenix` client, over `ws`. */

import { Socket } from 'phoenix';
import { WebSocket } from 'ws';

export async function connect(url, onMessage) {
  const socket = new Socket(url, { transport: WebSocket });
  await new Promise((resolve) => {
    socket.onOpen(resolve);
    socket.connect();
  });
  return new Official(socket, onMessage);
}

class Official {
  #socket;
  #onMessage;
  #channels = new Map();

  constructor(socket, onMessage) {
    this.#socket = socket;
    this.#onMessage = onMessage;
  }

  join(topics) {
    return new Promise((resolve) => {
      let left = topics.length;
      const joined = () => {
        left -= 1;
        if (left === 0) resolve();
      };
      for (const topic of topics) {
        const channel = this.#socket.channel(topic, {});
        this.#channels.set(topic, channel);
        channel.on('new_msg', this.#onMessage);
        channel.join().receive('ok', joined);
      }
    });
  }

  push(topic, payload, replied) {
    this.#channels.get(topic).push('echo', payload).receive('ok', replied);
  }

  close() {
    this.#socket.disconnect();
  }
}

/** An open long poll between the transport and a server that the test plays. */

import { LongPollDialed, type LongPollDialOptions } from './longpoll-dialed.js';
import { type Asked, LongPollServer } from './longpoll-server.js';

/** An open session, and the GET that is outstanding. */
export async function session(options: LongPollDialOptions = {}) {
  const server = await LongPollServer.start();
  const dialed = new LongPollDialed(server.url, options);
  const get = await server.opened();
  await dialed.opened();
  const release = async (): Promise<void> => {
    await dialed[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  };
  return { server, dialed, get, [Symbol.asyncDispose]: release };
}

/** The next POST, answered. */
export async function accepted({ server }: { readonly server: LongPollServer }): Promise<Asked> {
  const post = await server.posts.next();
  post.say({ status: 200 });
  return post;
}

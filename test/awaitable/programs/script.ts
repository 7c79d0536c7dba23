/** A script as people write it: does what it came for and says no more. What is to end it by itself is the argument. */

import { connect, hasCode } from '../../../src/index.js';
import { say } from '../../support/say.js';

const [url = '', how] = process.argv.slice(2);

if (how === 'refused') {
  const error: unknown = await connect(url).catch((reason: unknown) => reason);
  say(hasCode(error, 'PHX_UPGRADE_REFUSED') ? error.code : String(error));
} else if (how === 'disposed') {
  await using socket = await connect(url);
  const ping = await socket.join('ping:1');
  say(JSON.stringify(await ping.push('echo', { n: 1 }).ok()));
} else {
  const socket = await connect(url);
  const ping = await socket.join('ping:1');
  const wait = ping.receive({ timeout: false }).catch((error: unknown) => {
    say(hasCode(error, 'PHX_CLOSED') ? error.code : String(error));
  });
  void ping.messages('tick').next();
  void socket.changes().next();
  await (how === 'disconnected' ? socket.disconnect() : socket.drain());
  await wait;
}

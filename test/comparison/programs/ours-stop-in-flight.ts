/** Our client that stops while a push waits for its reply, for which it would wait an hour. */

import { GenSocketClient } from '../../../src/index.js';
import { say } from '../../support/say.js';

class Worker extends GenSocketClient {
  override init(): void {
    this.join('desk:1');
  }

  override handleJoined(): void {
    const push = this.push('desk:1', 'ask', {}, { timeout: '1h' });
    void push.outcome().then((outcome) => {
      if (!outcome.ok && 'delivered' in outcome.error)
        say(outcome.error.code, outcome.error.delivered);
    });
    this.stop();
  }
}

const client = new Worker().start({ url: process.argv[2] ?? '' });
process.on('exit', () => say('exit'));
await client.stopped;
say('stopped, channels:', client.status.channels.size);
say('timers:', process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length);

/** Our client with a callback that throws. */

import { GenSocketClient, type Message, type StopReason } from '../../../src/index.js';
import { say } from '../../support/say.js';

class Worker extends GenSocketClient {
  override init(): void {
    this.join('room:1');
  }

  override handleMessage({ event }: Message): void {
    say(event);
    if (event === 'boom') throw new Error('boom');
    this.stop();
  }

  override terminate(reason: StopReason): void {
    say('terminate:', reason.kind);
  }
}

const [url = '', onCallbackError] = process.argv.slice(2);
const policy = onCallbackError === 'continue' ? 'continue' : 'stop';
const { kind } = await new Worker().start({ url, onCallbackError: policy }).stopped;
say('stopped:', kind);

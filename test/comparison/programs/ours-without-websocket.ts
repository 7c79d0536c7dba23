/** Our client in a Node that has no global WebSocket. */

import { type Connected, GenSocketClient } from '../../../src/index.js';
import { say } from '../../support/say.js';

class Worker extends GenSocketClient {
  override handleConnected({ transport }: Connected): void {
    say('open', transport);
    this.stop();
  }
}

Reflect.deleteProperty(globalThis, 'WebSocket');
const { kind } = await new Worker().start({ url: process.argv[2] ?? '' }).stopped;
say('stopped', kind);

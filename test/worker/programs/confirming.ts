/** A worker as a process that pushes something confirmed which nobody answers, with a store on disk or with none. */

import { type ClientOptions, GenSocketClient, runWorker } from '../../../src/index.js';
import { levelStore } from '../../../src/store.js';
import { say } from '../../support/say.js';

class Confirming extends GenSocketClient {
  override init(): void {
    this.join('room:1');
  }

  override handleJoined(): void {
    void this.push('room:1', 'silence', {}, { delivery: 'confirmed', key: 'the only one' })
      .sent()
      .then(
        () => {
          say('sent');
        },
        () => undefined,
      );
  }
}

const [json = '{}', path = ''] = process.argv.slice(2);
const outbox = path === '' ? {} : { outbox: { store: levelStore(path) } };
const options = { timeouts: { push: '1h' }, ...outbox } as const;
await runWorker(() => new Confirming(), { ...(JSON.parse(json) as ClientOptions), ...options });

/** This project's daemon with its inbox on disk. */

import { join } from 'node:path';
import { connectTo } from './daemon.mjs';

export function connect(url, onMessage) {
  return connectTo(url, onMessage, (folder) => ({ store: join(folder, 'inbox') }));
}

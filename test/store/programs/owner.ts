/** Opens the store at its argument, puts three pushes, deletes one, says so, and stays. */

import { levelStore } from 'gen-socket-client/store';
import { say } from '../../support/say.js';
import { push, read } from '../pushes.js';

const store = levelStore(process.argv[2] ?? '');
await read(store);
await Promise.all(['a', 'b', 'c'].map((key) => store.put(push(key))));
await store.delete('b');
say('open');
setInterval(() => undefined, 60_000);

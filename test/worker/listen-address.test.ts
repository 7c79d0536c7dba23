/** Where probes listen, as people write it. */

import { expect, test } from 'vitest';
import { listenAddress } from '../../src/worker/listen-address.js';

test.each<[string | number, object]>([
  [9464, { host: '127.0.0.1', port: 9464 }],
  ['9464', { host: '127.0.0.1', port: 9464 }],
  ['0.0.0.0:9464', { host: '0.0.0.0', port: 9464 }],
  ['[::1]:9464', { host: '::1', port: 9464 }],
  ['localhost:0', { host: 'localhost', port: 0 }],
  ['/run/worker.sock', { path: '/run/worker.sock' }],
])('%j is an address', (listen, address) => {
  expect(listenAddress('metrics.listen', listen)).toEqual(address);
});

test.each([70_000, -1, 1.5, '', 'localhost', 'localhost:', null, {}])('%j is none', (listen) => {
  expect(() => listenAddress('metrics.listen', listen)).toThrow('metrics.listen is');
});

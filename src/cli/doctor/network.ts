/** Below HTTP: the name's addresses, and a TCP connection. */

import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { connect, isIP } from 'node:net';
import { addAbortSignal } from 'node:stream';
import { attempt, type Limits } from './attempt.js';
import { type Outcome, passed, skipped } from './finding.js';
import type { Place } from './place.js';

export async function lookUp({ host }: Place, limits: Limits): Promise<Outcome> {
  if (isIP(host) !== 0) return skipped(`${host} is an address`);
  const tried = await attempt('dns', limits, () => lookup(host, { all: true }));
  if (!tried.isDone) return tried.outcome;
  return passed(tried.value.map(({ address }) => address).join(', '), tried.ms, null);
}

/** By name, so that Node chooses among the addresses as it will for the client. */
export async function reach({ host, port }: Place, limits: Limits): Promise<Outcome> {
  const tried = await attempt('tcp', limits, async (signal) => {
    const socket = addAbortSignal(signal, connect({ host, port }));
    try {
      await once(socket, 'connect');
      return socket.remoteAddress;
    } finally {
      socket.on('error', ignore).destroy();
    }
  });
  if (!tried.isDone) return tried.outcome;
  return passed(`connected to ${tried.value ?? host}, port ${port}`, tried.ms, null);
}

/** What comes after the first failure says no more. */
function ignore(): void {}

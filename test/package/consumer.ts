/** A program that uses the package's declarations, compiled without `skipLibCheck` as its users may do. */

import { GenSocketClient, hasCode } from 'gen-socket-client';
import { channelMachine, socketMachine } from 'gen-socket-client/charts';
import { levelStore, memoryStore, type OutboxStore } from 'gen-socket-client/store';
import { countIn, logTo } from 'gen-socket-client/telemetry';
import { memoryTransport, PhoenixDouble, seedChannels, simulate } from 'gen-socket-client/testing';

export class Worker extends GenSocketClient {}

export function isLost(error: unknown): boolean {
  return hasCode(error, 'PHX_PUSH_LOST');
}

export const everything = {
  channelMachine,
  socketMachine,
  levelStore,
  memoryStore: (): OutboxStore => memoryStore(),
  countIn,
  logTo,
  memoryTransport,
  PhoenixDouble,
  seedChannels,
  simulated: () => simulate(new Worker()),
};

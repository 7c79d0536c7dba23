/** A Phoenix of its own, with the channels of the seeds: for who wants to see the daemon work before there is a server. */

import { PhoenixDouble, seedChannels } from '../testing/index.js';
import type { Config } from './config/schema.js';

/** Numbers come by themselves, every second; the others answer when they are pushed to. */
const CHANNELS: NonNullable<Config['channels']> = {
  'numbers:positive': null,
  'ping:demo': null,
  'rooms:lobby': null,
};

export type Demo = {
  readonly double: PhoenixDouble;
  /** Of a daemon that is connected to it, whatever the file says. Who gave channels keeps them. */
  readonly over: (config: Config) => Config;
};

/** The double listens on the loopback interface, on a port that is free. */
export async function openDemo(): Promise<Demo> {
  const double = await PhoenixDouble.start(seedChannels());
  return { double, over: (config) => demoConfig(config, double.url) };
}

function demoConfig(config: Config, url: string): Config {
  const given = config.channels ?? {};
  const channels = Object.keys(given).length > 0 ? given : CHANNELS;
  // It is all on this machine, and there is nobody to disturb.
  const admin = { ...config.admin, control: true };
  return { ...config, url, channels, admin };
}

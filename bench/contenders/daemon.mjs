/** This project's daemon, compiled, as a process of its own: pushed to over its API, heard by webhook. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Application, post, request } from '../application.mjs';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
/** More than any burst here: what is measured is speed, not what is shed. */
const ROOM = { messages: 1_000_000, size: '1GiB' };

export function connect(url, onMessage) {
  return connectTo(url, onMessage, () => ({}));
}

/** `inbox`: what is configured of it besides its limits, given a folder that is gone afterwards. */
export async function connectTo(url, onMessage, inbox) {
  const folder = mkdtempSync(join(tmpdir(), 'gen-socket-client-bench-'));
  const application = await Application.listen(({ data }) => onMessage(data));
  const config = {
    url,
    api: { listen: 0 },
    admin: { listen: 0 },
    inbox: { ...ROOM, ...inbox(folder) },
    rejoin: { concurrency: false },
    deliver: { app: { webhook: application.url } },
  };
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  const child = spawn(process.execPath, [MAIN, 'run', join(folder, 'config.json')], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  // Whatever ends this process ends the daemon.
  process.once('exit', () => child.kill());
  return new Daemon(child, await listening(child), { application, folder });
}

/** What it logs goes on being read: who does not read holds it up. */
function listening(child) {
  return new Promise((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const logged = JSON.parse(line);
      if ('api' in logged) resolve(logged);
    });
  });
}

class Daemon {
  #child;
  #api;
  #admin;
  #rest;

  constructor(child, { api, admin }, rest) {
    this.#child = child;
    this.#api = api;
    this.#admin = admin;
    this.#rest = rest;
  }

  async join(topics) {
    const body = JSON.stringify({ deliver: ['app'] });
    for (const topic of topics) {
      const url = `${this.#api}/v1/channels/${encodeURIComponent(topic)}?wait=joined`;
      await request(url, { method: 'PUT', body });
    }
  }

  async push(topic, payload, replied) {
    const order = { topic, event: 'echo', payload, wait: 'reply' };
    replied(await post(`${this.#api}/v1/push`, JSON.stringify(order)));
  }

  /** Milliseconds of a processor that it has used so far. */
  async cpu() {
    const metrics = await request(`${this.#admin}/metrics`, { method: 'GET' });
    const [, seconds] = /^(?:\w*_)?process_cpu_seconds_total (\S+)$/m.exec(metrics);
    return Number(seconds) * 1000;
  }

  async close() {
    this.#child.kill();
    await once(this.#child, 'exit');
    this.#rest.application.close();
    rmSync(this.#rest.folder, { recursive: true });
  }
}

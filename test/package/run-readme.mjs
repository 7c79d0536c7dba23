/** Runs the compiled programs of the README against a server from the package, and looks at what they say. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { PhoenixDouble, seedChannels } from 'gen-socket-client/testing';

/** The line that shows that it worked, by program. */
const SAYS = {
  confirmed: 'sale:42 ok',
  minimal: "told: ping ok { ping: 'early' }",
  'own-server': "{ kind: 'requested', reason: 'heard myself' }",
  script: "{ bar: 'baz' }",
};

const programs = readdirSync('readme-js/readme').filter((name) => name.endsWith('.js'));
assert.deepEqual(programs.map((name) => name.slice(0, -3)).sort(), Object.keys(SAYS).sort());

const server = await PhoenixDouble.start(seedChannels());
for (const [name, line] of Object.entries(SAYS)) await run(name, line);
await server[Symbol.asyncDispose]();

async function run(name, line) {
  const env = { ...process.env, PHOENIX_URL: server.url };
  const stdio = ['ignore', 'pipe', 'inherit'];
  const program = spawn(process.execPath, [`readme-js/readme/${name}.js`], { env, stdio });
  const said = [];
  for await (const text of createInterface({ input: program.stdout })) {
    said.push(text);
    if (text === line) program.kill();
  }
  assert.ok(said.includes(line), `${name} said ${said.join(' | ')}`);
}

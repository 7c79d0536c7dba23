/** What the command line says of itself, and of a line that it does not understand. */

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ChildProgram, SLOW_START } from '../support/child-program.js';
import { run } from '../support/command-line.js';

const SECRET = 'k7Tq-hidden';

/** Makes commander be missing, as `npm install --omit=optional` does. */
const WITHOUT_COMMANDER = `data:text/javascript,${encodeURIComponent(`
  import Module from 'node:module';
  const resolve = Module._resolveFilename;
  Module._resolveFilename = function (name, ...rest) {
    if (name === 'commander') throw Object.assign(new Error(name), { code: 'MODULE_NOT_FOUND' });
    return resolve.call(this, name, ...rest);
  };
`)}`;

describe('gen-socket-client', { timeout: SLOW_START }, () => {
  test('lists its commands and its exit codes on stdout', async () => {
    const { code, out, err } = await run(['--help']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out.join('\n')).toMatch(/doctor .*<URL> \[TOPIC\][^]*serve [^]*69 +unreachable/);
  });

  test('helps with a command alike by --help and by help', async () => {
    const asked = await Promise.all([run(['doctor', '--help']), run(['help', 'doctor'])]);
    expect(asked[0]).toEqual(asked[1]);
    expect(asked[0].out).toContain('Examples:');
  });

  test('says its version', async () => {
    const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
    const { version } = JSON.parse(text) as { version: string };
    expect(await run(['--version'])).toEqual({ code: 0, out: [version], err: '' });
  });

  test('without a command prints its help on stderr, and counts that as wrong usage', async () => {
    const { code, out, err } = await run([]);
    expect({ code, out }).toEqual({ code: 64, out: [] });
    expect(err).toContain('Commands:');
  });

  test.each([
    [
      ['serv'],
      "error: unknown command 'serv'\n(Did you mean serve?)\n(see gen-socket-client --help)\n",
    ],
    [
      ['serve', '--verbos'],
      "error: unknown option '--verbos'\n(Did you mean --verbose?)\n(see gen-socket-client serve --help)\n",
    ],
    [['doctor'], "error: missing required argument 'URL'\n(see gen-socket-client doctor --help)\n"],
    [
      ['serve', 'x', 'y'],
      "error: too many arguments for 'serve'. Expected 0 arguments but got 2.\n(see gen-socket-client serve --help)\n",
    ],
    [['doctor', ''], 'error: an argument of doctor is empty: leave it out\n'],
  ])('answers %j with what is wrong and where help is', async (args, err) => {
    expect(await run(args)).toEqual({ code: 64, out: [], err });
  });

  test.each([
    [['--token', SECRET]],
    [[`--token=${SECRET}`]],
    [['doctor', 'ws://localhost', `--token=${SECRET}'\n'${SECRET}`]],
    [['serve', `-H${SECRET}`]],
    [[`wss://example.com/socket?token=${SECRET}`]],
    [[`serv'\n${SECRET}`]],
  ])('never repeats what may be a secret: %j', async (args) => {
    const { code, out, err } = await run(args);
    expect({ code, out }).toEqual({ code: 64, out: [] });
    expect(err).toMatch(/^error: unknown (option '--?\w+'|command '\*\*\*')\n/);
    expect(err).not.toContain(SECRET);
  });

  test('says which dependency is missing, and how to install it', async () => {
    const main = new URL('../../src/cli/main.ts', import.meta.url);
    await using program = new ChildProgram(main, ['--help'], ['--import', WITHOUT_COMMANDER]);
    expect(await program.ended).toEqual({
      code: 69,
      said: [],
      complaints:
        'error: commander cannot be loaded; it is an optional dependency: npm install commander\n',
    });
  });
});

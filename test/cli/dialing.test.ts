/** `listen`, `push` and `repl` dial with the options that all commands have, and show no secret, whatever happens. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type ChannelTable, type ConnectInfo, PhoenixDouble } from 'gen-socket-client/testing';
import { SLOW_START } from '../support/child-program.js';
import { commandLine, run } from '../support/command-line.js';

vi.setConfig({ testTimeout: SLOW_START });

const PARAM = 'param-hidden';
const HEADER = 'header-hidden';
const TOKEN = 'token-hidden';
const JOIN = 'join-hidden';

/** A channel that pushes once and answers, and one that refuses with all that it was shown. */
const CHANNELS: ChannelTable = {
  'open:*': {
    joined(channel) {
      channel.push('welcome', {});
    },
    handle: { ask: () => ({ yes: true }) },
  },
  'shut:*': {
    join(params, channel) {
      channel.refuse({ reason: [PARAM, HEADER, TOKEN], params });
    },
  },
};

let tokenFile = '';

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dialing-'));
  tokenFile = join(folder, 'token');
  await writeFile(tokenFile, `${TOKEN}\n`);
  return () => rm(folder, { recursive: true });
});

type Way = { readonly flags: readonly string[]; readonly env: { readonly [name: string]: string } };

/** The same by flags and by the environment. */
function ways(): { readonly [way: string]: Way } {
  const name = 'GEN_SOCKET_CLIENT';
  return {
    flags: {
      flags: [
        ...['--vsn', '1', '--header', `X-Secret: ${HEADER}`],
        ...['--param', `token=${PARAM}`, '--auth-token-file', tokenFile],
      ],
      env: {},
    },
    environment: {
      flags: [],
      env: {
        [`${name}_VSN`]: '1',
        [`${name}_HEADER`]: `X-Secret: ${HEADER}`,
        [`${name}_PARAM`]: `token=${PARAM}`,
        [`${name}_AUTH_TOKEN_FILE`]: tokenFile,
      },
    },
  };
}

async function serving(): Promise<{ phoenix: PhoenixDouble; seen: readonly ConnectInfo[] }> {
  const seen: ConnectInfo[] = [];
  const connect = (info: ConnectInfo) => void seen.push(info);
  const phoenix = await PhoenixDouble.start(CHANNELS, { connect });
  onTestFinished(() => phoenix.stop());
  return { phoenix, seen };
}

function argsOf(command: string, url: string, topic: string): readonly string[] {
  const params = ['--params', JSON.stringify({ secret: JOIN })];
  switch (command) {
    case 'listen':
      return ['listen', url, topic, '--count', '1', ...params];
    case 'push':
      return ['push', url, topic, 'ask', ...params];
    default:
      return ['repl', url];
  }
}

describe.each(['listen', 'push', 'repl'])('%s', (command) => {
  test.each(['flags', 'environment'])('dials with what the %s say', async (name) => {
    const { phoenix, seen } = await serving();
    const { flags, env } = ways()[name] as Way;
    const args = argsOf(command, `${phoenix.url}?locale=en`, 'open:a');
    const { code, out, err } = await run([...args, ...flags], env);
    expect(code).toBe(0);
    expect(out.join() + err).not.toContain('hidden');
    expect(seen).toMatchObject([
      {
        params: { locale: 'en', token: PARAM, vsn: '1.0.0' },
        headers: { 'x-secret': HEADER },
        authToken: TOKEN,
      },
    ]);
  });

  test.each(['flags', 'environment'])('shows nothing of the %s when refused', async (name) => {
    const { phoenix } = await serving();
    phoenix.faults.refuse(403, { 'x-why': TOKEN }, `${PARAM} ${HEADER} ${TOKEN} are wrong`);
    const { flags, env } = ways()[name] as Way;
    const refused = await run([...argsOf(command, phoenix.url, 'open:a'), ...flags], env);
    expect(refused).toMatchObject({ code: 77, out: [] });
    expect(refused.err).toContain('403');
    expect(refused.err).not.toContain('hidden');
  });

  test('shows nothing of them when nobody is there, or the URL is wrong', async () => {
    const { phoenix } = await serving();
    await phoenix.stop();
    const { flags } = ways()['flags'] as Way;
    for (const url of [
      `${phoenix.url}?token=${PARAM}`,
      `not-a-url?token=${PARAM}`,
      `ftp://user:${PARAM}@localhost/socket?token=${PARAM}`,
    ]) {
      const { code, err } = await run([...argsOf(command, url, 'open:a'), ...flags]);
      expect(code).toBe(url.startsWith('ws') ? 69 : 64);
      expect(err).toMatch(/^error: /);
      expect(err).not.toContain('hidden');
    }
  });

  test('does not repeat a token that was given in place of its path', async () => {
    const { phoenix } = await serving();
    const args = argsOf(command, phoenix.url, 'open:a');
    expect(await run([...args, '--auth-token-file', TOKEN])).toEqual({
      code: 66,
      out: [],
      err: 'error: the credentials file cannot be read (ENOENT): give the path of a file that this user may read\n',
    });
  });
});

test.each(['listen', 'push'])(
  '%s shows why a join was refused, without what was sent',
  async (command) => {
    const { phoenix } = await serving();
    const { flags } = ways()['flags'] as Way;
    expect(await run([...argsOf(command, phoenix.url, 'shut:a'), ...flags])).toEqual({
      code: 77,
      out: [],
      err: 'error: shut:a refused the join: {"reason":["***","***","***"],"params":{"secret":"***"}}\n',
    });
  },
);

test('a prompt shows nothing of them, also when asked for its socket', async () => {
  const { phoenix } = await serving();
  const { flags } = ways()['flags'] as Way;
  await using program = commandLine(['repl', phoenix.url, ...flags], {}, 'typed');
  for (const line of [
    'socket',
    'socket.status',
    'socket.timeline()',
    'await socket.join("shut:a")',
  ])
    program.type(line);
  program.endInput();
  const { code, said, complaints } = await program.ended;
  expect(code).toBe(1);
  const shown = said.join('\n') + complaints;
  expect(shown).toContain('connected');
  // What the server answers is the answer, and shown as it is.
  expect(shown.split('the server refused')[0]).not.toContain('hidden');
});

test('the token file is read anew when a connection was lost', async () => {
  const { phoenix, seen } = await serving();
  const file = `${tokenFile}-changing`;
  await writeFile(file, 'first');
  const args = ['listen', phoenix.url, 'open:a', '--auth-token-file', file];
  await using program = commandLine(args);
  await program.next();
  await writeFile(file, 'second');
  phoenix.cut();
  await program.next();
  expect(seen.map(({ authToken }) => authToken)).toEqual(['first', 'second']);
});

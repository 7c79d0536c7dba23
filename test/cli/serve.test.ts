/** `serve`: a server for development, from its first line to its good end. */

import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { type Disconnected, GenSocketClient } from 'gen-socket-client';
import { seedChannels } from 'gen-socket-client/testing';
import { COMMANDS } from '../../src/cli/commands.js';
import { Arrivals } from '../../src/transport/arrivals.js';
import { type ChildProgram, SLOW_START } from '../support/child-program.js';
import { commandLine, Examination, run } from '../support/command-line.js';

/** Does one thing of each kind, and stays until the server goes. */
class Visitor extends GenSocketClient {
  readonly steps = new Arrivals<true>();

  override init() {
    this.join('ping:wild', { hello: 'payload-of-join' });
    this.join('ping:tame');
  }

  override async handleJoined({ topic }: { topic: string }) {
    if (topic !== 'ping:wild') return;
    await this.push(topic, 'ping', { ack_phrase: 'payload-of-push' }).ok();
    await this.leave(topic).ok();
    this.steps.put(true);
  }

  override handleDisconnected({ close }: Disconnected) {
    this.stop(String(close.code));
  }
}

/** Where it listens, as its first line says. */
async function urlOf(program: ChildProgram): Promise<string> {
  const [, url] = /^listening on (\S+), as \w+ does$/.exec(await program.next()) ?? [];
  if (url === undefined) throw new Error('it did not say where');
  return url;
}

describe('serve', { timeout: SLOW_START }, () => {
  test('says where it listens, with which channels and events, and what to try', async () => {
    await using program = commandLine(['serve', '--port', '0']);
    const url = await urlOf(program);
    await program.until('Ctrl-C ends it');
    program.signal('SIGINT');
    const { said } = await program.ended;
    for (const [pattern, { handle = {} }] of Object.entries(seedChannels())) {
      const [, part = ''] = said.join('\n').split(`\n  ${pattern}  `);
      for (const event of Object.keys(handle)) expect(part).toContain(event);
    }
    expect(said.join('\n')).toMatch(/room:\*  .*presence.*username[^]*shout user:typing/);
    for (const { name, args } of COMMANDS) {
      if (args[0]?.form !== '<URL>') continue;
      expect(said.join('\n')).toContain(`  gen-socket-client ${name} ${url}`);
    }
    expect(said.join('\n')).toContain(`  gen-socket-client run --url ${url}`);
  });

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'ends in good order on %s: its clients are told that it restarts',
    async (signal) => {
      await using program = commandLine(['serve', '--port', '0']);
      const visitor = new Visitor();
      const client = visitor.start({ url: await urlOf(program) });
      await visitor.steps.next();
      program.signal(signal);
      expect(await program.ended).toMatchObject({ code: 0, complaints: '' });
      expect(await client.stopped).toEqual({ kind: 'requested', reason: '1012' });
    },
  );

  test('with --verbose says on stderr who does what, and no payload', async () => {
    await using program = commandLine(['serve', '--port', '0', '--verbose']);
    const visitor = new Visitor();
    const url = `${await urlOf(program)}?secret=payload-of-connect`;
    const client = visitor.start({ url });
    await visitor.steps.next();
    await Examination.of([`${url}&deny=1`]);
    program.signal('SIGINT');
    const { complaints } = await program.ended;
    await client.stopped;
    for (const line of [
      'connect',
      'join    ping:wild',
      'push    ping:wild ping',
      'end     ping:wild',
    ])
      expect(complaints.split('\n')).toContain(line);
    expect(complaints).toContain('connect refused with 403');
    expect(complaints).not.toContain('payload');
  });

  test('with --server cowboy ends an idle connection as Cowboy does: cut, not closed', async () => {
    await using program = commandLine(['serve', '--port', '0', '--server', 'cowboy']);
    class Idler extends Visitor {
      override init() {}
      override handleConnected() {
        this.steps.put(true);
      }
    }
    const idler = new Idler();
    const client = idler.start({ url: await urlOf(program) });
    await idler.steps.next();
    program.signal('SIGINT');
    await program.ended;
    expect(await client.stopped).toEqual({ kind: 'requested', reason: '1006' });
  });

  test('says that the port is taken, and what to do', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    expect(await run(['serve', '--port', String(port)])).toEqual({
      code: 69,
      out: [],
      err: `error: port ${port} is taken: stop what listens there, or choose another with --port (0: any free port)\n`,
    });
    server.close();
    await once(server, 'close');
  });

  test.each([
    [['--port', '65536'], '--port is 65536: write a number from 0 to 65535'],
    [['--port', 'http'], '--port is http: write a number from 0 to 65535'],
    [['--server', 'nginx'], '--server is nginx: write bandit or cowboy'],
  ])('refuses %j and says what to write', async (args, message) => {
    expect(await run(['serve', ...args])).toEqual({
      code: 64,
      out: [],
      err: `error: ${message}\n`,
    });
  });
});

/** What fails before there is a WebSocket: told with the code of its error, by which policies know it, and tried again. */

import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ClientOptions, Close } from '../../src/index.js';
import { certificate } from '../support/certificate.js';
import { RawServer } from '../support/raw-server.js';
import { RecordingWorker } from '../support/recording-worker.js';

type Fault = Pick<ClientOptions, 'url' | 'websocket'>;

/** A port that nobody listens on any more. */
async function deserted(): Promise<Fault> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return { url: `ws://127.0.0.1:${port}/socket` };
}

async function resetting(): Promise<Fault> {
  const server = await raw();
  void reset(server);
  return { url: server.url.href };
}

async function reset(server: RawServer): Promise<never> {
  for (;;) {
    const peer = await server.accepted();
    await peer.request();
    peer.socket.resetAndDestroy();
  }
}

async function selfSigned(): Promise<Fault> {
  return { url: (await raw(certificate())).url.href };
}

async function otherName(): Promise<Fault> {
  const tls = { ca: certificate().cert, servername: 'phoenix.example' };
  return { url: (await raw(certificate())).url.href, websocket: { tls } };
}

async function raw(tls?: ReturnType<typeof certificate>): Promise<RawServer> {
  const server = await RawServer.start(tls);
  onTestFinished(() => server[Symbol.asyncDispose]());
  return server;
}

const FAULTS: readonly (readonly [code: string, make: () => Promise<Fault>])[] = [
  ['ECONNREFUSED', deserted],
  ['ECONNRESET', resetting],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', selfSigned],
  ['ERR_TLS_CERT_ALTNAME_INVALID', otherName],
];

function codeOf({ error }: Close): unknown {
  return error instanceof Error && 'code' in error ? error.code : null;
}

describe.each(FAULTS)('%s', (code, make) => {
  test('is told as such, and tried again', async () => {
    const worker = new RecordingWorker();
    await using _client = worker.start({ ...(await make()), reconnect: { delays: [1] } });
    for (const attempt of [1, 2]) {
      const lost = await worker.next('handleDisconnected');
      expect(lost).toMatchObject({
        attempt,
        close: { cause: 'network', code: 1006, status: null },
      });
      expect(codeOf(lost.close)).toBe(code);
      expect(lost.retryIn).not.toBeNull();
    }
  });

  test('may be called fatal by its code', async () => {
    const reconnect = { verdicts: { [code]: 'fatal' } } as const;
    const client = new RecordingWorker().start({ ...(await make()), reconnect });
    await expect(client.stopped).resolves.toMatchObject({ kind: 'gaveUp', close: { code: 1006 } });
  });

  test('may be told apart by a function', async () => {
    const asked: unknown[] = [];
    const client = new RecordingWorker().start({
      ...(await make()),
      reconnect: ({ close }) => {
        asked.push(codeOf(close));
        return null;
      },
    });
    await expect(client.stopped).resolves.toMatchObject({ kind: 'gaveUp' });
    expect(asked).toEqual([code]);
  });
});

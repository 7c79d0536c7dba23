/** A `fetch` with the same proxy and TLS options as a WebSocket, against real servers. */

import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type Clock, systemClock } from '../../src/clock.js';
import { type Fetch, fetchBy, type ProxiedOptions } from '../../src/transport/proxied-fetch.js';
import { certificate } from '../support/certificate.js';
import { ConnectProxy } from '../support/connect-proxy.js';
import { SimulatedClock } from '../support/simulated-clock.js';

const SECRET = 'hunter2';

/** That of one dial. */
function fetchOf(options: Partial<ProxiedOptions>, clock: Clock = systemClock): Fetch {
  return fetchBy({ connectTimeout: 10_000, ...options }, clock)();
}

class HttpServer implements AsyncDisposable {
  readonly #server: Server;
  readonly #scheme: 'http' | 'https';

  static async start(tls?: ServerOptions): Promise<HttpServer> {
    const server = tls === undefined ? createServer(echo) : createTlsServer(tls, echo);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new HttpServer(server, tls === undefined ? 'http' : 'https');
  }

  private constructor(server: Server, scheme: 'http' | 'https') {
    this.#server = server;
    this.#scheme = scheme;
  }

  url(host = 'phoenix.example'): string {
    const { port } = this.#server.address() as AddressInfo;
    return `${this.#scheme}://${host}:${port}/longpoll`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

/** Says what it was asked with. */
const echo: RequestListener = (request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks).toString();
    response.end(JSON.stringify({ method: request.method, headers: request.headers, body }));
  });
};

afterEach(() => vi.unstubAllEnvs());

describe('fetch', () => {
  test('is that of Node without a proxy and without TLS options', async () => {
    await using server = await HttpServer.start();

    const response = await fetchOf({})(server.url('127.0.0.1'));

    expect(response).toBeInstanceOf(Response);
    expect(await response.json()).toMatchObject({ method: 'GET' });
  });

  test('goes through the proxy of the environment, with its password for it alone', async () => {
    await using server = await HttpServer.start();
    await using proxy = await ConnectProxy.start();
    vi.stubEnv('HTTP_PROXY', proxy.url(`sam:${SECRET}@`));

    const init = { method: 'POST', body: 'frames', headers: { 'x-token': 'mine' } };
    const response = await fetchOf({})(new URL(server.url()), init);

    const asked = (await response.json()) as { readonly headers: object };
    expect(asked).toMatchObject({ method: 'POST', body: 'frames', headers: { 'x-token': 'mine' } });
    expect(Object.keys(asked.headers)).not.toContain('proxy-authorization');
    expect(await proxy.asked.next()).toMatchObject({
      authorization: `Basic ${Buffer.from(`sam:${SECRET}`).toString('base64')}`,
    });
  });

  test('verifies the server behind a proxy, and shows it a client certificate', async () => {
    const ca = certificate().cert;
    const asking = { ca, requestCert: true, rejectUnauthorized: true };
    await using server = await HttpServer.start({ ...certificate(), ...asking });
    await using proxy = await ConnectProxy.start();
    const options = { proxy: proxy.url() };

    const response = await fetchOf({ ...options, tls: { ...certificate(), ca } })(
      server.url('127.0.0.1'),
    );
    const refused = fetchOf({ ...options, tls: { ca } })(server.url('192.0.2.1'));

    expect(response.status).toBe(200);
    await expect(refused).rejects.toMatchObject({
      cause: { code: 'ERR_TLS_CERT_ALTNAME_INVALID' },
    });
  });

  test('goes over TLS to a proxy whose authority is given', async () => {
    await using server = await HttpServer.start(certificate('elsewhere'));
    await using proxy = await ConnectProxy.start(certificate());
    const tls = { ca: [certificate('elsewhere').cert, certificate().cert] };

    const response = await fetchOf({ proxy: proxy.url('', 'localhost'), tls })(server.url());

    expect(response.status).toBe(200);
  });

  test('knows an authority without any proxy', async () => {
    await using server = await HttpServer.start(certificate());

    const response = await fetchOf({ tls: { ca: certificate().cert } })(server.url('127.0.0.1'));

    expect(response.status).toBe(200);
  });

  test('ends with its signal', async () => {
    await using proxy = await ConnectProxy.start();
    proxy.instead = '';
    const abort = new AbortController();
    const asked = fetchOf({ proxy: proxy.url() })('http://phoenix.example/', {
      signal: abort.signal,
    });
    await proxy.asked.next();

    abort.abort(new Error('enough'));

    await expect(asked).rejects.toThrow('enough');
  });

  test('leaves no CONNECT unanswered when it is aborted', async () => {
    await using proxy = await ConnectProxy.start();
    proxy.instead = '';
    const abort = new AbortController();
    const { signal } = abort;
    const asked = fetchOf({ proxy: proxy.url() })('http://phoenix.example/', { signal });
    const { client } = await proxy.asked.next();
    const gone = once(client, 'close');

    abort.abort(new Error('enough'));

    await expect(asked).rejects.toThrow('enough');
    await gone;
  });

  test('gives a proxy that does not answer CONNECT nine tenths of the deadline', async () => {
    await using proxy = await ConnectProxy.start();
    proxy.instead = '';
    const clock = new SimulatedClock();
    const asked = fetchOf(
      { proxy: proxy.url(), connectTimeout: 10_000 },
      clock,
    )('http://phoenix.example/');
    const { client } = await proxy.asked.next();
    const gone = once(client, 'close');

    clock.advance(8999);
    expect(clock.pending).toBe(1);
    clock.advance(1);

    const reason = expect.stringContaining('did not answer CONNECT within 9000 ms') as string;
    await expect(asked).rejects.toMatchObject({ cause: { close: { cause: 'proxy', reason } } });
    await gone;
  });

  test('names no address as the server of TLS', async () => {
    await using server = await HttpServer.start();
    await using proxy = await ConnectProxy.start(certificate());
    const tls = { ca: certificate().cert };

    const response = await fetchOf({ proxy: proxy.url(), tls })(server.url());

    expect(response.status).toBe(200);
    expect((await proxy.asked.next()).client).toMatchObject({ servername: false });
  });

  test('says that the proxy refused, and not with which password', async () => {
    await using proxy = await ConnectProxy.start();
    proxy.instead = 'HTTP/1.1 407 Proxy Authentication Required\r\n\r\n';
    const asked = fetchOf({ proxy: proxy.url(`sam:${SECRET}@`) })('http://phoenix.example/');

    const error = await asked.catch((reason: unknown) => reason);

    const { port } = new URL(proxy.url());
    const close = { cause: 'proxy', status: 407 };
    expect(error).toMatchObject({ cause: { close } });
    expect(inspect(error, { depth: 9 })).toContain(
      `127.0.0.1:${port} refused with HTTP status 407`,
    );
    expect(inspect(error, { depth: 9 })).not.toContain(SECRET);
  });

  test('cannot do so without undici, and says that', async () => {
    vi.doMock('undici', () => {
      throw new Error('not installed');
    });
    try {
      const asked = fetchOf({ proxy: 'http://127.0.0.1:1' })('http://phoenix.example/');

      await expect(asked).rejects.toMatchObject({ code: 'PHX_MISSING_DEPENDENCY' });
    } finally {
      vi.doUnmock('undici');
    }
  });
});

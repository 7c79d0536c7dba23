/** What the doctor sees below HTTP: names, TCP, TLS and its certificates, and what is no HTTP at all. */

import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { attempt } from '../../src/cli/doctor/attempt.js';
import type { LateStep } from '../../src/cli/doctor/diagnosis.js';
import { BY_CODE, BY_LATE_STEP } from '../../src/cli/doctor/problems.js';
import { EXITS } from '../../src/cli/exit-codes.js';
import { PhoenixDouble, seedChannels } from 'gen-socket-client/testing';
import { certificate, type CertificateName, certificatePath } from '../support/certificate.js';
import { SLOW_START } from '../support/child-program.js';
import { Examination, run } from '../support/command-line.js';
import { FaultProxy } from '../support/fault-proxy.js';
import { RawServer } from '../support/raw-server.js';

const NOBODY = new AbortController().signal;

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe('the doctor, below HTTP,', () => {
  test('tells a name that is not known', async () => {
    // An empty label: no name server is asked for it.
    const examined = await Examination.of(['ws://nobody..invalid/socket']);
    expect(examined.run.code).toBe(69);
    expect(examined.step('dns')).toMatchObject({
      saw: 'ENOTFOUND',
      cause: BY_CODE['ENOTFOUND']?.cause,
    });
    expect(examined.step('tcp')).toMatchObject({ result: 'skipped', saw: 'dns failed' });
  });

  test('tells a port on which nobody listens', async () => {
    const examined = await Examination.of([`ws://localhost:${await freePort()}/socket`]);
    expect(examined.run.code).toBe(69);
    expect(examined.results).toMatchObject({ dns: 'ok', tcp: 'failed', upgrade: 'skipped' });
    expect(examined.step('tcp')).toMatchObject({ saw: 'ECONNREFUSED' });
  });

  test('tells wss where no TLS is spoken', async () => {
    await using double = await PhoenixDouble.start(seedChannels());
    const examined = await Examination.of([double.url.replace('ws:', 'wss:')]);
    expect(examined.run.code).toBe(76);
    expect(examined.step('tls').remedy).toMatch(/^use ws instead of wss/);
  });

  test('tells wss where nothing is said at all', async () => {
    await using server = await RawServer.start();
    const url = server.url.href.replace('ws:', 'wss:');
    const examined = await Examination.of([url, '--timeout', '2s']);
    expect(examined.run.code).toBe(75);
    expect(examined.step('tls')).toMatchObject({
      saw: 'nothing within 2000 ms',
      cause: BY_LATE_STEP.tls.cause,
    });
  });

  test('tells ws where TLS is spoken', async () => {
    await using server = await RawServer.start(certificate());
    const examined = await Examination.of([server.url.href.replace('wss:', 'ws:')]);
    expect(examined.results).toMatchObject({ tcp: 'ok', tls: 'skipped', upgrade: 'failed' });
    expect(examined.step('upgrade').remedy).toMatch(/wss in place of ws|wss instead of ws/);
  });

  test('tells what is no HTTP', async () => {
    await using server = await RawServer.start();
    void (async () => {
      for (;;) (await server.accepted()).socket.end('SSH-2.0-OpenSSH_9.6\r\n');
    })();
    const examined = await Examination.of([server.url.href]);
    expect(examined.run.code).toBe(76);
    expect(examined.step('upgrade').cause).toMatch(/^what listens there does not speak HTTP/);
  });

  test('tells a connection that is cut in place of an answer', async () => {
    await using server = await RawServer.start();
    void (async () => {
      for (;;) void cutAtRequest(await server.accepted());
    })();
    const examined = await Examination.of([server.url.href]);
    expect(examined.run.code).toBe(69);
    expect(examined.step('upgrade').cause).toMatch(/^the connection was cut without an answer/);
  });
});

async function cutAtRequest(peer: Awaited<ReturnType<RawServer['accepted']>>): Promise<void> {
  await peer.request();
  peer.socket.destroy();
}

describe('a certificate', { timeout: SLOW_START }, () => {
  const URL_OF = (server: RawServer) => server.url.href.replace('127.0.0.1', 'localhost');

  test.each([
    ['localhost', 'self-signed', ['DEPTH_ZERO_SELF_SIGNED_CERT']],
    ['expired', 'has expired', ['CERT_HAS_EXPIRED']],
    ['future', 'not valid yet', ['CERT_NOT_YET_VALID']],
    ['elsewhere', 'self-signed', ['DEPTH_ZERO_SELF_SIGNED_CERT', 'ERR_TLS_CERT_ALTNAME_INVALID']],
    ['issued', 'an authority that this machine does not know', ['UNABLE_TO_VERIFY_LEAF_SIGNATURE']],
  ] as const)('that nobody vouches for, %s, is told as %s', async (name, cause, codes) => {
    await using server = await RawServer.start(certificate(name));
    const examined = await Examination.of([URL_OF(server)]);
    const tls = examined.step('tls');
    expect(examined.run.code).toBe(77);
    expect(tls.cause).toContain(cause);
    expect(tls.saw).toMatch(/^TLSv1\.3, certificate of \S+ by .+, expires \d{4}-01-01, [A-Z]/);
    expect(tls.saw.split(', ').filter((part) => /^[A-Z_]{9,}$/.test(part))).toEqual(codes);
    expect(examined.step('upgrade').result).toBe('skipped');
  });

  test.each([
    ['expired', 'CERT_HAS_EXPIRED'],
    ['future', 'CERT_NOT_YET_VALID'],
    ['elsewhere', 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ] as const)('that is trusted and yet wrong, %s, is told as %s', async (name, code) => {
    await using server = await RawServer.start(certificate(name));
    const { found } = await trusting(name, URL_OF(server));
    const tls = found.find(({ step }) => step === 'tls');
    expect(tls?.saw).toMatch(new RegExp(`expires \\d{4}-01-01, ${code}$`));
    expect(tls?.cause).toBe(BY_CODE[code]?.cause);
  });

  test('that is trusted and right lets the walk go on over TLS', async () => {
    await using double = await PhoenixDouble.start(seedChannels());
    await using proxy = await FaultProxy.start(double.port, { certificate: certificate() });
    const examined = await trusting('localhost', proxy.urlOf('/socket'));
    expect(examined.step('tls').saw).toBe(
      'TLSv1.3, certificate of localhost by localhost, expires 2120-01-01',
    );
    expect(examined.results).toMatchObject({ upgrade: 'ok', heartbeat: 'ok', close: 'ok' });
    expect(examined.run.code).toBe(0);
  });
});

/** Node reads whom it trusts when it starts. */
async function trusting(name: CertificateName, url: string): Promise<Examination> {
  const env = { NODE_EXTRA_CA_CERTS: certificatePath(name) };
  return new Examination(await run(['doctor', url, '--json'], env));
}

describe('the table', () => {
  test.each(Object.entries(BY_CODE))(
    'has the cause and the remedy of %s',
    async (code, problem) => {
      const error = Object.assign(new Error('failed'), {
        code: code.replace('*', 'INVALID_HEADER'),
      });
      const tried = await attempt('tcp', { timeout: 60_000, signal: NOBODY }, () =>
        Promise.reject(error),
      );
      expect(tried).toEqual({
        isDone: false,
        outcome: { result: 'failed', saw: error.code, problem },
      });
      expect(EXITS[problem.exit].code).toBeGreaterThan(0);
    },
  );

  test.each(Object.entries(BY_LATE_STEP))(
    'has what to do when %s is late',
    async (step, problem) => {
      const never = new Promise<never>(() => undefined);
      const tried = await attempt(step as LateStep, { timeout: 1, signal: NOBODY }, () => never);
      const outcome = { result: 'failed', saw: 'nothing within 1 ms', problem };
      expect(tried).toEqual({ isDone: false, outcome });
    },
  );
});

/** TLS: the version, the certificate, and whether this machine trusts it. */

import { once } from 'node:events';
import { isIP } from 'node:net';
import { addAbortSignal } from 'node:stream';
import { checkServerIdentity, connect, type PeerCertificate, type TLSSocket } from 'node:tls';
import { attempt, type Limits } from './attempt.js';
import { codeOf, problemOfCode } from './diagnosis.js';
import { failed, type Outcome, passed, skipped } from './finding.js';
import type { Place } from './place.js';

type Handshake = {
  readonly version: string;
  readonly certificate: PeerCertificate;
  /** What OpenSSL said of the chain first; empty: it is trusted. */
  readonly verdict: string;
};

export async function encrypt(place: Place, limits: Limits): Promise<Outcome> {
  if (!place.endpoint.secure) return skipped('the scheme is ws: nothing is encrypted');
  const tried = await attempt('tls', limits, (signal) => shakeHands(place, signal));
  if (!tried.isDone) return tried.outcome;
  const { version, certificate } = tried.value;
  const [code, ...others] = codesOf(tried.value, place.host);
  const saw = `${version}, ${described(certificate)}`;
  if (code === undefined) return passed(saw, tried.ms, null);
  return failed([saw, code, ...others].join(', '), problemOfCode(code));
}

/** Whatever the certificate: one that is refused could not be looked at. Nothing is sent over it. */
async function shakeHands({ host, port }: Place, signal: AbortSignal): Promise<Handshake> {
  const options = {
    host,
    port,
    servername: isIP(host) === 0 ? host : '',
    rejectUnauthorized: false,
    ALPNProtocols: ['http/1.1'],
  };
  const socket = addAbortSignal(signal, connect(options));
  try {
    await once(socket, 'secureConnect');
    return {
      version: socket.getProtocol() ?? 'TLS',
      certificate: socket.getPeerCertificate(),
      verdict: verdictOf(socket),
    };
  } finally {
    socket.on('error', ignore).destroy();
  }
}

/** In the types an Error, in fact its code. */
function verdictOf({ authorized, authorizationError }: TLSSocket): string {
  return authorized ? '' : String(authorizationError);
}

/** What is wrong with it, the most telling first: OpenSSL stops at a certificate that it does not know. */
function codesOf({ certificate, verdict }: Handshake, host: string): readonly string[] {
  const codes = [
    Date.now() > Date.parse(certificate.valid_to) ? 'CERT_HAS_EXPIRED' : '',
    Date.now() < Date.parse(certificate.valid_from) ? 'CERT_NOT_YET_VALID' : '',
    verdict,
    codeOf(checkServerIdentity(host, certificate)),
  ];
  return [...new Set(codes)].filter((code) => code !== '');
}

function described({ subject, issuer, valid_to }: PeerCertificate): string {
  const until = new Date(valid_to).toISOString().slice(0, 10);
  return `certificate of ${nameOf(subject)} by ${nameOf(issuer)}, expires ${until}`;
}

function nameOf({ CN, O }: PeerCertificate['subject']): string {
  return [CN ?? O].flat().join(' ').slice(0, 80) || 'nobody';
}

/** What comes after the first failure says no more. */
function ignore(): void {}

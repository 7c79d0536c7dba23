/** The signature of a webhook, as standardwebhooks.com specifies it: HMAC-SHA256 over id, time and body. */

import { createHmac } from 'node:crypto';

export type Signed = {
  readonly id: string;
  /** Unix seconds. */
  readonly timestamp: number;
  readonly body: string | Uint8Array;
};

const BASE64_SECRET = 'whsec_';

/** One signature for each secret, so that a receiver with the old one and a receiver with the new one both find theirs. */
export function signatureOf(signed: Signed, secrets: readonly string[]): string {
  return secrets.map((secret) => `v1,${signedBy(secret, signed)}`).join(' ');
}

function signedBy(secret: string, { id, timestamp, body }: Signed): string {
  return createHmac('sha256', keyOf(secret))
    .update(`${id}.${timestamp}.`)
    .update(body)
    .digest('base64');
}

function keyOf(secret: string): Buffer {
  if (!secret.startsWith(BASE64_SECRET)) return Buffer.from(secret);
  return Buffer.from(secret.slice(BASE64_SECRET.length), 'base64');
}

/** A self-signed certificate for localhost and 127.0.0.1, valid until 2120; its key is no secret. */

import { readFileSync } from 'node:fs';

export type Certificate = { readonly cert: string; readonly key: string };

export function certificate(): Certificate {
  return { cert: read('localhost.crt'), key: read('localhost.key') };
}

function read(name: string): string {
  return readFileSync(new URL(`tls/${name}`, import.meta.url), 'utf8');
}

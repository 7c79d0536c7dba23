/** Certificates for localhost and 127.0.0.1, valid from 2020 to 2120; their one key is no secret. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export type Certificate = { readonly cert: string; readonly key: string };

/**
 * Self-signed all but `issued`, whose authority nobody has. `expired` was valid in 2001, `future` will be in 2110, and
 * `elsewhere` is for phoenix.example only.
 */
export type CertificateName = 'localhost' | 'expired' | 'future' | 'elsewhere' | 'issued';

export function certificate(name: CertificateName = 'localhost'): Certificate {
  return { cert: read(`${name}.crt`), key: read('localhost.key') };
}

export function certificatePath(name: CertificateName): string {
  return fileURLToPath(new URL(`tls/${name}.crt`, import.meta.url));
}

function read(name: string): string {
  return readFileSync(new URL(`tls/${name}`, import.meta.url), 'utf8');
}

/** The token that a listener asks for: read from its file at each request, compared in constant time. */

import { createHash, timingSafeEqual } from 'node:crypto';
import { authTokenFile } from '../../index.js';
import { problem, type Problem } from './problem.js';

/** Of a browser, who can only be asked for a name and a password. */
export type Scheme = 'bearer' | 'bearerOrBasic';

const REALM = 'realm="gen-socket-client"';
const CHALLENGES: { readonly [S in Scheme]: string } = {
  bearer: `Bearer ${REALM}`,
  bearerOrBasic: `Bearer ${REALM}, Basic ${REALM}, charset="UTF-8"`,
};
const REMEDIES: { readonly [S in Scheme]: string } = {
  bearer: "send 'Authorization: Bearer' and the token",
  bearerOrBasic: "send 'Authorization: Bearer' and the token, or the token as the password",
};

export class TokenCheck {
  readonly #file: ReturnType<typeof authTokenFile>;
  readonly #scheme: Scheme;

  constructor(path: string, scheme: Scheme) {
    this.#file = authTokenFile(path);
    this.#scheme = scheme;
  }

  /** Rejects with `PHX_CREDENTIALS_FILE` when there is no token in the file. */
  async token(): Promise<string> {
    return (await this.#file()).authToken ?? '';
  }

  /** Null: it is right. */
  async refusal(headers: Headers): Promise<Problem | null> {
    const given = this.#given(headers.get('authorization') ?? '');
    const token = await this.token().catch(() => null);
    if (token === null) {
      const detail = 'tokenFile cannot be read, or has no token: its owner has to mend it';
      return problem('API_TOKEN_UNREADABLE', detail, { headers: { 'retry-after': '5' } });
    }
    if (given !== null && isSame(given, token)) return null;
    const what = given === null ? 'no token was sent' : 'the token is not the right one';
    const headersOut = { 'www-authenticate': CHALLENGES[this.#scheme] };
    const detail = `${what}: ${REMEDIES[this.#scheme]}`;
    return problem('API_UNAUTHENTICATED', detail, { headers: headersOut });
  }

  #given(authorization: string): string | null {
    const [, scheme = '', text = ''] = /^(\w+) +(\S+)$/.exec(authorization) ?? [];
    if (scheme.toLowerCase() === 'bearer') return text;
    if (scheme.toLowerCase() !== 'basic' || this.#scheme === 'bearer') return null;
    return Buffer.from(text, 'base64')
      .toString()
      .replace(/^[^:]*:/, '');
  }
}

/** Digests are of one length, and tell nothing about how much of the token is right. */
function isSame(given: string, token: string): boolean {
  return timingSafeEqual(digest(given), digest(token));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

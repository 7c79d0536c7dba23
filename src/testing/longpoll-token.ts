/** The tokens of long-poll sessions: signed, so that nobody asks for a session by guessing. */

import { createHmac, randomBytes } from 'node:crypto';

export class LongPollTokens {
  readonly #key = randomBytes(32);

  /** Another one each time. */
  issue(): string {
    const id = randomBytes(16).toString('base64url');
    return `${id}.${this.#sign(id)}`;
  }

  /** Whether it was issued here, whatever has become of its session. */
  isOurs(token: string): boolean {
    const [id = '', signature = '', ...others] = token.split('.');
    return others.length === 0 && signature === this.#sign(id);
  }

  #sign(id: string): string {
    return createHmac('sha256', this.#key).update(id).digest('base64url');
  }
}

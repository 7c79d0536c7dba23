/** The auth token as subprotocols. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { authProtocols } from '../../../src/protocol/auth-token.js';

/** One seed, so that every run is the same. */
fc.configureGlobal({ seed: 41, numRuns: 300 });

/** What RFC 9110 lets a subprotocol be made of. */
const PROTOCOL = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

const PREFIX = 'base64url.bearer.phx.';

describe('a token that no server would read is refused, and not shown', () => {
  test.each([
    ['is empty', '', 'is empty'],
    ['has a slash in its base64', 'secret???', 'send it as a param'],
    ['holds half a surrogate pair', 'secret\ud83d', 'half a surrogate pair'],
    ['is too long', 'secret'.repeat(2000), 'a header of 16054 bytes and servers take 10000'],
    ['is no string', 7 as unknown as string, 'is not a string'],
    ['is missing', undefined as unknown as string, 'is not a string'],
  ])('one that %s', (_, token, message) => {
    expect(() => authProtocols(token)).toThrow(
      expect.objectContaining({
        code: 'PHX_BAD_OPTION',
        message: expect.stringContaining(message),
      }),
    );
    expect(() => authProtocols(token)).toThrow(/^(?!.*secret)/);
  });
});

describe('a token goes as base64 without padding, beside the subprotocol that the server chooses', () => {
  test.each([
    ['secret-token', 'c2VjcmV0LXRva2Vu'],
    ['a', 'YQ'],
    ['ab', 'YWI'],
    ['a~~', 'YX5+'],
    ['é', 'w6k'],
  ])('%s', (token, encoded) => {
    expect(authProtocols(token)).toEqual(['phoenix', PREFIX + encoded]);
  });

  test('and comes out as it went in, or is refused', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (token) => {
        fc.pre(!Buffer.from(token).toString('base64').includes('/'));
        const [chosen, bearer = ''] = authProtocols(token);
        expect(chosen).toBe('phoenix');
        expect(bearer).toMatch(PROTOCOL);
        expect(Buffer.from(bearer.slice(PREFIX.length), 'base64').toString()).toBe(token);
      }),
    );
  });

  test('always, when it is made of letters, digits, dots, dashes and underscores', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9._-]+$/), (token) => {
        expect(authProtocols(token)).toHaveLength(2);
      }),
    );
  });
});

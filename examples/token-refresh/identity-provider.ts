// Stands in for the service that your tokens come from. It gives one new token, and then knows the refresh token no more.

/** What the server refuses, and what a token is once its time is up. */
export const EXPIRED = 'expired';

const tokens = ['fresh'];

/** Null: the refresh token is dead. */
export function refresh(_signal: AbortSignal): Promise<string | null> {
  return Promise.resolve(tokens.shift() ?? null);
}

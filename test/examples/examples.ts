/** The examples that speak to the channels of the seeds, and how to tell that each of them works. */

import { shownBy } from './play.js';

export type Example = {
  /** Its folder. */
  readonly name: string;
  readonly program: string;
  /** Where the server has what it needs. */
  readonly mount: '/socket' | '/short';
  readonly env?: { readonly [name: string]: string };
  /** What it prints, in the form of `shownBy`. */
  readonly shows: readonly string[];
  /** What it ends with; null: with the signal of the interrupt. */
  readonly code: 0 | null;
};

/** The others bring a server of their own. */
export const examples: readonly Example[] = [
  inReadme('hello-sockets'),
  inReadme('slipstream-scripting'),
  inReadme('gen-socket-client'),
  inReadme('gen-socket-client', 'declared.ts'),
  inReadme('token-refresh'),
  inReadme('token-rotation'),
  { ...inReadme('numbers'), mount: '/short' },
  { ...ofDocs('script', []), shows: ["{ pong: 'pong' }", "{ bar: 'baz' }"], code: 0 },
  ofDocs('minimal', ["asked: { ping: 'wit' }", "told: ping ok { ping: 'early' }"]),
  ofDocs('policies', ['members:only PHX_JOIN_REFUSED given up']),
  { ...ofDocs('telemetry', ['…"joined"…']), env: { METRICS_PORT: '0' } },
];

/** Shown in the README of its folder. */
export function inReadme(name: string, program = 'program.ts'): Example {
  return { name, program, mount: '/socket', shows: shownBy(name, program), code: 0 };
}

/** Shown in a document, whose readers stop it as they please. */
function ofDocs(name: string, says: readonly string[]): Example {
  const shows = [...says.flatMap((line) => ['…', line]), '…', '^C'];
  return { name, program: 'program.ts', mount: '/socket', shows, code: null };
}

/** Two people in a room of the Hub, each in a terminal of their own. */

import { expect } from 'vitest';
import { TerminalProgram } from '../support/terminal-program.js';

const PROGRAM = new URL('../../examples/hub-chat/program.ts', import.meta.url);
const CTRL_C = '\u0003';
const CTRL_D = '\u0004';

/** They see each other come, type and shout, and go when it is over. `meanwhile` is what one of them sees before that. */
export async function talk(
  url: string,
  room: string,
  meanwhile: (robin: TerminalProgram) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const env = { PHOENIX_URL: url };
  await using robin = new TerminalProgram(PROGRAM, ['robin', room], env);
  await robin.shows('online: ');
  await using other = new TerminalProgram(PROGRAM, [], env);
  await other.shows('your name: ');
  other.type('robin2\r');
  await other.shows('room [lobby]: ');
  other.type(`${room}\r`);
  await other.shows('online: robin');
  await robin.shows('robin2 has joined');

  other.type('hey');
  await robin.shows('robin2 is typing');
  other.type('!\r');
  await robin.shows('< robin2 says: hey!');
  await robin.shows('robin2 has stopped typing');
  robin.type('\u00e7a va?\r');
  await other.shows('< robin says: \u00e7a va?');
  robin.type('/who\r');
  await robin.shows('online: robin, robin2');
  await meanwhile(robin);

  other.type(CTRL_C);
  await robin.shows('robin2 has left');
  expect(await other.ended).toBe(0);
  robin.type(CTRL_D);
  expect(await robin.ended).toBe(0);
}

/** Holds the drawings in the design document to the machines; `node tools/draw-charts.mjs` draws them anew. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { channelMachine, socketMachine } from '../../src/charts.js';
import { redraw } from '../support/chart-drawing.js';

const DESIGN = fileURLToPath(new URL('../../docs/design.md', import.meta.url));

test('the drawings in docs/design.md are those of the machines', async () => {
  const document = readFileSync(DESIGN, 'utf8');
  const drawn = redraw(redraw(document, 'socket', socketMachine), 'channel', channelMachine);
  await expect(drawn).toMatchFileSnapshot(DESIGN);
});

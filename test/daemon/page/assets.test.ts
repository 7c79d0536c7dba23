/** The files of the page where there are none. */

import { expect, test } from 'vitest';
import { assetsIn } from '../../../src/daemon/admin/page-assets.js';

test('a folder that is missing is an error of the configuration, with its remedy', () => {
  const assets = (): unknown => assetsIn(new URL('nowhere/', import.meta.url));
  expect(assets).toThrow(/cannot be read in .*nowhere.*: install .* set admin\.page to false$/);
  expect(assets).toThrow(expect.objectContaining({ code: 'PHX_BAD_OPTION' }));
});

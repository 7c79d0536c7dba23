/** Listeners for tests, and files with tokens. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { ListenerConfig } from '../../../src/daemon/config/schema.js';
import type { ListenerName } from '../../../src/daemon/listeners/exchange.js';
import {
  type Handler,
  type ListenerTerms,
  type OpenListener,
  openListener,
} from '../../../src/daemon/listeners/listener.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

export const TERMS: ListenerTerms = {
  meters: { request: () => undefined, attempt: () => undefined },
  log: () => undefined,
  failed: () => undefined,
};

export async function opened(
  config: Partial<ListenerConfig> = {},
  {
    name = 'api',
    handler = () => new Response('well'),
    terms = {},
  }: {
    name?: ListenerName;
    handler?: Handler;
    terms?: Partial<ListenerTerms>;
  } = {},
): Promise<OpenListener> {
  const listener = await openListener(name, { listen: 0, ...config }, handler, {
    ...TERMS,
    ...terms,
  });
  onTestFinished(() => listener.close());
  return listener;
}

export function tokenFile(token = 'right-token'): string {
  const path = join(temporaryFolder(), 'token');
  writeFileSync(path, `${token}\n`);
  return path;
}

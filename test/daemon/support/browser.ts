/** A headless Chromium for the tests of a file, and pages that keep what went wrong in them. */

import { existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, onTestFinished } from 'vitest';

const SHOTS = fileURLToPath(new URL('../../../build/screenshots/', import.meta.url));
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export type Watched = {
  readonly page: Page;
  /** What the console called an error, what was thrown, and requests that failed or went elsewhere. */
  readonly trouble: string[];
};

export function browserForTests(): (
  url: string,
  options?: BrowserContextOptions,
) => Promise<Watched> {
  let browser: Browser | null = null;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executable(), args: ARGS });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
  }, 60_000);
  return async (url, options = {}) => {
    if (browser === null) throw new Error('the browser is not there yet');
    const context = await browser.newContext(options);
    onTestFinished(() => context.close());
    const page = await context.newPage();
    return { page, trouble: troubleOf(page, url) };
  };
}

/** The serious and the critical. Axe is put in from outside, past the policy of the page. */
export async function barriers(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate<{
    violations: { id: string; impact: string; nodes: { html: string }[] }[];
  }>('axe.run(document)');
  return found.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

/** To be looked at by a person. */
export async function shoot(page: Page, name: string): Promise<void> {
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: `${SHOTS}${name}.png`, fullPage: true });
}

function executable(): string {
  const path = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
  if (existsSync(path)) return path;
  throw new Error(
    `there is no ${path}: install Chromium (apt-get install chromium), or say where it is by CHROMIUM_PATH`,
  );
}

function troubleOf(page: Page, url: string): string[] {
  const trouble: string[] = [];
  const { origin } = new URL(url);
  page.on('console', (message) => {
    if (message.type() === 'error') trouble.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => void trouble.push(`thrown: ${error.message}`));
  page.on('request', (request) => {
    if (!request.url().startsWith(origin)) trouble.push(`foreign: ${request.url()}`);
  });
  page.on('requestfailed', (request) => {
    trouble.push(`failed: ${request.url()} ${request.failure()?.errorText ?? ''}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) trouble.push(`${response.status()}: ${response.url()}`);
  });
  return trouble;
}

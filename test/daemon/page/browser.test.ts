/** The page in a browser: through an outage and back, for every eye and hand, and with nothing in it that should not be. */

import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { seedChannels } from '../../../src/testing/index.js';
import { barriers, browserForTests, shoot } from '../support/browser.js';
import { builtPage } from '../support/built-page.js';
import { PageStage } from '../support/page-stage.js';
import { FAILING } from '../support/watched-sidecar.js';

const assets = builtPage();
const visit = browserForTests();

const WANTED = {
  'rooms:lobby': {},
  'numbers:positive': { every: 50 },
  'room:1': { username: 'mary' },
  'ping:wild': {},
};

function says(page: Page, text: RegExp): Promise<void> {
  return page.locator('#headline').filter({ hasText: text }).waitFor();
}

describe('the page', () => {
  test('shows a connection, its outage, and its return', async () => {
    await using stage = await PageStage.open({ assets, wanted: WANTED });
    await stage.joined();
    const { page, trouble } = await visit(stage.url);
    await page.goto(stage.url);
    await says(page, /^Connected for \d+ s\.$/);
    await page.locator('#details', { hasText: 'All 4 channels are joined.' }).waitFor();
    expect(await page.locator('.state[data-lit] text').first().textContent()).toBe('connected');
    await page
      .locator('#channels tbody tr', { hasText: 'numbers:positive' })
      .filter({ hasText: /\d\/s/ })
      .waitFor();
    await shoot(page, 'connected');

    stage.double.faults.refuse(503);
    stage.double.cut();
    await says(page, /^Disconnected for \d+ s: refused.* Next attempt in \d+ s \(attempt \d+\)\.$/);
    await page.locator('#details', { hasText: '4 of 4 channels are not joined' }).waitFor();
    await page.locator('#socket-chart .state[data-lit]', { hasText: 'backing off' }).waitFor();
    expect(await page.title()).toMatch(/^! /);
    await shoot(page, 'outage');

    stage.double.faults.heal();
    await says(page, /^Connected for \d+ s\.$/);
    await page.locator('#details', { hasText: 'may have been missed' }).waitFor();
    await page
      .locator('#timeline tbody tr', { hasText: 'backingOff → connecting' })
      .first()
      .waitFor();
    await shoot(page, 'recovery');
    expect(trouble).toEqual([]);
  });

  test('says that it is not live when the daemon is gone, and is live again by itself', async () => {
    await using stage = await PageStage.open({ assets });
    await stage.joined();
    const { page } = await visit(stage.url);
    await page.goto(stage.url);
    await says(page, /^Connected/);
    await stage.hangUp();
    await page
      .locator('#stale', { hasText: /^Not live since .* the daemon does not answer/ })
      .waitFor();
    await shoot(page, 'gone');
    await stage.listen();
    await page.locator('#stale').waitFor({ state: 'hidden' });
    expect(await page.locator('body').getAttribute('data-live')).toBe('yes');
  });

  test.each(['light', 'dark'] as const)('has no serious barrier in the %s', async (colorScheme) => {
    await using stage = await PageStage.open({
      assets,
      wanted: { ...WANTED, 'ping:denied': { deny: 'no seat left' } },
      change: (snapshot) => ({ ...snapshot, deliveries: [FAILING] }),
    });
    const { page, trouble } = await visit(stage.url, { colorScheme, reducedMotion: 'reduce' });
    await page.goto(stage.url);
    await says(page, /^Connected for \d+ s\. 1 of 5 channels is not joined: ping:denied \(/);
    await page.locator('#details', { hasText: 'Delivery billing has failed too often' }).waitFor();
    await shoot(page, colorScheme);
    expect(await barriers(page)).toEqual([]);
    stage.double.faults.refuse(403);
    stage.double.cut();
    await says(page, /^Disconnected/);
    expect(await barriers(page)).toEqual([]);
    expect(trouble).toEqual([]);
  });

  test('can be read on a phone, without scrolling sideways', async () => {
    const long = `ping:${'x'.repeat(120)}`;
    await using stage = await PageStage.open({
      assets,
      wanted: { ...WANTED, [long]: {} },
      change: (snapshot) => ({ ...snapshot, deliveries: [FAILING] }),
    });
    await stage.joined();
    const { page } = await visit(stage.url, { viewport: { width: 360, height: 740 } });
    await page.goto(stage.url);
    await says(page, /^Connected/);
    await page.locator('#channels', { hasText: long }).waitFor();
    await shoot(page, 'phone');
    const widths = await page.evaluate<number[]>(
      '[document.documentElement, ...document.querySelectorAll(".frame")].map((e) => e.scrollWidth - e.clientWidth)',
    );
    expect(Math.max(...widths)).toBe(0);
    expect(await barriers(page)).toEqual([]);
  });

  test('pushes and shows the reply, by the keyboard alone', async () => {
    await using stage = await PageStage.open({ assets, wanted: WANTED });
    await stage.joined();
    const { page, trouble } = await visit(stage.url);
    await page.goto(stage.url);
    await says(page, /^Connected/);
    const reached = await reachedByTab(page);
    expect(reached).toEqual(
      expect.arrayContaining([
        'filter',
        'push-topic',
        'push-event',
        'push-wait',
        'push-payload',
        'reconnect',
        'pause',
        'resume',
      ]),
    );
    await page.locator('#push-topic').focus();
    await page.keyboard.type('ping:wild');
    await page.keyboard.press('Tab');
    await page.keyboard.type('ping');
    await page.keyboard.press('Enter');
    await page.locator('#answer', { hasText: '"ping": "pong"' }).waitFor();
    await page.locator('#push-payload').fill('{ nonsense');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.locator('#answer', { hasText: 'The payload is not JSON' }).waitFor();
    await page.locator('#pause').press('Enter');
    await says(page, /until somebody resumes/);
    await page.locator('#resume').press('Enter');
    await says(page, /^Connected/);
    expect(trouble).toEqual([]);
  });

  test('has no push box where it may not control', async () => {
    await using stage = await PageStage.open({ assets, control: false });
    const { page } = await visit(stage.url);
    await page.goto(stage.url);
    await says(page, /^Connected/);
    expect(await page.locator('#control').isVisible()).toBe(false);
  });

  test('shows HTML in topics, errors and replies as text', async () => {
    const evil = '<img src=x onerror="document.title=`owned`">';
    await using stage = await PageStage.open({
      assets,
      wanted: { [`ping:${evil}`]: {}, 'ping:refused': { deny: evil } },
      channels: seedChannels(),
      change: (snapshot) => ({
        ...snapshot,
        socket: { ...snapshot.socket, url: evil, close: { cause: 'peer', what: evil, at: 1 } },
        deliveries: [{ ...FAILING, name: evil, lastError: { at: 1, what: evil } }],
      }),
    });
    const { page, trouble } = await visit(stage.url);
    await page.goto(stage.url);
    await page.locator('#channels tbody th', { hasText: `ping:${evil}` }).waitFor();
    await page.locator('#push-topic').fill(`ping:${evil}`);
    await page.locator('#push-event').fill('echo');
    await page.locator('#push-payload').fill(JSON.stringify({ evil }));
    await page.locator('#push button').click();
    await page.locator('#answer', { hasText: 'onerror' }).waitFor();
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.title()).not.toBe('owned');
    expect(trouble).toEqual([]);
  });

  test('shows the worst of ten thousand channels, and finds any', async () => {
    const since = Date.now();
    const channels = Array.from({ length: 10_000 }, (_, index) => ({
      topic: `orders:${index}`,
      state: index === 7777 ? 'errored' : 'joined',
      since,
      error: index === 7777 ? 'refused: no such order' : null,
      retryAt: null,
      gap: null,
      messagesIn: index,
      pushesOut: 0,
    }));
    await using stage = await PageStage.open({
      assets,
      change: (snapshot) => ({ ...snapshot, channels }),
    });
    const { page } = await visit(stage.url);
    await page.goto(stage.url);
    await says(page, /1 of 10\u202f000 channels is not joined: orders:7777/);
    expect(await page.locator('#channels tbody tr').count()).toBe(100);
    expect(await page.locator('#channels tbody th').first().textContent()).toBe('orders:7777');
    await page.locator('#filter').fill('orders:9876');
    await page.locator('#channels-count', { hasText: '1 listed' }).waitFor();
    expect(await page.locator('#channels tbody th').allTextContents()).toEqual(['orders:9876']);
  });
});

/** The ids of what the Tab key comes by, until it comes around; each must show that it has the focus. */
async function reachedByTab(page: Page): Promise<readonly string[]> {
  const reached: string[] = [];
  for (let press = 0; press < 40; press += 1) {
    await page.keyboard.press('Tab');
    const [id, outline] = await page.evaluate<[string, string]>(
      '[document.activeElement.id, getComputedStyle(document.activeElement).outlineStyle]',
    );
    if (id !== '') expect(outline, id).toBe('solid');
    if (id !== '' && reached.includes(id)) return reached;
    if (id !== '') reached.push(id);
  }
  return reached;
}

import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';

import { check, expect, flipped, test } from './world';

async function expectNoViolation(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const told = violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`,
  );
  expect(told).toEqual([]);
}

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [390, 1280]) {
    test.describe(`${colorScheme}, ${width} pixels wide`, () => {
      test.use({
        colorScheme,
        viewport: { width, height: 860 },
        reducedMotion: 'reduce',
      } as object);

      test('axe finds nothing on the verifier', async ({ page, certificate }) => {
        await page.goto('/');
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
        await expectNoViolation(page);
        await check(page, certificate.hcert);
        await expect(page.locator('[data-verdict=valid]')).toBeVisible();
        await expectNoViolation(page);
        await check(page, flipped(certificate.hcert, 300));
        await expect(page.locator('[data-verdict]')).toBeVisible();
        await expectNoViolation(page);
        await check(page, 'https://example.org');
        await expect(page.getByTestId('unusable')).toBeVisible();
        await expectNoViolation(page);
      });

      test('axe finds nothing on the chain', async ({ page, certificate }) => {
        await page.goto('/chain');
        await expect(page.getByTestId('events').first()).toBeVisible();
        await expect(page.getByTestId('hospitals')).toBeVisible();
        await expectNoViolation(page);
        await page.goto(`/chain/block/${certificate.blockNumber}`);
        await expect(page.getByTestId('transactions')).toBeVisible();
        await expectNoViolation(page);
        await page.goto(`/chain/tx/${certificate.transactionHash}`);
        await page.getByRole('button', { name: /Show the raw data/ }).click();
        await expectNoViolation(page);
      });
    });
  }
}

test('roles: one banner, one main, named navigation, a live verdict', async ({
  page,
  certificate,
}) => {
  await page.goto('/');
  await expect(page.getByRole('banner')).toHaveCount(1);
  await expect(page.getByRole('main')).toHaveCount(1);
  await expect(page.getByRole('contentinfo')).toHaveCount(1);
  const navigation = page.getByRole('navigation', { name: 'Main' });
  await expect(navigation.getByRole('link', { name: 'Verify' })).toHaveAttribute(
    'aria-current',
    'page',
  );
  await expect(page.getByRole('radiogroup', { name: 'Appearance' }).getByRole('radio')).toHaveCount(
    3,
  );
  await check(page, certificate.hcert);
  await expect(page.locator('[aria-live=assertive]')).toHaveText(/^Valid\. /);
});

test('the keyboard alone: skip link, paste, verdict, keep, clear', async ({
  page,
  certificate,
}) => {
  await page.goto('/');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();
  const order = [
    page.getByRole('button', { name: 'Open the camera' }),
    page.getByRole('button', { name: 'Choose a file' }),
    page.getByRole('textbox', { name: 'Text of the certificate' }),
  ];
  for (const stop of order) {
    await page.keyboard.press('Tab');
    await expect(stop).toBeFocused();
  }
  await page.keyboard.insertText(certificate.hcert);
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Check', exact: true })).toBeFocused();
  await page.keyboard.press('Space');
  await expect(page.getByRole('heading', { name: 'Valid', exact: true })).toBeFocused();
  const keep = page.getByRole('button', { name: 'Keep' });
  for (
    let stops = 0;
    stops < 10 && !(await keep.evaluate((one) => one === document.activeElement));
    stops++
  ) {
    await page.keyboard.press('Tab');
  }
  await expect(keep).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('countdown')).toHaveText('Kept until you clear it');
  await page.getByRole('button', { name: 'Clear' }).press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
});

test('the appearance follows the arrow keys and is remembered', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('radio', { name: 'As the device' }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('radio', { name: 'Dark' })).toBeChecked();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
});

test('nothing is wider than a small phone, nor than a page turned around', async ({
  page,
  certificate,
}) => {
  await page.setViewportSize({ width: 320, height: 640 });
  const overflow = () =>
    page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
  const paths = [
    '/',
    '/chain',
    `/chain/block/${certificate.blockNumber}`,
    `/chain/tx/${certificate.transactionHash}`,
  ];
  for (const path of paths) {
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await page.waitForLoadState('networkidle');
    expect(await overflow(), path).toBeLessThanOrEqual(0);
    await page.evaluate(() => (document.documentElement.dir = 'rtl'));
    expect(await overflow(), `${path}, right to left`).toBeLessThanOrEqual(0);
  }
});

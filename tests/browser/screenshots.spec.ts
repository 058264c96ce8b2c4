import { join } from 'node:path';

import { root } from './node';
import { check, expect, flipped, test } from './world';

// Pictures for people to look at (build/screenshots); what must hold is tested elsewhere.
const folder = join(root, 'build/screenshots');

for (const [device, viewport] of [
  ['phone', { width: 390, height: 844 }],
  ['desktop', { width: 1280, height: 860 }],
] as const) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test.describe(`${device}, ${colorScheme}`, () => {
      test.use({ viewport, colorScheme });

      test('pictures of every page', async ({ page, certificate }) => {
        // The window grows to the page, so that what sticks to its end covers nothing.
        const shoot = async (name: string) => {
          const height = await page.evaluate(() => document.documentElement.scrollHeight);
          await page.setViewportSize({ ...viewport, height: Math.max(height, viewport.height) });
          await page.screenshot({ path: join(folder, `${name}-${device}-${colorScheme}.png`) });
          await page.setViewportSize(viewport);
        };
        await page.goto('/');
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
        await shoot('verifier');
        await check(page, certificate.hcert);
        await expect(page.locator('[data-verdict=valid]')).toBeVisible();
        await page.getByRole('button', { name: 'Keep' }).click();
        await shoot('valid');
        await check(page, flipped(certificate.hcert, 300));
        await expect(page.locator('[data-verdict]')).toBeVisible();
        await shoot('flipped');
        await check(page, 'https://example.org');
        await expect(page.getByTestId('unusable')).toBeVisible();
        await shoot('foreign');
        await page.goto('/chain');
        await expect(page.getByTestId('events')).toBeVisible();
        await expect(page.getByTestId('hospitals')).toBeVisible();
        await shoot('chain');
        await page.goto(`/chain/block/${certificate.blockNumber}`);
        await expect(page.getByTestId('transactions')).toBeVisible();
        await shoot('block');
        await page.goto(`/chain/tx/${certificate.transactionHash}`);
        await expect(page.getByTestId('outcome')).toBeVisible();
        await shoot('transaction');
      });
    });
  }
}

import { join } from 'node:path';

import { root } from './node';
import { qrDrawing, qrPhoto, qrPicture } from './pictures';
import { check, expect, flipped, test } from './world';

const verdict = '[data-verdict]';

test('a pasted code is valid, with person, vaccine and every check', async ({
  page,
  certificate,
}) => {
  await check(page, certificate.hcert);
  await expect(page.getByRole('heading', { name: 'Valid', exact: true })).toBeFocused();
  await expect(page.locator(verdict)).toHaveAttribute('data-verdict', 'valid');
  await expect(page.locator('[data-fact=name]')).toContainText('Musterfrau');
  for (const name of ['structure', 'signature', 'issuer', 'validity', 'chain']) {
    await expect(page.locator(`[data-check=${name}]`)).toContainText('Passed');
  }
  await expect(page.getByText('Compare the name and the birth date')).toBeVisible();
  await expect(page.getByTestId('freshness')).toContainText('Looked up on the chain');
});

test('the page works again after a reload', async ({ page }) => {
  // The second answer is a 304, whose fields the browser merges into the stored page.
  for (let visit = 0; visit < 3; visit++) {
    await page.goto('/');
    await expect(page.getByRole('button', { name: 'Open the camera' })).toBeVisible();
  }
});

test('one exchanged character is never valid, and says why', async ({ page, certificate }) => {
  for (const place of [4, 5, 60, 200, certificate.hcert.length - 3]) {
    await check(page, flipped(certificate.hcert, place));
    await expect(page.locator(verdict)).toHaveAttribute('data-verdict', /invalid|unreadable/);
    await expect(page.getByTestId('reason')).not.toBeEmpty();
    await expect(page.getByTestId('advice')).not.toBeEmpty();
    await expect(page.getByText('Compare the name and the birth date')).toHaveCount(0);
  }
});

test('a revoked certificate says that it was revoked', async ({ page, node }) => {
  const [other] = await node.issue(join(root, 'demo/mila-kind.json'));
  if (!other) throw new Error('no certificate was issued');
  await node.revoke(other.commitment, 1);
  await check(page, other.hcert);
  await expect(page.locator(verdict)).toHaveAttribute('data-verdict', 'invalid');
  await expect(page.locator('[data-check=chain]')).toContainText('It was revoked');
});

test('a picture is read in the browser', async ({ page, certificate }) => {
  await page.goto('/');
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Choose a file' }).click();
  await (await chooser).setFiles(await qrPicture(certificate.hcert, 'plain'));
  await expect(page.locator(verdict)).toHaveAttribute('data-verdict', 'valid');
});

test('a photo, turned and noisy, is read as well', async ({ page, certificate }) => {
  await page.goto('/');
  await page.locator('input[type=file]').setInputFiles(await qrPhoto(certificate.hcert, 'photo'));
  await expect(page.locator(verdict)).toHaveAttribute('data-verdict', 'valid');
});

test('the picture itself is never sent', async ({ page, certificate }) => {
  const bodies: string[] = [];
  page.on('request', (request) => bodies.push(request.postData() ?? ''));
  await page.goto('/');
  await page.locator('input[type=file]').setInputFiles(await qrPicture(certificate.hcert, 'sent'));
  await expect(page.locator(verdict)).toBeVisible();
  expect(bodies.filter(Boolean)).toEqual([JSON.stringify({ code: certificate.hcert })]);
});

test('a drawing, as `salus issue --out` writes it, is read', async ({ page, certificate }) => {
  await page.goto('/');
  await page.locator('input[type=file]').setInputFiles(await qrDrawing(certificate.hcert, 'svg'));
  await expect(page.locator(verdict)).toHaveAttribute('data-verdict', 'valid');
});

test('a text file is read', async ({ page, certificate }) => {
  await page.goto('/');
  await page.locator('input[type=file]').setInputFiles({
    name: 'certificate.txt',
    mimeType: 'text/plain',
    buffer: Buffer.from(`${certificate.hcert}\n`),
  });
  await expect(page.locator(verdict)).toHaveAttribute('data-verdict', 'valid');
});

test('a strange QR code is "not one of our codes" and is not sent', async ({ page }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await page.goto('/');
  const picture = await qrPicture('https://example.org/menu', 'menu');
  await page.locator('input[type=file]').setInputFiles(picture);
  await expect(page.getByRole('heading', { name: 'Not one of our codes' })).toBeFocused();
  expect(asked).not.toContain('/api/v1/verify');
});

test('a picture without a code, and a file that is none, say so', async ({ page }) => {
  await page.goto('/');
  const input = page.locator('input[type=file]');
  await input.setInputFiles(join(root, 'web/public/favicon.svg'));
  await expect(page.getByRole('heading', { name: 'No QR code found' })).toBeVisible();
  await page.getByRole('button', { name: 'Check another' }).click();
  const broken = { name: 'x.png', mimeType: 'image/png', buffer: Buffer.from('no picture') };
  await input.setInputFiles(broken);
  await expect(page.getByRole('heading', { name: 'This file cannot be read' })).toBeVisible();
});

test('the result clears itself after a minute and leaves nothing', async ({
  page,
  certificate,
}) => {
  await page.clock.install();
  await check(page, certificate.hcert);
  await expect(page.getByTestId('countdown')).toContainText('Clears in');
  await page.clock.runFor(61_000);
  await expect(
    page.getByRole('heading', { name: 'Check a vaccination certificate' }),
  ).toBeFocused();
  expect(await page.content()).not.toContain('Musterfrau');
  const stored = await page.evaluate(async () => ({
    local: Object.keys(localStorage),
    session: sessionStorage.length,
    databases: (await indexedDB.databases()).length,
    caches: (await caches.keys()).length,
  }));
  expect(stored).toEqual({ local: [], session: 0, databases: 0, caches: 0 });
});

test('a result that is kept stays', async ({ page, certificate }) => {
  await page.clock.install();
  await check(page, certificate.hcert);
  await page.getByRole('button', { name: 'Keep' }).click();
  await page.clock.runFor(300_000);
  await expect(page.locator(verdict)).toBeVisible();
});

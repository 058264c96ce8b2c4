import { join } from 'node:path';

import { root } from './node';
import { expect, test } from './world';

test('the block and the event of an issue are shown', async ({ page, certificate }) => {
  await page.goto('/chain');
  await expect(page.getByTestId('liveness')).toHaveText('Live');
  const blocks = page.getByTestId('blocks');
  await expect(
    blocks.getByRole('link', { name: String(certificate.blockNumber), exact: true }),
  ).toBeVisible();
  const event = page
    .getByTestId('events')
    .locator(`a[href="/chain/tx/${certificate.transactionHash}"]`);
  await expect(event.first()).toContainText(/\d+ certificates? issued by /);

  await event.first().click();
  await expect(page.getByTestId('outcome')).toContainText('Done');
  await expect(page.getByText(certificate.transactionHash)).toBeVisible();
  await page.getByRole('link', { name: String(certificate.blockNumber), exact: true }).click();
  await expect(page).toHaveURL(`/chain/block/${certificate.blockNumber}`);
  await expect(page.getByTestId('transactions')).toContainText('Vaccine passport');
});

test('a new certificate appears by itself', async ({ page, node, certificate }) => {
  await page.goto('/chain');
  await expect(page.getByTestId('head')).not.toHaveText('–');
  await expect(page.getByTestId('blocks')).toContainText(String(certificate.blockNumber));
  const [fresh] = await node.issue(join(root, 'demo/jose-ejemplo.json'));
  if (!fresh) throw new Error('no certificate was issued');
  await expect(
    page.getByTestId('events').locator(`a[href="/chain/tx/${fresh.transactionHash}"]`),
  ).toBeVisible();
  await expect(page.getByTestId('blocks')).toContainText(String(fresh.blockNumber));
});

test('the accredited hospital is listed, in words', async ({ page }) => {
  await page.goto('/chain');
  await expect(page.getByTestId('hospitals').getByRole('row')).toHaveCount(2);
  await expect(page.getByTestId('hospitals')).toContainText('Accredited');
  await page
    .getByRole('button', { name: 'Look further back' })
    .or(page.getByTestId('events'))
    .first()
    .waitFor();
  await expect(page.getByTestId('events')).toContainText(/ accredited/);
});

test('the contracts of the network are the ones of the status', async ({ page, node }) => {
  const status = (await (await fetch(`${node.url}/api/v1/status`)).json()) as {
    contracts: Record<string, string>;
  };
  await page.goto('/chain');
  for (const [name, address] of Object.entries(status.contracts)) {
    await expect(page.locator(`[data-contract=${name}] code`)).toHaveAttribute('title', address);
  }
});

test('finding: by number, by hash, and what is neither or does not exist', async ({
  page,
  certificate,
}) => {
  const find = async (text: string) => {
    await page.goto('/chain');
    await page.getByRole('textbox', { name: 'Find a block or a transaction' }).fill(text);
    await page.keyboard.press('Enter');
  };
  await find(String(certificate.blockNumber));
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(
    `Block ${certificate.blockNumber}`,
  );
  await find(certificate.transactionHash);
  await expect(page.getByTestId('outcome')).toContainText('Done');
  await find('no hash');
  await expect(page.getByRole('alert')).toContainText('Enter a block number');
  await find('999999999');
  await expect(page.getByRole('alert')).toContainText('does not know this');
  await find(`0x${'12'.repeat(32)}`);
  await expect(page.getByRole('alert')).toContainText('does not know this');
});

import { SalusNode } from './node';
import { expect, test } from './world';

// A node that stops makes the browser complain on its console: that is what is tested here.
test.use({ quiet: false });

test('a node that stopped is told in words, and trying again helps', async ({
  page,
  certificate,
}) => {
  await page.goto('/verify');
  await page.route('**/api/v1/verify', (route) => route.abort('connectionrefused'), { times: 1 });
  await page.getByRole('textbox', { name: 'Text of the certificate' }).fill(certificate.hcert);
  await page.getByRole('button', { name: 'Check', exact: true }).click();
  await expect(page.getByRole('alert')).toContainText('does not answer');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.locator('[data-verdict=valid]')).toBeVisible();
});

test('the chain page says when its node is gone', async ({ page }) => {
  const other = await SalusNode.start();
  await page.goto(`${other.url}/chain`);
  await expect(page.getByTestId('liveness')).toHaveAttribute('data-liveness', 'live');
  await other.stop();
  await expect(page.getByTestId('liveness')).toHaveAttribute('data-liveness', 'down');
  await expect(page.getByTestId('liveness')).toHaveText('Not connected');
});

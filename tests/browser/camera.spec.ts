import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { chromium as playwright } from '@playwright/test';

import { chromium, chromiumFlags } from './chromium';
import { qrVideo } from './pictures';
import { expect, test } from './world';

/** A browser whose camera shows this text as a QR code. */
async function openWithCamera(url: string, text: string, name: string) {
  const video = await qrVideo(text, name);
  const profile = await mkdtemp(join(tmpdir(), 'salus-profile-'));
  const context = await playwright.launchPersistentContext(profile, {
    executablePath: chromium,
    headless: true,
    baseURL: url,
    args: [
      ...chromiumFlags,
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      `--use-file-for-fake-video-capture=${video}`,
    ],
  });
  return { context, page: await context.newPage() };
}

test('the camera reads a code with one tap and is switched off', async ({ node, certificate }) => {
  const { context, page } = await openWithCamera(node.url, certificate.hcert, 'camera');
  try {
    await page.goto('/');
    await page.evaluate(() => {
      const original = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
      const streams: MediaStream[] = [];
      Object.assign(window, { streams });
      navigator.mediaDevices.getUserMedia = async (constraints) => {
        const stream = await original(constraints);
        streams.push(stream);
        return stream;
      };
    });
    await page.getByRole('button', { name: 'Open the camera' }).click();
    await expect(page.locator('[data-verdict]')).toHaveAttribute('data-verdict', 'valid');
    const states = await page.evaluate(() =>
      (window as unknown as { streams: MediaStream[] }).streams.flatMap((stream) =>
        stream.getTracks().map((track) => track.readyState),
      ),
    );
    expect(states).toEqual(['ended']);
  } finally {
    await context.close();
  }
});

test('the camera can be stopped before it finds anything', async ({ node }) => {
  const { context, page } = await openWithCamera(node.url, 'https://example.org', 'strange');
  try {
    await page.goto('/');
    await page.getByRole('button', { name: 'Open the camera' }).click();
    await expect(page.getByRole('button', { name: 'Stop the camera' })).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('button', { name: 'Open the camera' })).toBeFocused();
    await page.getByRole('button', { name: 'Open the camera' }).click();
    await expect(page.getByRole('heading', { name: 'Not one of our codes' })).toBeFocused();
  } finally {
    await context.close();
  }
});

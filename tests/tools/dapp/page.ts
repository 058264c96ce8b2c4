// MetaMask's test dapp, served as installed and opened in a browser that reaches nobody else.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { type AddressInfo } from 'node:net';
import { dirname, extname, join, normalize } from 'node:path';

import { type Browser, chromium as playwright, type Page } from 'playwright-core';

import { chromium, chromiumFlags } from '../../browser/chromium';
import { type Request, Wallet } from './wallet';

const KINDS: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
};

export const PROVIDER_NAME = 'Stand-in for MetaMask';
const PROVIDER_UUID = '350670db-19fa-4704-a166-e52e178b59d2';

async function serveDapp() {
  const require = createRequire(import.meta.url);
  const folder = join(dirname(require.resolve('@metamask/test-dapp/package.json')), 'dist');
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://dapp');
    const name = normalize(pathname === '/' ? '/index.html' : pathname);
    readFile(join(folder, name)).then(
      (bytes) => {
        const type = KINDS[extname(name)] ?? 'application/octet-stream';
        response.writeHead(200, { 'content-type': type }).end(bytes);
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}

/** Runs in the page, before its own scripts: window.ethereum, announced by EIP-6963 too. */
function injectProvider({ name, uuid }: { name: string; uuid: string }): void {
  type Listener = (value: unknown) => void;
  type Outside = { walletRequest(request: string): Promise<string> };
  const listeners = new Map<string, Set<Listener>>();
  const request = async (wanted: unknown) => {
    const answer = JSON.parse(
      await (window as unknown as Outside).walletRequest(JSON.stringify(wanted)),
    ) as { result?: unknown; error?: { message: string } };
    if (answer.error) throw Object.assign(new Error(answer.error.message), answer.error);
    return answer.result;
  };
  const provider = {
    isMetaMask: true,
    request,
    on: (event: string, listener: Listener) => {
      listeners.set(event, (listeners.get(event) ?? new Set()).add(listener));
    },
    removeListener: (event: string, listener: Listener) => listeners.get(event)?.delete(listener),
  };
  const walletEmit = (event: string, value: unknown) =>
    listeners.get(event)?.forEach((listener) => listener(value));
  Object.assign(window, { ethereum: provider, walletEmit });
  const info = { uuid, name, icon: '', rdns: 'io.metamask' };
  const detail = Object.freeze({ info, provider });
  const announce = () =>
    window.dispatchEvent(new CustomEvent('eip6963:announceProvider', { detail }));
  window.addEventListener('eip6963:requestProvider', announce);
  announce();
}

export type Dapp = Awaited<ReturnType<typeof openDapp>>;

export async function openDapp(nodeUrl: string, key: `0x${string}`) {
  const site = await serveDapp();
  const browser: Browser = await playwright.launch({
    executablePath: chromium,
    args: chromiumFlags,
    headless: true,
  });
  const context = await browser.newContext();
  const page: Page = await context.newPage();
  const emit = (event: string, value: unknown) =>
    page.evaluate(
      ([name, given]) =>
        (window as unknown as { walletEmit(name: unknown, given: unknown): void }).walletEmit(
          name,
          given,
        ),
      [event, value],
    );
  const wallet = new Wallet(nodeUrl, key, emit);
  await context.route(
    (url) => url.origin !== site.url,
    (route) => route.abort(),
  );
  await context.exposeFunction('walletRequest', async (wanted: string) =>
    JSON.stringify(await wallet.answer(JSON.parse(wanted) as Request)),
  );
  await context.addInitScript(injectProvider, { name: PROVIDER_NAME, uuid: PROVIDER_UUID });
  wallet.start();
  const close = async () => {
    await browser.close();
    await wallet.stop();
    site.close();
  };
  return { page, wallet, url: site.url, close };
}

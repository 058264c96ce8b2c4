import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { chromium } from './chromium';

const run = promisify(execFile);
export const root = fileURLToPath(new URL('../..', import.meta.url));

const binary = process.env['SALUS_BINARY'] ?? join(root, 'build/release/src/app/salus');
const webDir = process.env['SALUS_WEB_DIR'] ?? join(root, 'web/dist');
const startSeconds = 120;

/** What is absent on this machine, by name; the tests are then skipped and say so. */
export function absent(): string | undefined {
  if (!existsSync(binary)) return `SKIPPED: the salus program is absent at ${binary}`;
  if (!existsSync(join(webDir, 'index.html')))
    return `SKIPPED: the built web app is absent at ${webDir}`;
  if (!existsSync(chromium)) return `SKIPPED: Chromium is absent at ${chromium}`;
  return undefined;
}

export interface Issued {
  commitment: string;
  hcert: string;
  transactionHash: string;
  blockNumber: number;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** `salus serve --dev` in a folder of its own, and the client subcommands against it. */
export class SalusNode {
  private stderr = '';

  private constructor(
    private readonly process: ChildProcess,
    private readonly datadir: string,
    readonly url: string,
  ) {
    process.stderr?.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
  }

  static async start(): Promise<SalusNode> {
    const datadir = await mkdtemp(join(tmpdir(), 'salus-browser-'));
    const port = await freePort();
    const options = ['--dev', '--datadir', datadir, '--http.port', String(port)];
    const process = spawn(binary, ['serve', ...options, '--web-dir', webDir], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const node = new SalusNode(process, datadir, `http://127.0.0.1:${port}`);
    await node.ready();
    return node;
  }

  private async ready(): Promise<void> {
    const end = Date.now() + startSeconds * 1000;
    while (Date.now() < end) {
      if (this.process.exitCode !== null) throw new Error(`salus serve stopped:\n${this.stderr}`);
      const answer = await fetch(`${this.url}/readiness`).catch(() => undefined);
      if (answer?.ok) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`salus serve did not become ready:\n${this.stderr}`);
  }

  /** `salus issue --fhir FILE --json`: all its certificates. */
  async issue(file: string): Promise<Issued[]> {
    const client = ['--node', this.url, '--datadir', this.datadir, '--json'];
    const { stdout } = await run(binary, ['issue', ...client, '--fhir', file]);
    return (JSON.parse(stdout) as { issued: Issued[] }).issued;
  }

  /** Revokes as the hospital would, over the REST interface. */
  async revoke(commitment: string, reason: number): Promise<void> {
    const token = (await readFile(join(this.datadir, 'api-token'), 'utf8')).trim();
    const answer = await fetch(`${this.url}/api/v1/revoke`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ commitment, reason }),
    });
    if (!answer.ok) throw new Error(`revoke: ${answer.status} ${await answer.text()}`);
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.kill('SIGTERM');
    await ended;
    await rm(this.datadir, { recursive: true, force: true });
  }
}

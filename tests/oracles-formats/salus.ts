// A running `salus serve --dev` with SMART Health Cards, and `salus verify`, for these tests.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const binary = process.env.SALUS_BINARY ?? '';
export const ready = existsSync(binary);
export const issuerUrl = 'https://hospital.example/cards';

export type Issued = {
  commitment: string;
  hcert: string;
  shc?: { text?: string; jws?: string; rule?: string };
};
export type Verdict = {
  overall: string;
  format: string;
  checks: { name: string; outcome: string; code: string }[];
  certificate?: Record<string, unknown>;
};

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

export class Salus {
  readonly folder = mkdtempSync(join(tmpdir(), 'salus-oracles-'));
  url = '';
  private process: ChildProcess | undefined;
  private said = '';

  async start(): Promise<void> {
    const port = await freePort();
    this.url = `http://127.0.0.1:${port}`;
    const flags = ['--dev', '--datadir', this.folder, '--http.port', `${port}`];
    const more = ['--issuer-url', issuerUrl, '--hospital.country', 'DE'];
    this.process = spawn(binary, ['serve', ...flags, ...more], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.process.stderr?.on('data', (chunk: Buffer) => (this.said += chunk.toString()));
    for (let tries = 0; tries < 600; tries += 1) {
      const answer = await fetch(`${this.url}/readiness`).catch(() => undefined);
      if (answer?.ok) return;
      if (this.process.exitCode !== null) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`salus serve did not become ready:\n${this.said}`);
  }

  /** Ends the program; its folder stays. */
  async halt(): Promise<void> {
    const ended = new Promise((resolve) => this.process?.once('exit', resolve));
    this.process?.kill('SIGTERM');
    await ended;
  }
  async stop(): Promise<void> {
    await this.halt();
    rmSync(this.folder, { recursive: true, force: true });
  }
  /** `salus keys ACTION …` in its folder. */
  keys(...args: string[]): string {
    const flags = ['--dev', '--datadir', this.folder];
    return execFileSync(binary, ['keys', ...args, ...flags], { stdio: 'pipe' }).toString();
  }
  async verify(code: string): Promise<Verdict> {
    return (await this.post('/api/v1/verify', { code })) as Verdict;
  }

  private async post(path: string, body: unknown): Promise<unknown> {
    const token = readFileSync(join(this.folder, 'api-token'), 'utf8').trim();
    const answer = await fetch(this.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
    return JSON.parse(text) as unknown;
  }

  async issue(resource: unknown, format = 'both'): Promise<Issued> {
    const answer = (await this.post(`/api/v1/issue?format=${format}`, resource)) as {
      issued: Issued[];
      refused: unknown[];
    };
    const first = answer.issued[0];
    if (!first) throw new Error(JSON.stringify(answer.refused));
    return first;
  }
  async revoke(commitment: string): Promise<void> {
    await this.post('/api/v1/revoke', { commitment, reason: 1 });
  }
  async text(path: string): Promise<string> {
    const answer = await fetch(this.url + path);
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return answer.text();
  }
  /** The certificate of its credential key. */
  certificate(): Buffer {
    return readFileSync(join(this.folder, 'certificates/credential.der'));
  }
}

export type Source = {
  certificates?: { certificate: string; country: string; role: string }[];
  issuers?: { iss: string; name: string; jwks: string; revocations: string[] }[];
};

/** `salus verify` offline, trusting this source alone. */
export function verify(folder: string, source: Source, code: string): Verdict {
  const now = Math.floor(Date.now() / 1000);
  const file = join(folder, 'source.json');
  writeFileSync(
    file,
    JSON.stringify({
      version: 1,
      name: 'oracle',
      origin: 'a test',
      digest: `0x${'00'.repeat(32)}`,
      fetchedAt: now - 60,
      useUntil: now + 86_400,
      country: '',
      purposes: [],
      certificates: [],
      issuers: [],
      ...source,
    }),
  );
  let out: string;
  try {
    out = execFileSync(binary, ['verify', '--source', file, '--json', code]).toString();
  } catch (failure) {
    const { status, stdout } = failure as { status: number; stdout: Buffer };
    if (status !== 2) throw failure; // 2: not valid
    out = stdout.toString();
  }
  const verdict = JSON.parse(out) as Verdict | Verdict[];
  return Array.isArray(verdict) ? (verdict[0] as Verdict) : verdict;
}

// Starts an Ethereum node for tests on a free port of the loopback, and stops it.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

export type Network = { name: string; url: string };
export type RunningNode = { network: Network; stop: () => Promise<void>; datadir?: string };

const START_TIMEOUT_MS = 60_000;

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] }),
    });
    return response.ok;
  } catch {
    return false;
  }
}

async function ready(name: string, url: string, child: ChildProcess, log: string[]) {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await answers(url))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      throw new Error(`${name} did not start: ${log.join('').slice(-2000)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function start(name: string, program: string, args: (port: number) => string[]) {
  const port = await freePort();
  const log: string[] = [];
  const child = spawn(program, args(port), { stdio: ['ignore', 'pipe', 'pipe'] });
  // An unread pipe would stop the node; a failed spawn shows as an exit.
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      log.push(chunk.toString());
      if (log.length > 200) log.shift();
    });
  }
  const failed = new Promise<never>((_, reject) => child.once('error', reject));
  const url = `http://127.0.0.1:${port}`;
  await Promise.race([ready(name, url, child, log), failed]);
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await exited;
  };
  return { network: { name, url }, stop };
}

function onPath(program: string): string | undefined {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find((path) => existsSync(path));
}

/**
 * A program of Foundry. npm's wrapper script would swallow the signal that ends the node, so the
 * program itself is run.
 */
export function foundryProgram(tool: 'anvil' | 'cast' | 'forge'): string {
  const require = createRequire(import.meta.url);
  const arch = process.arch === 'arm64' ? 'arm64' : 'amd64';
  const name = `@foundry-rs/${tool}-${process.platform}-${arch}/package.json`;
  try {
    return join(dirname(require.resolve(name)), 'bin', tool);
  } catch {
    const found = onPath(tool);
    if (found === undefined) throw new Error(`${tool} is not installed: npm install`);
    return found;
  }
}

export function startAnvil(...flags: string[]): Promise<RunningNode> {
  const args = (port: number) => ['--port', `${port}`, '--silent', ...flags];
  return start('anvil', foundryProgram('anvil'), args);
}

/** The embedded chain of the program `binary`, on an empty data directory. */
export async function startSalus(binary: string, genesis?: object): Promise<RunningNode> {
  const datadir = mkdtempSync(join(tmpdir(), 'salus-chain-'));
  const own = join(datadir, 'own-genesis.json');
  if (genesis) writeFileSync(own, JSON.stringify(genesis));
  const node = await start('salus', binary, (port) => [
    ...['serve', '--dev', '--datadir', datadir, '--http.port', `${port}`],
    ...(genesis ? ['--genesis', own] : []),
  ]);
  const stop = async () => {
    await node.stop();
    rmSync(datadir, { recursive: true, force: true });
  };
  return { network: node.network, stop, datadir };
}

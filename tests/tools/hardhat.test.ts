// Hardhat 3 with Salus as its remote network: `hardhat test` and `hardhat run` in hardhat/.
import { execFile, type ExecFileException } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { beforeAll, expect, it } from 'vitest';
import { type Address, getAddress, type Hex } from 'viem';

import { accreditation, againstPricedSalus, passport, person } from './support';

const project = fileURLToPath(new URL('hardhat', import.meta.url));
const [hospital, stranger] = [person(5), person(6)];

// The first Node.js that Hardhat 3 accepts; scripts/setup fetches one where the system's is older.
const [MAJOR, MINOR] = [22, 13];

function nodeForHardhat(): string {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > MAJOR || (major === MAJOR && minor >= MINOR)) return process.execPath;
  const cache = fileURLToPath(new URL('../../.cache/node/node_modules', import.meta.url));
  const arch = process.arch === 'arm64' ? 'arm64' : 'x64';
  const own = join(cache, `node-linux-${arch}`, 'bin', 'node');
  if (existsSync(own)) return own;
  throw new Error(`Hardhat 3 needs Node.js ${MAJOR}.${MINOR}: run scripts/setup`);
}

againstPricedSalus('hardhat 3', (node) => {
  let nodeJs: string;
  const hardhat = (...words: string[]): Promise<string> => {
    const packageJson = createRequire(import.meta.url).resolve('hardhat/package.json');
    const cli = join(dirname(packageJson), 'dist', 'src', 'cli.js');
    const env = {
      ...process.env,
      ...{ SALUS_URL: node().url, HOSPITAL_KEY: hospital.key, STRANGER_KEY: stranger.key },
      ...{ HARDHAT_DISABLE_TELEMETRY_PROMPT: 'true', NO_COLOR: '1', FORCE_COLOR: '0' },
      PATH: [dirname(nodeJs), process.env.PATH ?? ''].join(delimiter),
    };
    return new Promise((resolve, reject) => {
      const done = (error: ExecFileException | null, stdout: string, stderr: string) =>
        error
          ? reject(new Error(`hardhat ${words[0] ?? ''}: ${stdout}${stderr}`))
          : resolve(stdout);
      execFile(nodeJs, [cli, ...words], { cwd: project, env, timeout: 110_000 }, done);
    });
  };

  beforeAll(() => {
    nodeJs = nodeForHardhat();
  });

  it(
    'compiles the contracts, deploys them and passes its tests',
    { timeout: 120_000 },
    async () => {
      const told = await hardhat('test', '--network', 'salus');
      expect(told).toMatch(/\b5 passing/);
      expect(told).not.toMatch(/failing|skipped|pending/);
      // What its tests have left on the chain.
      const logs = await node().viewer.client.getContractEvents({
        ...{ abi: passport.abi, eventName: 'Issued', fromBlock: 0n, strict: true },
        args: { issuer: hospital.address },
      });
      expect(logs).toHaveLength(2);
    },
  );

  it('runs a script that deploys through its provider', async () => {
    const told = await hardhat('run', '--network', 'salus', 'scripts/deploy.ts');
    const { hash, address } = JSON.parse(told.trim().split('\n').at(-1) ?? '') as {
      hash: Hex;
      address: Address;
    };
    const { client } = node().viewer;
    const transaction = await client.getTransaction({ hash });
    expect(getAddress(transaction.from)).toBe(hospital.address);
    expect(transaction.type).toBe('eip1559');
    const authority = { abi: accreditation.abi, functionName: 'authority' } as const;
    expect(await client.readContract({ ...authority, address })).toBe(hospital.address);
  });
});

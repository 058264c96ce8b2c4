// Compiles contracts/src with solc's standard JSON and writes one artifact a contract:
// contracts/artifacts/<Name>.json with name, abi, bytecode, deployedBytecode and selectors; those of
// src/examples, which have no bindings, in contracts/artifacts/examples.
// Same sources, same bytes: solc and OpenZeppelin are pinned, and no metadata is appended.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const solc = require('solc');
const here = dirname(fileURLToPath(import.meta.url));
const sourceDir = join(here, 'src');
const artifactDir = join(here, 'artifacts');

const solidityIn = (folder) =>
  readdirSync(join(sourceDir, folder))
    .filter((file) => file.endsWith('.sol'))
    .map((file) => join(folder, file))
    .sort();
const contracts = solidityIn('.');
const examples = solidityIn('examples');
const parts = ['consent', 'identity', 'libraries'].flatMap(solidityIn);

const input = {
  language: 'Solidity',
  sources: Object.fromEntries(
    [...contracts, ...examples, ...parts].map((file) => [
      `src/${file}`,
      { content: readFileSync(join(sourceDir, file), 'utf8') },
    ]),
  ),
  settings: {
    // Cancun's instructions run on every network in use: Salus, anvil, mainnet, Besu, the L2s.
    evmVersion: 'cancun',
    optimizer: { enabled: true, runs: 1000 },
    viaIR: true,
    metadata: { bytecodeHash: 'none', appendCBOR: false },
    outputSelection: {
      '*': { '*': ['abi', 'evm.bytecode.object', 'evm.deployedBytecode.object'] },
    },
  },
};

function findImport(path) {
  try {
    return { contents: readFileSync(require.resolve(path), 'utf8') };
  } catch (error) {
    return { error: String(error) };
  }
}

const output = JSON.parse(solc.compile(JSON.stringify(input), { import: findImport }));
const problems = output.errors ?? [];
for (const problem of problems) process.stderr.write(`${problem.formattedMessage}\n`);
if (problems.some((problem) => problem.severity !== 'info')) process.exit(1);

rmSync(artifactDir, { recursive: true, force: true });
mkdirSync(join(artifactDir, 'examples'), { recursive: true });
for (const file of [...contracts, ...examples]) {
  const name = basename(file, '.sol');
  const { abi, evm } = output.contracts[`src/${file}`][name];
  if (abi.length === 0) continue; // a library of internal functions is part of who uses it
  const artifact = {
    name,
    abi,
    bytecode: `0x${evm.bytecode.object}`,
    deployedBytecode: `0x${evm.deployedBytecode.object}`,
  };
  const text = `${JSON.stringify(artifact, null, 2)}\n`;
  writeFileSync(join(artifactDir, file.replace(/\.sol$/, '.json')), text);
  process.stdout.write(`${name}: ${evm.deployedBytecode.object.length / 2} bytes\n`);
}

// A Hardhat project whose network is a running node; the compiler is npm's solc, not a download.
import { createRequire } from 'node:module';

import hardhatNodeTestRunner from '@nomicfoundation/hardhat-node-test-runner';
import hardhatViem from '@nomicfoundation/hardhat-viem';
import { configVariable, defineConfig } from 'hardhat/config';

const require = createRequire(import.meta.url);

export default defineConfig({
  plugins: [hardhatViem, hardhatNodeTestRunner],
  paths: { artifacts: '../../../build/hardhat/artifacts', cache: '../../../build/hardhat/cache' },
  solidity: {
    version: '0.8.37',
    path: require.resolve('solc/soljson.js'),
    npmFilesToBuild: [
      '@salus/contracts/src/Accreditation.sol',
      '@salus/contracts/src/VaccinePassport.sol',
    ],
    settings: { evmVersion: 'osaka' },
  },
  networks: {
    salus: {
      type: 'http',
      url: configVariable('SALUS_URL'),
      accounts: [configVariable('HOSPITAL_KEY'), configVariable('STRANGER_KEY')],
    },
  },
});

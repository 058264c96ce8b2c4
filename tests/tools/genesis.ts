// A chain whose gas has a price: blocks of 36 million gas and a base fee that moves with them.
import { createPublicClient, type Hex, http, numberToHex } from 'viem';

import { startSalus } from '../../contracts/test/support/node';
import { ETHER, person, SALUS_CHAIN_ID } from './accounts';

// Without those of EIP-7002 and EIP-7251 there is no valid block from Prague on.
const SYSTEM_CONTRACTS: Hex[] = [
  '0x00000961ef480eb55e80d19ad83579a64c007002',
  '0x0000bbddc7ce488642fb579f8b00f3a590007251',
  '0x0000f90827f1c53a10cb7a02335b175320002935',
  '0x000f3df6d732807ef1319fb7b8bb8522d0beac02',
  '0x4e59b44847b379578588920ca78fbf26c0b4956c',
];

const FORKS = [
  ...['homestead', 'eip150', 'eip155', 'eip158', 'byzantium', 'constantinople', 'petersburg'],
  ...['istanbul', 'berlin', 'london', 'mergeNetsplit'],
].map((name) => `${name}Block`);
const TIMES = ['shanghai', 'cancun', 'prague', 'osaka'];

/** The code of the system contracts is read from a node with the program's own genesis. */
async function systemCode(binary: string): Promise<[Hex, object][]> {
  const node = await startSalus(binary);
  try {
    const client = createPublicClient({ transport: http(node.network.url, { batch: true }) });
    return await Promise.all(
      SYSTEM_CONTRACTS.map(async (address): Promise<[Hex, object]> => {
        const code = await client.getCode({ address });
        if (!code) throw new Error(`no code at ${address}`);
        return [address, { balance: '0x0', nonce: '0x1', code }];
      }),
    );
  } finally {
    await node.stop();
  }
}

export async function pricedGenesis(binary: string): Promise<object> {
  const rich = { balance: numberToHex(10_000n * ETHER) };
  const people = Array.from({ length: 10 }, (_, index) => [person(index).address, rich] as const);
  const schedule = { target: 6, max: 9, baseFeeUpdateFraction: 5_007_716 };
  return {
    config: {
      chainId: SALUS_CHAIN_ID,
      ...Object.fromEntries(FORKS.map((fork) => [fork, 0])),
      terminalTotalDifficulty: 0,
      ...Object.fromEntries(TIMES.map((fork) => [`${fork}Time`, 0])),
      blobSchedule: Object.fromEntries(TIMES.slice(1).map((fork) => [fork, schedule])),
    },
    timestamp: '0x0',
    extraData: '0x',
    gasLimit: numberToHex(36_000_000),
    difficulty: '0x0',
    baseFeePerGas: numberToHex(10n ** 9n),
    alloc: Object.fromEntries([...(await systemCode(binary)), ...people]),
  };
}

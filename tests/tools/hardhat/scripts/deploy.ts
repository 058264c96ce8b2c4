// Run by `hardhat run`: deploys a registry through the plain provider, and prints where it is.
import { artifacts, network } from 'hardhat';
import { encodeDeployData, type Hex, type RpcTransactionReceipt } from 'viem';

const { provider } = await network.create();
const [from] = (await provider.request({ method: 'eth_accounts' })) as [Hex];
const { abi, bytecode } = await artifacts.readArtifact('Accreditation');
const data = encodeDeployData({ abi, bytecode: bytecode as Hex, args: [from] });
const hash = await provider.request({ method: 'eth_sendTransaction', params: [{ from, data }] });
let receipt: RpcTransactionReceipt | null = null;
while (!receipt) {
  const answer = await provider.request({ method: 'eth_getTransactionReceipt', params: [hash] });
  receipt = answer as RpcTransactionReceipt | null;
}
process.stdout.write(`${JSON.stringify({ hash, address: receipt.contractAddress })}\n`);

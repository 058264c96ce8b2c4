// viem's clients on one node, over HTTP (batched) and WebSocket, and the account that pays.
import {
  type Address,
  createPublicClient,
  createWalletClient,
  defineChain,
  type Hex,
  http,
  publicActions,
  type TransactionReceipt,
  TransactionReceiptNotFoundError,
  webSocket,
} from 'viem';
import { mnemonicToAccount } from 'viem/accounts';

// The last of the well-known development accounts: nothing else uses it, so its nonces start at 0
// and addresses, and with them gas, come out alike on every fresh chain.
export const account = mnemonicToAccount(
  'test test test test test test test test test test test junk',
  { addressIndex: 9 },
);

const POLLING_MS = 20;
const RECEIPT_TIMEOUT_MS = 30_000;

export type Session = Awaited<ReturnType<typeof connect>>;

export async function connect(url: string) {
  const id = await createPublicClient({ transport: http(url) }).getChainId();
  const chain = defineChain({
    id,
    name: `chain ${id}`,
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [url] } },
  });
  const transport = http(url, { batch: true });
  const client = createWalletClient({ account, chain, transport, cacheTime: 0 }).extend(
    publicActions,
  );
  const socket = createPublicClient({
    chain,
    transport: webSocket(url.replace(/^http/, 'ws'), { reconnect: false }),
  });

  async function mined(hash: Hex): Promise<TransactionReceipt> {
    const deadline = Date.now() + RECEIPT_TIMEOUT_MS;
    for (;;) {
      try {
        return await client.getTransactionReceipt({ hash });
      } catch (error) {
        const missing = error instanceof TransactionReceiptNotFoundError;
        if (!missing || Date.now() > deadline) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, POLLING_MS));
    }
  }

  return {
    client,
    socket,
    mined,
    /** Sends with viem's own estimates of gas and fees. */
    async send(to: Address | undefined, data: Hex): Promise<TransactionReceipt> {
      return mined(await client.sendTransaction({ data, ...(to && { to }) }));
    },
    async close(): Promise<void> {
      const rpc = await socket.transport.getRpcClient();
      rpc.close();
    },
  };
}

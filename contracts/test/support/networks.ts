// The chains that the suites run on: anvil always, the embedded one where SALUS_BINARY names the
// salus program. SALUS_RPC_URL adds a node that runs already, with the development accounts funded.
import type { TestProject } from 'vitest/node';

import { type Network, type RunningNode, startAnvil, startSalus } from './node';

declare module 'vitest' {
  interface ProvidedContext {
    networks: Network[];
  }
}

export default async function setup(project: TestProject) {
  const nodes: RunningNode[] = [await startAnvil()];
  const binary = process.env.SALUS_BINARY;
  if (binary) nodes.push(await startSalus(binary));
  const url = process.env.SALUS_RPC_URL;
  if (url) nodes.push({ network: { name: url, url }, stop: async () => {} });
  project.provide(
    'networks',
    nodes.map((node) => node.network),
  );
  return async () => {
    await Promise.all(nodes.map((node) => node.stop()));
  };
}

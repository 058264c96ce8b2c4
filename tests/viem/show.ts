// Prints the scenario's transcript: npm run show --workspace tests/viem -- http://127.0.0.1:8545
import { transcript } from './scenario';

const url = process.argv[2] ?? 'http://127.0.0.1:8545';
for (const line of await transcript(url)) process.stdout.write(`${line}\n`);

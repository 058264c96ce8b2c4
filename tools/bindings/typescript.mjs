import { banner, camel } from './names.mjs';

// One entry of the ABI a line: a change shows as the lines that changed.
function abiConst({ name, abi }) {
  const entries = abi.map((entry) => `  ${JSON.stringify(entry)},\n`).join('');
  return `export const ${camel(name)}Abi = [\n${entries}] as const;\n`;
}

export const typescriptAbi = (artifact) => banner(artifact.name) + abiConst(artifact);

export const typescriptWithBytecode = (artifact) =>
  `${typescriptAbi(artifact)}\nexport const ${camel(artifact.name)}Bytecode =\n  '${artifact.bytecode}';\n`;

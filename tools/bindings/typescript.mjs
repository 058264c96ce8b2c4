import { banner, camel } from './names.mjs';

// One entry of the ABI a line: a change shows as the lines that changed.
function abiConst({ name, abi }) {
  const entries = abi.map((entry) => `  ${JSON.stringify(entry)},\n`).join('');
  // Prettier is often run from a workspace, where it does not see the ignore file of the root.
  return `// prettier-ignore\nexport const ${camel(name)}Abi = [\n${entries}] as const;\n`;
}

export const typescriptAbi = (artifact) => banner(artifact.name) + abiConst(artifact);

export const typescriptWithBytecode = (artifact) =>
  `${typescriptAbi(artifact)}\nexport const ${camel(artifact.name)}Bytecode =\n  '${artifact.bytecode}';\n`;

import { banner, camel } from './names.mjs';

// One entry of the ABI a line: a change shows as the lines that changed.
function abiConst({ name, abi }) {
  const entries = abi.map((entry) => `  ${JSON.stringify(entry)},\n`).join('');
  // Prettier is often run from a workspace, where it does not see the ignore file of the root.
  return `// prettier-ignore\nexport const ${camel(name)}Abi = [\n${entries}] as const;\n`;
}

export const typescriptAbi = (artifact) => banner(artifact.name) + abiConst(artifact);

// The ABI stands once, where the web app has it.
export function typescriptWithBytecode({ name, bytecode }) {
  const module = camel(name);
  return (
    banner(name) +
    `export { ${module}Abi } from '../../web/src/api/contracts/${module}';\n\n` +
    `// prettier-ignore\nexport const ${module}Bytecode =\n  '${bytecode}';\n`
  );
}

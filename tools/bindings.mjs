// Writes the contracts' bindings from contracts/artifacts (run contracts/compile.mjs first):
//   src/eth/contracts/<snake>.hpp, .cpp   C++: calls, results, errors; _events.cpp, _code.cpp beside
//   web/src/api/contracts/<camel>.ts      TypeScript: the ABI, for the web app
//   contracts/typescript/<camel>.ts       TypeScript: its bytecode beside it, for tests
// With --check it writes nothing, and fails where a committed file is not what it would write.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

import { cppCode, cppEvents, cppHeader, cppSource } from './bindings/cpp.mjs';
import { camel, snake } from './bindings/names.mjs';
import { typescriptAbi, typescriptWithBytecode } from './bindings/typescript.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const artifactDir = join(root, 'contracts/artifacts');
const cppDir = join(root, 'src/eth/contracts');
const webDir = join(root, 'web/src/api/contracts');
const testDir = join(root, 'contracts/typescript');

function readArtifacts() {
  if (!existsSync(artifactDir)) throw new Error('no artifacts: run `npm run contracts` first');
  return readdirSync(artifactDir)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => JSON.parse(readFileSync(join(artifactDir, file), 'utf8')));
}

function filesOf(artifact) {
  const { name } = artifact;
  return [
    [join(cppDir, `${snake(name)}.hpp`), cppHeader(artifact)],
    [join(cppDir, `${snake(name)}.cpp`), cppSource(artifact)],
    [join(cppDir, `${snake(name)}_events.cpp`), cppEvents(artifact)],
    [join(cppDir, `${snake(name)}_code.cpp`), cppCode(artifact)],
    [join(webDir, `${camel(name)}.ts`), typescriptAbi(artifact)],
    [join(testDir, `${camel(name)}.ts`), typescriptWithBytecode(artifact)],
  ];
}

// Files in the generated folders that no contract asks for any more.
function leftOver(wanted) {
  return [cppDir, webDir, testDir]
    .filter((dir) => existsSync(dir))
    .flatMap((dir) => readdirSync(dir).map((file) => join(dir, file)))
    .filter((path) => !wanted.has(path) && /\.(hpp|cpp|ts)$/.test(path));
}

function check(files) {
  const stale = [...files].filter(
    ([path, text]) => !existsSync(path) || readFileSync(path, 'utf8') !== text,
  );
  const problems = [
    ...stale.map(([path]) => `stale: ${relative(root, path)}`),
    ...leftOver(files).map((path) => `left over: ${relative(root, path)}`),
  ];
  for (const problem of problems) process.stderr.write(`bindings: ${problem}\n`);
  if (problems.length > 0) {
    process.stderr.write('bindings: run `npm run bindings` and commit what it writes\n');
    process.exitCode = 1;
  } else {
    process.stdout.write(`bindings: ${files.size} files are fresh\n`);
  }
}

function write(files) {
  for (const [path, text] of files) {
    mkdirSync(dirname(path), { recursive: true });
    // An unchanged file keeps its time, so that nothing is built again for it.
    if (!existsSync(path) || readFileSync(path, 'utf8') !== text) writeFileSync(path, text);
  }
  process.stdout.write(`bindings: ${files.size} files written\n`);
  for (const path of leftOver(files)) {
    process.stderr.write(`bindings: left over, remove it: ${relative(root, path)}\n`);
    process.exitCode = 1;
  }
}

const files = new Map(readArtifacts().flatMap(filesOf));
if (process.argv.includes('--check')) check(files);
else write(files);

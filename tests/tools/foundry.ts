// Runs cast and forge as a person at a terminal would: one process a command, no network but the node.
import { execFile, type ExecFileException } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { foundryProgram } from '../../contracts/test/support/node';

export type Foundry = {
  /** What the command prints; a refusal is thrown with what it prints to its error output. */
  run(...words: string[]): Promise<string>;
  /** The same with --json, read. */
  json<T>(...words: string[]): Promise<T>;
  close(): void;
};

export function foundry(
  tool: 'cast' | 'forge',
  url: string,
  options: { cwd?: string; env?: Record<string, string> } = {},
): Foundry {
  const program = foundryProgram(tool);
  // Its caches and keys belong to this run alone.
  const home = mkdtempSync(join(tmpdir(), 'salus-foundry-'));
  const env = {
    ...{ PATH: process.env.PATH ?? '', HOME: home, NO_COLOR: '1', ETH_RPC_URL: url },
    ...{ FOUNDRY_DISABLE_NIGHTLY_WARNING: '1', ...options.env },
  };
  const run = (...words: string[]): Promise<string> =>
    new Promise((resolve, reject) => {
      const settings = { cwd: options.cwd ?? home, env, maxBuffer: 1 << 26, timeout: 60_000 };
      const done = (error: ExecFileException | null, stdout: string, stderr: string) => {
        if (!error) resolve(stdout.trim());
        else reject(new Error(`${tool} ${words[0] ?? ''}: ${stderr}${stdout}`));
      };
      execFile(program, words, settings, done);
    });
  return {
    run,
    json: async <T>(...words: string[]) => JSON.parse(await run(...words, '--json')) as T,
    close: () => rmSync(home, { recursive: true, force: true }),
  };
}

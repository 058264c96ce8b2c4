// What a generator must know of an instruction: how many items it takes and leaves, and since when.

export const FORKS = [
  'Berlin',
  'London',
  'Paris',
  'Shanghai',
  'Cancun',
  'Prague',
  'Osaka',
] as const;
export type Fork = (typeof FORKS)[number];

export function has(fork: Fork, since: Fork): boolean {
  return FORKS.indexOf(fork) >= FORKS.indexOf(since);
}

export interface Instruction {
  code: number;
  takes: number;
  leaves: number;
  since: Fork;
}

type Row = readonly [name: string, code: number, takes: number, leaves: number, since?: Fork];

const ROWS: readonly Row[] = [
  ['ADD', 0x01, 2, 1],
  ['MUL', 0x02, 2, 1],
  ['SUB', 0x03, 2, 1],
  ['DIV', 0x04, 2, 1],
  ['SDIV', 0x05, 2, 1],
  ['MOD', 0x06, 2, 1],
  ['SMOD', 0x07, 2, 1],
  ['ADDMOD', 0x08, 3, 1],
  ['MULMOD', 0x09, 3, 1],
  ['EXP', 0x0a, 2, 1],
  ['SIGNEXTEND', 0x0b, 2, 1],
  ['LT', 0x10, 2, 1],
  ['GT', 0x11, 2, 1],
  ['SLT', 0x12, 2, 1],
  ['SGT', 0x13, 2, 1],
  ['EQ', 0x14, 2, 1],
  ['ISZERO', 0x15, 1, 1],
  ['AND', 0x16, 2, 1],
  ['OR', 0x17, 2, 1],
  ['XOR', 0x18, 2, 1],
  ['NOT', 0x19, 1, 1],
  ['BYTE', 0x1a, 2, 1],
  ['SHL', 0x1b, 2, 1],
  ['SHR', 0x1c, 2, 1],
  ['SAR', 0x1d, 2, 1],
  ['CLZ', 0x1e, 1, 1, 'Osaka'],
];

const ENVIRONMENT: readonly Row[] = [
  ['ADDRESS', 0x30, 0, 1],
  ['ORIGIN', 0x32, 0, 1],
  ['CALLER', 0x33, 0, 1],
  ['CALLVALUE', 0x34, 0, 1],
  ['CALLDATASIZE', 0x36, 0, 1],
  ['CODESIZE', 0x38, 0, 1],
  ['GASPRICE', 0x3a, 0, 1],
  ['RETURNDATASIZE', 0x3d, 0, 1],
  ['COINBASE', 0x41, 0, 1],
  ['TIMESTAMP', 0x42, 0, 1],
  ['NUMBER', 0x43, 0, 1],
  ['PREVRANDAO', 0x44, 0, 1],
  ['GASLIMIT', 0x45, 0, 1],
  ['CHAINID', 0x46, 0, 1],
  ['SELFBALANCE', 0x47, 0, 1],
  ['BASEFEE', 0x48, 0, 1, 'London'],
  ['BLOBBASEFEE', 0x4a, 0, 1, 'Cancun'],
  ['PC', 0x58, 0, 1],
  ['MSIZE', 0x59, 0, 1],
  ['GAS', 0x5a, 0, 1],
];

function instructions(rows: readonly Row[]): Instruction[] {
  return rows.map(([, code, takes, leaves, since]) => ({
    code,
    takes,
    leaves,
    since: since ?? 'Berlin',
  }));
}

/** Pure functions of words. */
export const WORD_INSTRUCTIONS = instructions(ROWS);
/** Those that take nothing and tell something. */
export const ENVIRONMENT_INSTRUCTIONS = instructions(ENVIRONMENT);

export const OP = {
  STOP: 0x00,
  ADD: 0x01,
  SUB: 0x03,
  LT: 0x10,
  ISZERO: 0x15,
  AND: 0x16,
  KECCAK256: 0x20,
  BALANCE: 0x31,
  CALLDATALOAD: 0x35,
  CALLDATASIZE: 0x36,
  CALLDATACOPY: 0x37,
  CODESIZE: 0x38,
  CODECOPY: 0x39,
  EXTCODESIZE: 0x3b,
  EXTCODECOPY: 0x3c,
  RETURNDATASIZE: 0x3d,
  RETURNDATACOPY: 0x3e,
  EXTCODEHASH: 0x3f,
  BLOCKHASH: 0x40,
  NUMBER: 0x43,
  BLOBHASH: 0x49,
  POP: 0x50,
  MLOAD: 0x51,
  MSTORE: 0x52,
  MSTORE8: 0x53,
  SLOAD: 0x54,
  SSTORE: 0x55,
  JUMP: 0x56,
  JUMPI: 0x57,
  GAS: 0x5a,
  JUMPDEST: 0x5b,
  TLOAD: 0x5c,
  TSTORE: 0x5d,
  MCOPY: 0x5e,
  PUSH0: 0x5f,
  PUSH1: 0x60,
  PUSH2: 0x61,
  DUP1: 0x80,
  SWAP1: 0x90,
  LOG0: 0xa0,
  CREATE: 0xf0,
  CALL: 0xf1,
  CALLCODE: 0xf2,
  RETURN: 0xf3,
  DELEGATECALL: 0xf4,
  CREATE2: 0xf5,
  STATICCALL: 0xfa,
  REVERT: 0xfd,
  INVALID: 0xfe,
  SELFDESTRUCT: 0xff,
} as const;

// Contracts made of snippets, each of which leaves the stack valid, with wild bytes between.
import { Assembler } from './assembler';
import {
  ENVIRONMENT_INSTRUCTIONS,
  type Fork,
  has,
  type Instruction,
  OP,
  WORD_INSTRUCTIONS,
} from './opcodes';
import { precompileCall } from './precompiles';
import type { Random } from './random';

/** What a program may speak of. */
export interface Surroundings {
  fork: Fork;
  /** Accounts worth asking about or calling. */
  addresses: readonly bigint[];
}

const MAX_SIZE = 6000;

export class Program {
  readonly #random: Random;
  readonly #world: Surroundings;
  readonly #out = new Assembler();
  readonly #words: Instruction[];
  readonly #environment: Instruction[];
  /** Items that this program has put on the stack. */
  #height = 0;
  #nesting: number;

  constructor(random: Random, world: Surroundings, nesting = 0) {
    this.#random = random;
    this.#world = world;
    this.#nesting = nesting;
    const known = ({ since }: Instruction) => has(world.fork, since);
    this.#words = WORD_INSTRUCTIONS.filter(known);
    this.#environment = ENVIRONMENT_INSTRUCTIONS.filter(known);
  }

  finish(snippets: number): Uint8Array {
    if (this.#random.oneIn(30)) return this.#wildCode();
    this.#snippets(snippets);
    this.#end();
    return this.#out.finish();
  }

  // --- pieces -----------------------------------------------------------------------------------

  #op(code: number, takes: number, leaves: number): void {
    this.#out.op(code);
    this.#height += leaves - takes;
  }

  #push(value: bigint | number): void {
    this.#out.push(value);
    ++this.#height;
  }

  #pushWord(): void {
    if (this.#height > 0 && this.#random.oneIn(4)) {
      const depth = Math.min(this.#height, 16);
      this.#op(OP.DUP1 + this.#random.below(depth), 0, 1);
    } else {
      this.#push(this.#random.word());
    }
  }

  #pop(): void {
    this.#op(OP.POP, 1, 0);
  }

  #settle(height: number): void {
    while (this.#height > height) this.#pop();
    while (this.#height < height) this.#push(0);
  }

  #pushAddress(): void {
    const choice = this.#random.below(12);
    if (choice === 0) this.#push(this.#random.bits(160));
    else if (choice === 1) this.#push(this.#random.between(1, 0x12));
    else if (choice === 2) this.#op(0x30, 0, 1);
    else if (choice === 3) this.#op(0x33, 0, 1);
    else this.#push(this.#random.pick(this.#world.addresses));
  }

  #offset(): number | bigint {
    return this.#random.weighted<() => number | bigint>([
      [12, () => this.#random.below(0x120)],
      [4, () => 32 * this.#random.below(12)],
      [2, () => this.#random.below(0x2000)],
      [1, () => (this.#random.oneIn(12) ? this.#random.word() : this.#random.below(0x9000))],
    ])();
  }

  #length(): number | bigint {
    return this.#random.weighted<() => number | bigint>([
      [4, () => 0],
      [12, () => this.#random.below(0x90)],
      [4, () => 32 * this.#random.below(6)],
      [1, () => (this.#random.oneIn(12) ? this.#random.word() : this.#random.below(0x1200))],
    ])();
  }

  // --- snippets ---------------------------------------------------------------------------------

  #snippets(count: number): void {
    for (let i = 0; i < count && this.#out.size < MAX_SIZE; ++i) {
      this.#snippet();
      if (this.#height > 40) this.#settle(this.#random.below(20));
    }
  }

  #snippet(): void {
    const nested = this.#nesting < 3;
    this.#random.weighted<() => void>([
      [30, () => this.#arithmetic()],
      [8, () => this.#shuffle()],
      [10, () => this.#tell()],
      [12, () => this.#memory()],
      [7, () => this.#copy()],
      [14, () => this.#storage()],
      [4, () => this.#log()],
      [9, () => this.#call()],
      [6, () => this.#precompile()],
      [nested ? 3 : 0, () => this.#create()],
      [nested ? 5 : 0, () => this.#branch()],
      [nested ? 4 : 0, () => this.#loop()],
      [1, () => this.#rare()],
    ])();
  }

  #arithmetic(): void {
    const { code, takes, leaves } = this.#random.pick(this.#words);
    const fresh = this.#random.oneIn(3) ? takes : Math.max(0, takes - this.#height);
    for (let i = 0; i < fresh; ++i) this.#pushWord();
    this.#op(code, takes, leaves);
  }

  #shuffle(): void {
    for (let i = this.#random.below(4); i >= 0; --i) {
      if (this.#height < 2) this.#pushWord();
      else if (this.#random.oneIn(4)) this.#pop();
      else if (this.#random.oneIn(2)) {
        this.#op(OP.DUP1 + this.#random.below(Math.min(this.#height, 16)), 0, 1);
      } else this.#out.op(OP.SWAP1 + this.#random.below(Math.min(this.#height - 1, 16)));
    }
  }

  #tell(): void {
    const random = this.#random;
    const asks = [OP.BALANCE, OP.EXTCODESIZE, OP.EXTCODEHASH];
    switch (random.below(6)) {
      case 0:
        this.#pushAddress();
        return this.#op(random.pick(asks), 1, 1);
      case 1:
        this.#push(this.#offset());
        return this.#op(OP.CALLDATALOAD, 1, 1);
      case 2:
        return this.#askBlock();
      case 3:
        if (has(this.#world.fork, 'Shanghai')) return this.#op(OP.PUSH0, 0, 1);
        return this.#push(0);
      default: {
        const { code, takes, leaves } = random.pick(this.#environment);
        return this.#op(code, takes, leaves);
      }
    }
  }

  #askBlock(): void {
    if (has(this.#world.fork, 'Cancun') && this.#random.oneIn(2)) {
      this.#push(this.#random.oneIn(8) ? this.#random.word() : this.#random.below(4));
      return this.#op(OP.BLOBHASH, 1, 1);
    }
    this.#push(this.#random.below(300));
    this.#op(OP.NUMBER, 0, 1);
    this.#op(OP.SUB, 2, 1);
    this.#op(OP.BLOCKHASH, 1, 1);
  }

  #memory(): void {
    const cancun = has(this.#world.fork, 'Cancun');
    switch (this.#random.below(cancun ? 5 : 4)) {
      case 0:
        this.#push(this.#offset());
        return this.#op(OP.MLOAD, 1, 1);
      case 1:
        this.#push(this.#length());
        this.#push(this.#offset());
        return this.#op(OP.KECCAK256, 2, 1);
      case 4:
        this.#push(this.#length());
        this.#push(this.#offset());
        this.#push(this.#offset());
        return this.#op(OP.MCOPY, 3, 0);
      default:
        this.#pushWord();
        this.#push(this.#offset());
        return this.#op(this.#random.oneIn(4) ? OP.MSTORE8 : OP.MSTORE, 2, 0);
    }
  }

  #copy(): void {
    const kind = this.#random.pick([
      OP.CALLDATACOPY,
      OP.CODECOPY,
      OP.EXTCODECOPY,
      OP.RETURNDATACOPY,
    ]);
    if (kind === OP.RETURNDATACOPY && !this.#random.oneIn(12)) {
      this.#op(OP.RETURNDATASIZE, 0, 1);
      this.#push(0);
    } else {
      this.#push(this.#length());
      this.#push(kind === OP.RETURNDATACOPY ? this.#random.below(40) : this.#offset());
    }
    this.#push(this.#offset());
    if (kind !== OP.EXTCODECOPY) return this.#op(kind, 3, 0);
    this.#pushAddress();
    this.#op(kind, 4, 0);
  }

  #storage(): void {
    const random = this.#random;
    const key = () => this.#push(random.oneIn(20) ? random.word() : random.below(6));
    const value = () => (random.oneIn(3) ? this.#pushWord() : this.#push(random.below(3)));
    const transient = has(this.#world.fork, 'Cancun') && random.oneIn(3);
    if (random.oneIn(2)) {
      key();
      return this.#op(transient ? OP.TLOAD : OP.SLOAD, 1, 1);
    }
    value();
    key();
    this.#op(transient ? OP.TSTORE : OP.SSTORE, 2, 0);
  }

  #log(): void {
    const topics = this.#random.below(5);
    for (let i = 0; i < topics; ++i) this.#pushWord();
    this.#push(this.#length());
    this.#push(this.#offset());
    this.#op(OP.LOG0 + topics, topics + 2, 0);
  }

  #callGas(): void {
    const gas = this.#random.weighted([
      [5, -1],
      [2, this.#random.below(100_000)],
      [1, this.#random.below(3000)],
    ] as const);
    if (gas < 0) this.#op(OP.GAS, 0, 1);
    else this.#push(gas);
  }

  /** Value, target and gas must be said by what pushes them; `value` says whether there is one. */
  #message(code: number, regions: () => void, target: () => void): void {
    const valued = code === OP.CALL || code === OP.CALLCODE;
    regions();
    if (valued) this.#push(this.#random.oneIn(3) ? this.#random.below(200) : 0);
    target();
    this.#callGas();
    this.#op(code, valued ? 7 : 6, 1);
    if (this.#random.oneIn(4)) this.#keep();
  }

  #callCode(): number {
    return this.#random.weighted([
      [6, OP.CALL],
      [2, OP.CALLCODE],
      [4, OP.DELEGATECALL],
      [3, OP.STATICCALL],
    ] as const);
  }

  #call(): void {
    this.#message(
      this.#callCode(),
      () => {
        this.#push(this.#length());
        this.#push(this.#offset());
        this.#push(this.#length());
        this.#push(this.#offset());
      },
      () => this.#pushAddress(),
    );
  }

  #precompile(): void {
    const { address, input } = precompileCall(this.#random, this.#world.fork);
    this.#out.load(input, 0x200);
    this.#message(
      this.#callCode(),
      () => {
        this.#push(this.#random.below(140));
        this.#push(this.#random.below(0x100));
        this.#push(input.length);
        this.#push(0x200);
      },
      () => this.#push(address),
    );
    if (!this.#random.oneIn(2)) return;
    this.#op(OP.RETURNDATASIZE, 0, 1);
    this.#push(0);
    this.#push(0x40);
    this.#op(OP.RETURNDATACOPY, 3, 0);
    this.#push(96);
    this.#push(0x40);
    this.#op(OP.KECCAK256, 2, 1);
  }

  /** Stores the top item, so that the post state shows it. */
  #keep(): void {
    this.#push(this.#random.between(6, 12));
    this.#op(OP.SSTORE, 2, 0);
  }

  #create(): void {
    const code = initCode(this.#random, this.#world, this.#nesting + 1);
    this.#out.load(code, 0x300);
    const second = this.#random.oneIn(2);
    if (second) this.#push(this.#random.below(3));
    this.#push(code.length);
    this.#push(0x300);
    this.#push(this.#random.oneIn(3) ? this.#random.below(50) : 0);
    this.#op(second ? OP.CREATE2 : OP.CREATE, second ? 4 : 3, 1);
    if (!this.#random.oneIn(2)) return;
    this.#op(OP.DUP1, 0, 1);
    this.#message(
      this.#callCode(),
      () => [0, 0, 0, 0].forEach((item) => this.#push(item)),
      () => this.#op(OP.DUP1 + 4, 0, 1),
    );
  }

  #branch(): void {
    const end = this.#out.label();
    this.#pushWord();
    if (this.#random.oneIn(2)) this.#op(OP.ISZERO, 1, 1);
    this.#out.pushLabel(end).op(OP.JUMPI);
    --this.#height;
    const height = this.#height;
    ++this.#nesting;
    this.#snippets(this.#random.between(1, 4));
    if (this.#random.oneIn(8)) this.#end();
    --this.#nesting;
    this.#settle(height);
    this.#out.set(end);
  }

  #loop(): void {
    const start = this.#out.label();
    const untilGas = this.#random.oneIn(30);
    const rounds = this.#random.weighted([
      [12, this.#random.between(1, 4)],
      [4, this.#random.between(4, 10)],
      [1, this.#random.between(10, 100)],
    ] as const);
    if (!untilGas) this.#push(rounds);
    this.#out.set(start);
    const height = this.#height;
    ++this.#nesting;
    this.#snippets(this.#random.between(1, 6));
    --this.#nesting;
    this.#settle(height);
    if (untilGas) {
      this.#push(this.#random.between(5000, 90_000));
      this.#out.op(OP.GAS, 0x11).pushLabel(start).op(OP.JUMPI);
      --this.#height;
      return;
    }
    this.#out.push(1).op(OP.SWAP1, OP.SUB, OP.DUP1).pushLabel(start).op(OP.JUMPI);
    if (this.#random.oneIn(2)) this.#pop();
  }

  #rare(): void {
    const random = this.#random;
    switch (random.below(7)) {
      case 0: // any one instruction, known or not, whatever is on the stack
        return void this.#out.op(random.below(256));
      case 1:
        return void this.#out.op(...random.bytes(random.between(1, 6)));
      case 2: // a jump to anywhere
        return void this.#out.push(random.below(this.#out.size + 4)).op(OP.JUMP);
      case 3: // deep stack
        for (let i = 0; i < 17; ++i) this.#pushWord();
        return void this.#out.op(OP.SWAP1 + 15);
      case 4: {
        const skip = this.#out.label();
        this.#out.pushLabel(skip).op(OP.JUMP, random.between(0x60, 0x7f), OP.JUMPDEST);
        for (let i = 0; i < 40; ++i) this.#out.op(OP.JUMPDEST);
        return void this.#out.set(skip);
      }
      default:
        return this.#end();
    }
  }

  /** Returns, reverts, stops, fails or destroys itself. */
  #end(): void {
    const height = this.#height;
    const random = this.#random;
    const ending = random.weighted([
      [8, OP.RETURN],
      [4, OP.STOP],
      [3, OP.REVERT],
      [1, OP.INVALID],
      [2, OP.SELFDESTRUCT],
    ] as const);
    if (ending === OP.SELFDESTRUCT) this.#pushAddress();
    if (ending === OP.RETURN || ending === OP.REVERT) {
      this.#push(this.#length());
      this.#push(this.#offset());
    }
    this.#out.op(ending);
    this.#height = height;
  }

  #wildCode(): Uint8Array {
    const random = this.#random;
    const known = [...this.#words, ...this.#environment].map(({ code }) => code);
    const all = [...known, ...Object.values(OP)];
    const out: number[] = [];
    for (let i = random.between(1, 300); i > 0; --i) {
      if (random.oneIn(10)) out.push(random.below(256));
      else if (random.oneIn(2)) out.push(OP.PUSH1, random.below(256));
      else out.push(random.pick(all));
    }
    return Uint8Array.from(out);
  }
}

/** Code that creates a contract: mostly of generated code, sometimes something else. */
export function initCode(random: Random, world: Surroundings, nesting = 0): Uint8Array {
  const small = random.between(1, 5);
  if (random.oneIn(5)) return new Program(random, world, nesting).finish(small);
  const runtime = random.oneIn(12)
    ? random.pick([Uint8Array.of(0xef, 1), new Uint8Array(24_577), random.bytes(40)])
    : new Program(random, world, nesting).finish(small);
  const out = new Assembler();
  if (random.oneIn(3)) out.push(random.below(3)).push(random.below(5)).op(OP.SSTORE);
  out.load(runtime, 0).push(runtime.length).push(0).op(OP.RETURN);
  return out.finish();
}

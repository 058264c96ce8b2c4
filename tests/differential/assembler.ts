// Bytecode with labels, and data at its end.
import { OP } from './opcodes';

export class Assembler {
  readonly #bytes: number[] = [];
  readonly #labels: number[] = [];
  readonly #uses: [at: number, label: number][] = [];
  readonly #data: [at: number, bytes: Uint8Array][] = [];

  get size(): number {
    return this.#bytes.length;
  }

  op(...codes: number[]): this {
    this.#bytes.push(...codes);
    return this;
  }

  /** The shortest PUSH, PUSH1 for zero: right in every fork. */
  push(value: bigint | number): this {
    let hex = BigInt(value).toString(16);
    if (hex.length % 2 !== 0) hex = `0${hex}`;
    const bytes = Buffer.from(hex, 'hex');
    return this.op(OP.PUSH1 + bytes.length - 1, ...bytes);
  }

  /** A place that is not set yet. */
  label(): number {
    return this.#labels.push(-1) - 1;
  }

  /** JUMPDEST. */
  set(label: number): this {
    this.#labels[label] = this.size;
    return this.op(OP.JUMPDEST);
  }

  pushLabel(label: number): this {
    this.op(OP.PUSH2, 0, 0);
    this.#uses.push([this.size - 2, label]);
    return this;
  }

  /** Copies data, kept behind the code, to a place in memory. */
  load(data: Uint8Array, destination: number): this {
    this.push(data.length).op(OP.PUSH2, 0, 0);
    this.#data.push([this.size - 2, data]);
    return this.push(destination).op(OP.CODECOPY);
  }

  finish(): Uint8Array {
    const bytes = [...this.#bytes];
    const put = (at: number, value: number) => {
      bytes[at] = value >> 8;
      bytes[at + 1] = value & 255;
    };
    for (const [at, label] of this.#uses) put(at, this.#labels[label] ?? 0);
    if (this.#data.length > 0) bytes.push(OP.INVALID);
    for (const [at, data] of this.#data) {
      put(at, bytes.length & 0xffff);
      bytes.push(...data);
    }
    return Uint8Array.from(bytes);
  }
}

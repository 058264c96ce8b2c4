// A seeded generator: the same seed gives the same cases on every machine.

export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** 32 bits (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  }

  /** From 0 to below the limit. */
  below(limit: number): number {
    return Math.floor((this.next() / 2 ** 32) * limit);
  }

  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  /** True once in so many times. */
  oneIn(times: number): boolean {
    return this.below(times) === 0;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  /** Picks by weight. */
  weighted<T>(items: readonly (readonly [number, T])[]): T {
    let at = this.below(items.reduce((sum, [weight]) => sum + weight, 0));
    for (const [weight, item] of items) {
      at -= weight;
      if (at < 0) return item;
    }
    throw new Error('no weights');
  }

  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.below(256));
  }

  bits(count: number): bigint {
    let out = 0n;
    for (let i = 0; i < count; i += 32) out = (out << 32n) | BigInt(this.next());
    return BigInt.asUintN(count, out);
  }

  /** A 256-bit number of the kind that arithmetic breaks on. */
  word(): bigint {
    const near = BigInt(this.between(-3, 3));
    const power = 1n << BigInt(this.below(257));
    const value = this.weighted<() => bigint>([
      [6, () => BigInt(this.below(9))],
      [4, () => BigInt(this.below(300))],
      [3, () => power + near],
      [2, () => near],
      [2, () => (1n << 255n) + near],
      [3, () => this.bits(8 * this.between(1, 32))],
      [1, () => -this.bits(8 * this.between(1, 31))],
      [1, () => this.bits(256)],
    ])();
    return BigInt.asUintN(256, value);
  }
}

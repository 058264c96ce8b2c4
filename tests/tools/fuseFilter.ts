// The filter of Salus's revocation lists, read as docs/protocol.md describes it.

const WORD = (1n << 64n) - 1n;
const HEAD = 10;
const PART_HEAD = 13;
const EMPTY = 255;

function mixed(entry: bigint, seed: bigint): bigint {
  let h = (entry + seed) & WORD;
  h = ((h ^ (h >> 30n)) * 0xbf58476d1ce4e5b9n) & WORD;
  h = ((h ^ (h >> 27n)) * 0x94d049bb133111ebn) & WORD;
  return h ^ (h >> 31n);
}

function within(part: Buffer, entry: bigint): boolean {
  const length = 1n << BigInt(part.readUInt8(0));
  const range = BigInt(part.readUInt32BE(1)) * length;
  const m = mixed(entry, part.readBigUInt64BE(5));
  const first = (m * range) >> 64n;
  const places = [
    first,
    (first + length) ^ ((m >> 18n) & (length - 1n)),
    (first + 2n * length) ^ (m & (length - 1n)),
  ];
  const found = places.reduce((sum, at) => sum ^ part.readUInt16BE(PART_HEAD + 2 * Number(at)), 0);
  return found === Number((m ^ (m >> 32n)) & 0xffffn);
}

/** Whether the filter, of version 1, says "probably" of an entry. */
export function mayContain(filter: Buffer, entry: bigint): boolean {
  const bits = filter.readUInt8(HEAD - 1);
  const wanted = bits === 0 ? 0 : Number(entry >> BigInt(64 - bits));
  let at = HEAD;
  for (let index = 0; ; ++index) {
    const log = filter.readUInt8(at);
    const places = log === EMPTY ? 0 : (filter.readUInt32BE(at + 1) + 2) * 2 ** log;
    const end = at + PART_HEAD + 2 * places;
    if (index === wanted) return places !== 0 && within(filter.subarray(at, end), entry);
    at = end;
  }
}

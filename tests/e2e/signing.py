"""Signs Ethereum transactions of the development accounts, fast and without a library.

Their keys are known to everybody, so every signature may use the nonce k = 1, whose point is the
curve's generator: no point is ever multiplied. With any other key this would give the key away.
"""

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
GENERATOR_X = 0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798  # its y is even
MASK = (1 << 64) - 1

# Of "test test test test test test test test test test test junk"; 0 and 1 are the node's own.
ACCOUNTS = {
    2: (
        "0x3c44cdddb6a900fa2b585dd299e03d12fa4293bc",
        0x5DE4111AFA1A4B94908F83103EB1F1706367C2E68CA870FC3FB9A804CDAB365A,
    ),
    3: (
        "0x90f79bf6eb2c4f870365e785982e1f101e93b906",
        0x7C852118294E51E653712A81E05800F419141751BE58F605C371E15141B007A6,
    ),
    4: (
        "0x15d34aaf54267db7d7c367839aaf71a00a2c6a65",
        0x47E179EC197488593B187F80A00EB0DA91F1B9D0B13F8733639F19C30A34926A,
    ),
    5: (
        "0x9965507d1a55bcc2695c58ba16fb37d819b0a4dc",
        0x8B3A350CF5C34C9194CA85829A2DF0EC3153BE0318B5E2D3348E872092EDFFBA,
    ),
}


def round_constants():
    """FIPS 202, algorithm 5: a shift register gives the bits at 2^j - 1 of each round."""
    out, register = [], 1
    for _ in range(24):
        constant = 0
        for j in range(7):
            if register & 1:
                constant |= 1 << ((1 << j) - 1)
            register = (register << 1) ^ ((register >> 7) * 0x171)
        out.append(constant)
    return out


def rotation_plan():
    """FIPS 202, rho and pi as one walk over the lanes: (lane, rotation)."""
    out, x, y = [], 1, 0
    for t in range(24):
        x, y = y, (2 * x + 3 * y) % 5
        out.append((x + 5 * y, (t + 1) * (t + 2) // 2 % 64))
    return out


ROUNDS, PLAN = round_constants(), rotation_plan()


def permute(a):
    for constant in ROUNDS:
        c = [a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20] for x in range(5)]
        d = [c[x - 1] ^ ((c[(x + 1) % 5] << 1 | c[(x + 1) % 5] >> 63) & MASK) for x in range(5)]
        a = [lane ^ d[i % 5] for i, lane in enumerate(a)]
        moving = a[1]
        for lane, turn in PLAN:
            a[lane], moving = (moving << turn | moving >> (64 - turn)) & MASK, a[lane]
        a = [
            a[i] ^ (~a[i - i % 5 + (i + 1) % 5] & a[i - i % 5 + (i + 2) % 5] & MASK)
            for i in range(25)
        ]
        a[0] ^= constant
    return a


def keccak256(data):
    rate = 136
    padded = bytearray(data) + b"\x01" + bytes(-(len(data) + 1) % rate)
    padded[-1] |= 0x80
    lanes = [0] * 25
    for at in range(0, len(padded), rate):
        for i in range(rate // 8):
            lanes[i] ^= int.from_bytes(padded[at + 8 * i : at + 8 * i + 8], "little")
        lanes = permute(lanes)
    return b"".join(lane.to_bytes(8, "little") for lane in lanes[:4])


def rlp(item):
    if isinstance(item, int):
        item = item.to_bytes((item.bit_length() + 7) // 8, "big")
    if isinstance(item, bytes) and len(item) == 1 and item[0] < 0x80:
        return item
    start = 0x80 if isinstance(item, bytes) else 0xC0
    body = item if isinstance(item, bytes) else b"".join(map(rlp, item))
    if len(body) < 56:
        return bytes([start + len(body)]) + body
    size = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes([start + 55 + len(size)]) + size + body


def sign(account, nonce, chain_id, to, data=b"", gas=100_000):
    """A raw EIP-1559 transaction that pays nothing, as hex."""
    key = ACCOUNTS[account][1]
    fields = [chain_id, nonce, 0, 0, gas, bytes.fromhex(to[2:]), 0, data, []]
    digest = int.from_bytes(keccak256(b"\x02" + rlp(fields)), "big")
    s, parity = (digest + GENERATOR_X * key) % ORDER, 0
    if s > ORDER // 2:
        s, parity = ORDER - s, 1
    return "0x02" + rlp([*fields, parity, GENERATOR_X, s]).hex()

"""Takes HC1 texts apart and puts them together, to damage them on purpose (RFC 9285, RFC 1950)."""

import zlib

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


def base45_encode(data):
    out = ""
    for i in range(0, len(data) - 1, 2):
        value = data[i] * 256 + data[i + 1]
        out += ALPHABET[value % 45] + ALPHABET[value // 45 % 45] + ALPHABET[value // 2025]
    if len(data) % 2:
        out += ALPHABET[data[-1] % 45] + ALPHABET[data[-1] // 45]
    return out


def base45_decode(text):
    out = bytearray()
    for i in range(0, len(text), 3):
        digits = [ALPHABET.index(c) for c in text[i : i + 3]]
        value = sum(d * 45**k for k, d in enumerate(digits))
        out += value.to_bytes(2 if len(digits) == 3 else 1, "big")
    return bytes(out)


def open_code(code):
    """The COSE message inside."""
    return zlib.decompress(base45_decode(code.removeprefix("HC1:")))


def make_code(cose):
    return "HC1:" + base45_encode(zlib.compress(cose, 9))


def flip(code, bit):
    """The same code with one bit of its COSE message changed."""
    cose = bytearray(open_code(code))
    cose[bit // 8] ^= 1 << bit % 8
    return make_code(bytes(cose))

#!/usr/bin/env python3
"""Test vectors of a patient's keys, made from docs/patient.md with nothing but the standard library.

    patient_vectors.py            prints them as JSON: tests/records/patient_vectors.json
    patient_vectors.py --check F  whether F is what it prints

Written apart from the C++ of src/patient: the two agree, or one of them misreads the document.
"""

import hashlib
import hmac
import json
import sys

P = 2**256 - 2**32 - 977
N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
G = (
    0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
    0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8,
)


def hkdf(key, salt, info, size):
    """RFC 5869 with SHA-256."""
    prk = hmac.new(salt or bytes(32), key, hashlib.sha256).digest()
    out, block, counter = b"", b"", 1
    while len(out) < size:
        block = hmac.new(prk, block + info + bytes([counter]), hashlib.sha256).digest()
        out += block
        counter += 1
    return out[:size]


def derive(root, purpose, label=b""):
    return hkdf(root, b"", b"salus/v1/" + purpose + b"\0" + label, 32)


def folder_label(name, epoch):
    return bytes([len(name)]) + name.encode() + epoch.to_bytes(8, "big")


def scalar(key):
    return int.from_bytes(key, "big") % (N - 1) + 1


def add(a, b):
    if a is None or b is None:
        return a or b
    if a[0] == b[0]:
        if (a[1] + b[1]) % P == 0:
            return None
        slope = 3 * a[0] * a[0] * pow(2 * a[1], -1, P)
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, P)
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def multiply(k, point=G):
    out = None
    while k:
        if k & 1:
            out = add(out, point)
        point = add(point, point)
        k >>= 1
    return out


def compressed(point):
    return bytes([2 + point[1] % 2]) + point[0].to_bytes(32, "big")


def keccak256(data):
    """Keccak-f[1600] with the original padding (Yellow Paper), rate 136."""
    state = [0] * 25
    data += b"\x01" + bytes(-(len(data) + 1) % 136)
    data = data[:-1] + bytes([data[-1] | 0x80])
    for start in range(0, len(data), 136):
        for i in range(17):
            at = start + 8 * i
            state[i] ^= int.from_bytes(data[at : at + 8], "little")
        state = keccak_f(state)
    return b"".join(lane.to_bytes(8, "little") for lane in state[:4])


def rotate(lane, by):
    by %= 64
    return (lane << by | lane >> (64 - by)) & (2**64 - 1) if by else lane


def keccak_f(a):
    register = 1
    for _ in range(24):
        c = [a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20] for x in range(5)]
        d = [c[(x - 1) % 5] ^ rotate(c[(x + 1) % 5], 1) for x in range(5)]
        a = [lane ^ d[i % 5] for i, lane in enumerate(a)]
        x, y, current = 1, 0, a[1]
        for t in range(24):
            x, y = y, (2 * x + 3 * y) % 5
            current, a[x + 5 * y] = a[x + 5 * y], rotate(current, (t + 1) * (t + 2) // 2)
        for y in range(0, 25, 5):
            row = a[y : y + 5]
            for x in range(5):
                a[y + x] = row[x] ^ (~row[(x + 1) % 5] & 2**64 - 1 & row[(x + 2) % 5])
        for j in range(7):
            if register & 1:
                a[0] ^= 1 << ((1 << j) - 1)
            register = (register << 1) ^ (0x171 if register & 0x80 else 0)
    return a


def account(key):
    x, y = multiply(scalar(key))
    return keccak256(x.to_bytes(32, "big") + y.to_bytes(32, "big"))[12:]


def secret(key):
    return scalar(key).to_bytes(32, "big").hex()


def vectors_of(root):
    grantee = bytes(range(0x20, 0x34))
    salt = bytes(range(0x40, 0x60))
    envelope_id = bytes(range(0x60, 0x70))
    out = {
        "root": root.hex(),
        "ledgerKey": secret(derive(root, b"ledger")),
        "ledgerAccount": account(derive(root, b"ledger")).hex(),
        "inboxKey": secret(derive(root, b"inbox")),
        "inboxPublic": compressed(multiply(scalar(derive(root, b"inbox")))).hex(),
        "grantee": grantee.hex(),
        "granteeKey": secret(derive(root, b"grantee", grantee)),
        "granteeAccount": account(derive(root, b"grantee", grantee)).hex(),
        "grantSalt": salt.hex(),
        "grantKey": secret(derive(root, b"grant", salt)),
        "envelopeId": envelope_id.hex(),
        "check": hkdf(root, envelope_id, b"salus/v1/check", 16).hex(),
        "folders": [],
    }
    for name, epoch in (("vaccinations", 0), ("mental-health", 7), ("a", 2**53 - 1), ("z" * 64, 1)):
        key = derive(root, b"folder", folder_label(name, epoch))
        out["folders"].append(
            {
                "name": name,
                "epoch": epoch,
                "key": secret(key),
                "public": compressed(multiply(scalar(key))).hex(),
                "index": derive(root, b"index", folder_label(name, epoch)).hex(),
            }
        )
    return out


def main():
    assert keccak256(b"").hex().startswith("c5d2460186f7233c927e7db2dcc703c0e500b653")
    roots = [bytes(range(32)), b"\xff" * 32, hashlib.sha256(b"a patient").digest()]
    text = json.dumps([vectors_of(root) for root in roots], indent=2) + "\n"
    if sys.argv[1:2] != ["--check"]:
        sys.stdout.write(text)
        return 0
    with open(sys.argv[2], encoding="utf-8") as file:
        return 0 if file.read() == text else 1


if __name__ == "__main__":
    sys.exit(main())

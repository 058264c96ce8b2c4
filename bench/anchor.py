#!/usr/bin/env python3
"""Gas and proof size per certificate: issue singly, issueMany, and anchor (one Merkle root for many).

Gas is what eth_estimateGas says on the embedded chain, of a hospital that is accredited; the size of
the QR code is what qrencode makes of a typical certificate with the proof beside it.
"""

import math
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests/e2e"))
from bulk_input import resources  # noqa: E402
from harness import Node, rpc  # noqa: E402

LEVELS = "QML"


def selector(node, signature):
    return rpc(node.url, "web3_sha3", "0x" + signature.encode().hex())[2:10]


def word(value):
    return f"{value:064x}"


def gas_of(node, data):
    status = node.status()
    call = {"from": status["hospital"]["account"], "to": status["contracts"]["vaccinePassport"]}
    return int(rpc(node.url, "eth_estimateGas", call | {"data": "0x" + data}), 16)


def issue_many(node, count):
    leaves = "".join(rpc(node.url, "web3_sha3", "0x" + word(i))[2:] for i in range(count))
    return gas_of(node, selector(node, "issueMany(bytes32[])") + word(32) + word(count) + leaves)


def anchor(node, count):
    return gas_of(node, selector(node, "anchor(bytes32,uint64)") + "7" * 64 + word(count))


def symbol(characters):
    """(version, level) by Salus's rule: Q, and M and L before a code passes version 22."""
    text = ("HC1:" + "A1B2C3D4E5" * 1000)[:characters]
    for level in LEVELS:
        made = subprocess.run(
            ["qrencode", "-l", level, "-t", "SVG", "-m", "0", "-o", "-", text],
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode != 0:
            continue
        modules = int(re.search(r'viewBox="0 0 (\d+)', made.stdout)[1])
        version = (modules - 17) // 4
        if version <= 22 or level == LEVELS[-1]:
            return version, level
    return None, None


def main():
    node = Node()
    try:
        entry = [{"resource": resource} for resource in resources(0)]
        bundle = {"resourceType": "Bundle", "type": "collection", "entry": entry}
        hcert = node.post_fhir(bundle)[1]["issued"][0]["hcert"]
        print("| way | certificates | gas each | proof | characters | QR |\n|---|---|---|---|---|---|")
        single = gas_of(node, selector(node, "issue(bytes32)") + "5" * 64)
        show("`issue`", 1, single, 0, len(hcert))
        for count in (10, 100, 400, 600):
            show("`issueMany`", count, issue_many(node, count), 0, len(hcert))
        for count in (400, 10_000, 100_000, 1_000_000):
            depth = math.ceil(math.log2(count))
            proof = 32 * depth + 8  # and the leaf's index, with CBOR's heads
            # base45: three characters for two bytes; hashes do not compress.
            show("`anchor`", count, anchor(node, count), proof, len(hcert) + math.ceil(proof * 1.5))
    finally:
        node.stop()


def show(way, count, gas, proof, characters):
    version, level = symbol(characters)
    each = gas / count
    number = f"{each:,.0f}" if each >= 10 else f"{each:.2f}"
    print(f"| {way} | {count:,} | {number} | {proof} B | {characters:,} | {version}-{level} |")


if __name__ == "__main__":
    main()

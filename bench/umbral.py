#!/usr/bin/env python3
"""Umbral beside umbral-pre (WebAssembly on Node.js) and beside the sum of its own primitives, one
thread, in turns, by processor time (the machine may be shared), the best of ten parts of each of
three rounds. Called by scripts/bench; prints a table of Markdown. Where umbral-pre is absent, its columns say so.

Environment: SALUS_BENCH_SECONDS (of each figure and round; 1).
"""

import json
import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SECONDS = os.environ.get("SALUS_BENCH_SECONDS", "1")
ROUNDS, PARTS = 3, 10

# What each is made of. A point read from bytes is a square root; DEM is hash and cipher.
OPERATIONS = [
    ("encrypt_1_kib", "encrypt 1 KiB", {"generate": 2, "multiply": 1, "hash": 1, "key": 1, "seal": 1}),
    ("decrypt_1_kib", "decrypt 1 KiB, by the owner", {"add": 1, "multiply": 1, "key": 1, "seal": 1}),
    ("read_capsule", "read and check a capsule",
     {"decompress": 2, "generate": 1, "multiply_public": 1, "hash": 1, "add": 1}),
    ("delegate_to/1/1", "delegate, 1 of 1",
     {"generate": 2, "multiply": 2, "invert": 1, "sign": 2, "hash": 2}),
    ("delegate_to/2/3", "delegate, 2 of 3",
     {"generate": 2, "multiply": 4, "invert": 1, "sign": 6, "hash": 4}),
    ("verify_key_fragment", "read and check a key fragment", {"decompress": 2, "multiply": 1, "verify": 2}),
    ("reencrypt_capsule", "re-encrypt, with proof", {"multiply": 5, "hash": 1}),
    ("verify_capsule_fragment", "read and check a capsule fragment",
     {"decompress": 7, "verify": 1, "multiply_public": 6, "add": 3, "hash": 1}),
    ("open_of/1", "open re-encrypted, 1",
     {"generate": 1, "multiply": 3, "multiply_public": 1, "invert": 1, "add": 2, "hash": 3, "key": 1,
      "seal": 1}),
    ("open_of/2", "open re-encrypted, 2",
     {"generate": 1, "multiply": 7, "multiply_public": 1, "invert": 1, "add": 4, "hash": 4, "key": 1,
      "seal": 1}),
]


def ours():
    """Microseconds by name."""
    text = subprocess.run(
        [str(ROOT / "build/release/bench/umbral_bench"), "--benchmark_format=json",
         f"--benchmark_min_time={float(SECONDS) / PARTS}", f"--benchmark_repetitions={PARTS}",
         "--benchmark_enable_random_interleaving=true"],
        capture_output=True, text=True, check=True).stdout
    figures = {}
    for one in json.loads(text)["benchmarks"]:
        if one["run_type"] == "iteration":
            figures.setdefault(one["name"], []).append(one["cpu_time"] / 1000)
    return {name: min(times) for name, times in figures.items()}


def peer():
    done = subprocess.run(["node", str(ROOT / "bench/umbral_peer.mjs"), SECONDS, str(PARTS)],
                          capture_output=True, text=True, check=False)
    return json.loads(done.stdout) if done.returncode == 0 else {}


def best(rounds):
    return {name: min(one[name] for one in rounds) for name in rounds[0]}


def main():
    pairs = [(ours(), peer()) for _ in range(ROUNDS)]
    salus, other = best([pair[0] for pair in pairs]), best([pair[1] for pair in pairs])
    print("| µs, one thread | Salus | umbral-pre | times as fast | sum of primitives | Salus / sum |")
    print("|---|---|---|---|---|---|")
    for name, what, parts in OPERATIONS:
        own, total = salus[name], sum(n * salus["primitive_" + part] for part, n in parts.items())
        theirs = f"{other[name]:.0f} | {other[name] / own:.1f}" if name in other else "absent | –"
        print(f"| {what} | {own:.0f} | {theirs} | {total:.0f} | {own / total:.2f} |")
    parts = {name[10:]: value for name, value in salus.items() if name.startswith("primitive_")}
    print("\nPrimitives, µs: " + ", ".join(f"{name} {value:.1f}" for name, value in parts.items()))


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Certificates and rules beside openssl and verifiers from npm, on the same data in the same run. Called by
scripts/bench; prints a table of Markdown. The peers (some under the GPL) are installed in .cache/bench-peers
and are no part of the product.

Environment: SALUS_TEST_DATA, SALUS_BENCH_SECONDS (of each figure).
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("SALUS_TEST_DATA", ROOT.parent / "shared/data"))
SECONDS = os.environ.get("SALUS_BENCH_SECONDS", "5")
PEERS = ROOT / ".cache/bench-peers"
PACKAGES = ["dcc-utils@0.4.0", "base45@3.0.0", "cbor@10.0.12", "jose@6.2.17", "certlogic-js@1.2.2"]


def output(*command, **options):
    done = subprocess.run(command, capture_output=True, text=True, check=True, **options)
    return done.stdout


def install_peers():
    if (PEERS / "node_modules/jose").exists():
        return
    PEERS.mkdir(parents=True, exist_ok=True)
    (PEERS / "package.json").write_text('{"private": true}')
    print("installing the peers into .cache/bench-peers", file=sys.stderr)
    output("npm", "install", "--no-audit", "--no-fund", "--silent", *PACKAGES, cwd=PEERS)


def peers():
    install_peers()
    text = output("node", str(ROOT / "bench/credential_peers.mjs"), str(PEERS), str(DATA), SECONDS)
    return json.loads(text.strip().splitlines()[-1])


def openssl():
    """Signatures verified a second, P-256."""
    line = output("openssl", "speed", "-seconds", SECONDS, "ecdsap256").strip().splitlines()[-1]
    return float(line.split()[-1])


def ours(program):
    text = output(str(ROOT / "build/release/bench" / program), "--benchmark_format=json",
                  f"--benchmark_min_time={SECONDS}", env={**os.environ, "SALUS_TEST_DATA": str(DATA)})
    rates = {}
    for one in json.loads(text)["benchmarks"]:
        if "items_per_second" not in one:
            sys.exit(f"{program}: {one.get('error_message', 'no rate')}")
        rates[re.sub(r"/.*", "", one["name"])] = one["items_per_second"]
    return rates


def main():
    limit = openssl()
    salus, rules, others = ours("passport_bench"), ours("rules_bench"), peers()
    limit = (limit + openssl()) / 2  # before and after, since the machine may be shared
    rows = [
        ("HCERT of this network, offline", salus["verify_certificate"], "openssl, signature alone", limit),
        ("EU HCERT (DCC), offline", salus["verify_hcert"], "openssl, signature alone", limit),
        ("", salus["verify_hcert"], "cbor and node:crypto", others["HCERT, cbor and node:crypto"]),
        ("", salus["verify_hcert"], "dcc-utils", others["HCERT, dcc-utils"]),
        ("SMART Health Card, offline", salus["verify_shc"], "openssl, signature alone", limit),
        ("", salus["verify_shc"], "jose", others["SHC, jose"]),
        ("P-256 signature alone, of a key that comes often", salus["verify_signature"], "openssl", limit),
        ("… of a key that comes once", salus["verify_signature_once"], "openssl", limit),
        ("CertLogic evaluations", rules["evaluate_rules"], "certlogic-js", others["CertLogic, certlogic-js"]),
    ]
    print("| a second, one core | Salus | peer | its rate | Salus / peer |\n|---|---|---|---|---|")
    for what, own, peer, rate in rows:
        print(f"| {what} | {own:,.0f} | {peer} | {rate:,.0f} | {own / rate:.2f} |")


if __name__ == "__main__":
    main()

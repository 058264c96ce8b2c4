#!/usr/bin/env python3
"""Runs the official suites and prints a table: suite, cases, passed, failed, excepted;
and what is excepted or not run, with the reason.

Usage: conformance_report.py BUILD_DIR DATA_DIR [SUITE...]
Failures are printed as they come and kept in BUILD_DIR/conformance/SUITE.txt. Exits 1 where a case
failed, a suite has other cases than it should have, or an archive is absent.
"""

import json
import re
import subprocess
import sys
import time
from pathlib import Path

# Name, archive, command, cases. The commands are salus's own.
SUITES = [
    ("state-legacy-constantinople", "statetest", 17603),
    ("state-legacy-cancun", "statetest", 69543),
    ("state-eest-osaka", "statetest", 21929),
    ("evm-benchmarks", "statetest", 27),
    ("vmtests-constantinople", "statetest", 418),
    ("blockchain-legacy-cancun", "blocktest", 1839),
    ("blockchain-eest-osaka", "blocktest", 4322),
    ("blockchain-eest-static-sample", "blocktest", 1089),
]
# Name, test program, filter: what the C++ test programs judge.
PROGRAMS = [
    ("difficulty", "tests/conformance/conformance_test", "DifficultyTests.*"),
    ("RLPTests", "tests/conformance/conformance_test", "RlpTests.*"),
    ("TrieTests", "tests/conformance/conformance_test", "TrieTests.*"),
    ("TransactionTests", "tests/conformance/conformance_test", "TransactionTests.*"),
    ("GenesisTests", "tests/conformance/conformance_test", "GenesisTests.*"),
    ("ABITests", "src/codec/codec_test", "Abi.OfficialTests"),
    ("KeyStoreTests", "src/envelope/envelope_test", "Keystore.OfficialTests"),
    ("engine-benchmark-eest", "tests/conformance/engine/engine_conformance_test", "EngineBenchmarkEest.*"),
    ("blocks as payloads", "tests/conformance/engine/engine_conformance_test", "BlocksAsPayloads.*"),
    ("execution-apis", "execution_apis.py", "*"),  # starts a node, then execution_apis_test
]
NOT_RUN = [
    ("blocks as payloads: 802 of blockchain-eest-osaka", "before Paris there is no Engine API"),
    ("blocks as payloads: 68 of blockchain-eest-osaka", "with execution requests, which a block does not hold; "
                                                        "they run as blocks"),
    ("execution-apis: eth_sendRawTransaction/send-blob-tx",
     "the pool takes no blobs: no consensus layer would spread them; blocks with them are run"),
    ("PoWTests", "Ethash vectors: there is no proof of work from Paris on, and the block suites say NoProof"),
    ("trietestnextprev", "neighbours of keys: an interface of one client's tests, no rule of the protocol"),
    ("BasicTests but difficulty*", "formats of the clients before Frontier; GenesisTests, TransactionTests and "
                                   "KeyStoreTests hold the same rules"),
]


def unpack(data, build, name):
    """The folder of an archive, unpacked where the C++ tests look for it too."""
    target = build / "test-data" / name
    if target.is_dir():
        return target
    archive = data / f"{name}.tar.zst"
    if not archive.is_file():
        return None
    scratch = target.with_name(f"{name}.unpacking")
    subprocess.run(["rm", "-rf", scratch], check=True)
    scratch.mkdir(parents=True)
    subprocess.run(["tar", "-I", "zstd -d --long=27", "-xf", archive, "-C", scratch], check=True)
    scratch.rename(target)
    return target


def run_suite(build, data, name, command, cases):
    folder = unpack(data, build, name)
    if folder is None:
        return {"problem": "the archive is absent"}
    report = build / "conformance" / f"{name}.txt"
    report.parent.mkdir(exist_ok=True)
    with open(report, "w") as out:
        subprocess.run([build / "src/app/salus", command, folder], stdout=out, check=False)
    lines = report.read_text(errors="replace").splitlines()
    total = re.match(r"(\d+) passed, (\d+) failed, (\d+) skipped$", lines[-1] if lines else "")
    if not total:
        return {"problem": f"did not end; see {report}"}
    passed, failed, skipped = map(int, total.groups())
    for line in lines:
        if line.startswith("FAILED"):
            print(line, flush=True)
    row = {"cases": passed + failed + skipped, "passed": passed, "failed": failed}
    if skipped:
        row["problem"] = f"{skipped} skipped"
    elif row["cases"] != cases:
        row["problem"] = f"{cases} cases expected"
    return row


def run_program(build, program, test_filter):
    output = build / "conformance" / "gtest.json"
    output.parent.mkdir(exist_ok=True)
    output.unlink(missing_ok=True)
    if program.endswith(".py"):
        command = [sys.executable, Path(__file__).resolve().parents[1] / "tests/conformance" / program]
    else:
        command = [build / program]
    subprocess.run([*command, f"--gtest_filter={test_filter}", f"--gtest_output=json:{output}"],
                   stdout=subprocess.DEVNULL, check=False)
    if not output.is_file():
        return {"problem": "did not end"}
    report = json.loads(output.read_text())
    tests = [test for suite in report["testsuites"] for test in suite["testsuite"]]
    failed = [test["name"] for test in tests if test.get("failures")]
    skipped = [test["name"] for test in tests if test["result"] == "SKIPPED"]
    cases = sum(int(test.get("cases", 0)) for test in tests)
    excepted = sum(int(test.get("excepted", 0)) for test in tests)
    row = {"cases": cases, "passed": 0 if failed else cases - excepted, "failed": len(failed), "excepted": excepted}
    if failed or skipped or not tests or cases == 0:
        row["problem"] = f"failed: {failed}, skipped: {skipped}, {cases} cases"
    return row


def print_table(rows):
    columns = ("cases", "passed", "failed", "excepted")
    print(f"\n{'suite':32}" + "".join(f"{column:>9}" for column in columns) + f"{'seconds':>9}")
    for name, row in rows:
        figures = "".join(f"{row.get(column, 0 if 'cases' in row else '-'):>9}" for column in columns)
        print(f"{name:32}{figures}{row['seconds']:>9.1f}")
    print("\nexcepted or not run:")
    for name, reason in NOT_RUN:
        print(f"  {name}: {reason}")
    for name, row in rows:
        if row.get("problem"):
            print(f"PROBLEM {name}: {row['problem']}")


def main():
    build, data, chosen = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve(), sys.argv[3:]
    rows = []
    jobs = [(name, lambda a=(name, command, cases): run_suite(build, data, *a)) for name, command, cases in SUITES]
    jobs += [(name, lambda a=(program, test_filter): run_program(build, *a)) for name, program, test_filter in PROGRAMS]
    names = [name for name, _ in jobs]
    unknown = [name for name in chosen if name not in names]
    if unknown:
        sys.exit(f"no suite is called {unknown[0]}; there are {', '.join(names)}")
    for name, job in jobs:
        if chosen and name not in chosen:
            continue
        print(f"==> {name}", file=sys.stderr, flush=True)
        started = time.monotonic()
        row = job()
        row["seconds"] = time.monotonic() - started
        rows.append((name, row))
    print_table(rows)
    return 1 if any(row.get("problem") or row.get("failed") for _, row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())

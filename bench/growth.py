#!/usr/bin/env python3
"""How the cost grows with the state: the same work at each of several numbers of commitments in one
chain. Called by `make bench-growth`; prints a table of Markdown, and what is going on to stderr.

The chain is filled by issueMany through signed transactions over HTTP, sealed at once: so no block's gas
is a bound. Then, at each level, single issues and calls are measured at a block a second; the node is
killed, started again, stopped, started on a copy of its directory (the files of the store are linked, so
the copy costs nothing) and measured there.

Environment: SALUS_BENCH_LEVELS (commitments, "10000 1000000"), SALUS_BENCH_COUNT (single issues, 8000),
SALUS_BENCH_SECONDS (of calls, 5), SALUS_BENCH_FOLDER (for the data: some 0.6 GB a million commitments).
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import peers

sys.path.insert(0, str(peers.ROOT / "tests/e2e"))
from harness import http  # noqa: E402  the e2e tests' own

LEVELS = [int(level) for level in os.environ.get("SALUS_BENCH_LEVELS", "10000 1000000").split()]
COUNT = int(os.environ.get("SALUS_BENCH_COUNT", 8000))
SECONDS = int(os.environ.get("SALUS_BENCH_SECONDS", 5))
FOLDER = os.environ.get("SALUS_BENCH_FOLDER")
MANY = 600  # commitments of a transaction; 2^24 gas are enough for some 650
MEASURED = 200  # such transactions on the copy
WAITED = 500  # issues whose latency is measured


def say(*words):
    print(time.strftime("%H:%M:%S"), *words, file=sys.stderr, flush=True)


def start(directory, *flags):
    """A node and the seconds until it is ready."""
    begin = time.monotonic()
    node = peers.salus(directory, *flags)
    while http("GET", f"{node.url}/readiness")[0] != 200:
        time.sleep(0.002)
    return node, time.monotonic() - begin


def stop(node):
    """The seconds that a clean stop takes."""
    begin = time.monotonic()
    os.kill(node.pid, signal.SIGTERM)
    node.process.wait(120)
    return time.monotonic() - begin


def kill(node):
    os.kill(node.pid, signal.SIGKILL)
    node.process.wait(120)


def copy(source, target):
    """Of a stopped node. Files of the store that are never changed are linked."""

    def take(one, other):
        return os.link(one, other) if str(one).endswith(".sst") else shutil.copy2(one, other)

    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target, copy_function=take)


def most_memory(node):
    for line in Path(f"/proc/{node.pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("no VmHWM")


def size(directory):
    return sum(path.stat().st_size for path in Path(directory).rglob("*") if path.is_file()) / 1e9


def latency(node, contract, first):
    command = [peers.LOAD, "latency", "--url", node.url, "--to", contract, "--key", peers.KEY]
    command += ["--count", str(WAITED), "--first", str(first)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    out = json.loads(done.stdout.splitlines()[0])
    return f"{out['medianMilliseconds']:.1f} / {out['p99Milliseconds']:.1f} ms"


class Growth:
    def __init__(self, work):
        self.directory, self.copy = os.path.join(work, "salus"), os.path.join(work, "copy")
        self.issued, self.single = 0, 10**15  # numbers of the next commitments
        self.columns = []

    def singles(self, node, contract):
        out = peers.transactions(node, contract, COUNT, 1, 8, self.single)
        self.single += COUNT
        return out

    def fill(self, node, contract, level):
        count = -(-(level - self.issued) // MANY)
        out = peers.transactions(node, contract, count, 2, 4, self.issued, MANY)
        self.issued += count * MANY
        return out[0] * MANY, out[1] / MANY

    def on_copy(self, column):
        copy(self.directory, self.copy)
        node, column["start-up after a clean stop"] = start(self.copy)
        column["memory after it"] = node.memory()
        contract = peers.contract_of(node.url)
        waited = "`issue` to its receipt, one after the other, sealed at once (median / 99 %)"
        column[waited] = latency(node, contract, 10**16)
        rate, cpu, _ = peers.transactions(node, contract, MEASURED, 2, 4, 10**17, MANY)
        column[f"commitments by `issueMany` of {MANY}, sealed at once"] = rate * MANY
        column["… CPU of the node for each"] = cpu / MANY
        stop(node)
        shutil.rmtree(self.copy)

    def measure(self, level):
        say(f"to {level:,} commitments")
        node, _ = start(self.directory)
        contract = peers.contract_of(node.url)
        rate, cpu = self.fill(node, contract, level)
        say(f"filled at {rate:,.0f} a second, {cpu:.1f} µs each")
        column = {
            f"filling up to here from the level before, by `issueMany` of {MANY}": rate,
            "… CPU of the node for each commitment, all compaction within": cpu,
            "memory at its most": most_memory(node),
        }
        stop(node)
        node, _ = start(self.directory, "--block-time", "1")
        rate, cpu, _ = self.singles(node, contract)
        column["`issue` singly, a block a second (8 connections)"] = rate
        column["… CPU of the node for each transaction"] = cpu
        calls = ["--to", contract, "--issuer", "0x" + peers.HOSPITAL, "--known", self.issued]
        rate, cpu, _ = node.load("calls", *calls, "--seconds", SECONDS, "--connections", 8)
        column["`status` of any of them by `eth_call` over 8 connections"] = rate
        column["… CPU of the node for each call"] = cpu
        column["memory after all this"] = node.memory()
        kill(node)
        node, column["start-up after kill -9"] = start(self.directory)
        column["a clean stop"] = stop(node)
        column["the data directory"] = size(self.directory)
        self.on_copy(column)
        say(json.dumps(column))
        self.columns.append(column)


UNITS = {
    "filling": "/s", "`issue` singly": "/s", "`status`": "/s", "commitments": "/s", "… CPU": "µs",
    "memory": "MiB", "start-up": "s", "a clean stop": "s", "the data directory": "GB",
}  # fmt: skip


def show(name, value):
    if isinstance(value, str):
        return value
    unit = next((unit for begin, unit in UNITS.items() if name.startswith(begin)), "")
    digits = 0 if unit in ("/s", "MiB") else 1 if unit == "µs" else 2
    return f"{value:,.{digits}f} {unit}"


def main():
    with tempfile.TemporaryDirectory(dir=FOLDER) as work:
        growth = Growth(work)
        for level in LEVELS:
            growth.measure(level)
    print("| | " + " | ".join(f"{level:,}" for level in LEVELS) + " |")
    print("|---|" + "---|" * len(LEVELS))
    for name in growth.columns[0]:
        print(f"| {name} | " + " | ".join(show(name, c[name]) for c in growth.columns) + " |")


if __name__ == "__main__":
    main()

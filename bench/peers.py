#!/usr/bin/env python3
"""Salus beside anvil on the same work in the same run: certificates, raw issue transactions, eth_call, eth_getLogs,
start-up and memory. Called by scripts/bench; prints a table of Markdown. Salus keeps every transaction
and block on disk before it answers for it; anvil keeps them in memory.

Environment: SALUS_BENCH_CERTIFICATES, SALUS_BENCH_COUNT (transactions), SALUS_BENCH_SECONDS (of calls), SALUS_BENCH_EVENTS (in
the chain that eth_getLogs reads; 0: not run).
"""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests/e2e"))
from harness import free_port, http, rpc  # noqa: E402  the e2e tests' own
SALUS = ROOT / "build/release/src/app/salus"
LOAD = ROOT / "build/release/bench/salus_load"
ANVIL = ROOT / "node_modules/.bin/anvil"
CERTIFICATES = int(os.environ.get("SALUS_BENCH_CERTIFICATES", 4000))
COUNT = int(os.environ.get("SALUS_BENCH_COUNT", 16000))
SECONDS = int(os.environ.get("SALUS_BENCH_SECONDS", 5))
EVENTS = int(os.environ.get("SALUS_BENCH_EVENTS", 200_000))
# The hospital of --dev: the second account of the well-known development mnemonic.
KEY = "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d"
HOSPITAL = "70997970c51812dc3a010c7d01b50e0d17dc79c8"
PER_TRANSACTION = 100  # commitments of an issueMany


def pid_of(process, name):
    """The process itself, or the one of that name that an npm launcher started."""
    for _ in range(100):
        found = subprocess.run(
            ["pgrep", "-x", "-P", str(process.pid), name], capture_output=True, text=True
        ).stdout.split()
        if found:
            return int(found[0])
        if Path(f"/proc/{process.pid}/comm").read_text().strip() == name:
            return process.pid
        time.sleep(0.05)
    raise RuntimeError(f"no process {name}")


class Node:
    def __init__(self, name, command, url):
        self.name, self.url = name, url
        begin = time.monotonic()
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while True:
            with contextlib.suppress(OSError):
                rpc(url, "eth_blockNumber")
                break
            if self.process.poll() is not None or time.monotonic() - begin > 300:
                raise RuntimeError(f"{name} did not start")
            time.sleep(0.002)
        self.started = time.monotonic() - begin
        self.pid = pid_of(self.process, name)

    def memory(self):
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        return 0.0

    def load(self, kind, *arguments):
        command = [LOAD, kind, "--url", self.url, "--pid", str(self.pid), *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        for line in lines:
            if line["failed"]:
                raise RuntimeError(f"{self.name}: {line} {done.stderr[:500]}")
        total = sum(line["operations"] for line in lines)
        seconds = sum(line["seconds"] for line in lines)
        cpu = sum(line.get("cpuMicroseconds", 0) * line["operations"] for line in lines)
        return total / max(seconds, 1e-6), cpu / max(total, 1), seconds

    def stop(self):
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, 15)
        self.process.wait(60)


def salus(directory, *flags):
    port = free_port()
    command = [SALUS, "serve", "--dev", "--datadir", directory, "--http.port", str(port)]
    return Node("salus", [*command, "--log.level", "error", *flags], f"http://127.0.0.1:{port}")


def contract_of(url):
    for _ in range(600):
        if http("GET", f"{url}/readiness")[0] == 200:
            status = json.loads(http("GET", f"{url}/api/v1/status")[1])
            return status["contracts"]["vaccinePassport"]
        time.sleep(0.05)
    raise RuntimeError(f"{url} is not ready")


def anvil(work, *flags):
    """Anvil with the contracts of Salus, deployed by a node that stands before it for a moment."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    limits = ["--gas-limit", "1000000000", "--order", "fifo"]
    node = Node("anvil", [ANVIL, "--port", str(port), "--silent", *limits, *flags], url)
    with tempfile.TemporaryDirectory(dir=work) as directory:
        front = salus(directory, "--eth-rpc", url)
        contract = contract_of(front.url)
        front.stop()
    return node, contract


def row(what, ours, theirs, unit, better_high=True):
    def show(value):
        return f"{value:,.0f}" if value >= 100 else f"{value:,.2f}" if value < 10 else f"{value:,.1f}"

    ratio = (ours / theirs if theirs else 0) if better_high else (theirs / ours if ours else 0)
    print(f"| {what} | {show(ours)} {unit} | {show(theirs)} {unit} | {ratio:.2f} |", flush=True)


def transactions(node, contract, count, batch, connections, first, commitments=1):
    return node.load(
        "transactions", "--to", contract, "--key", KEY, "--count", count, "--batch", batch,
        "--connections", connections, "--first", first, "--commitments", commitments,
    )  # fmt: skip


def certificates(work, name, *flags):
    directory = os.path.join(work, name)
    node = salus(directory, *flags)
    contract_of(node.url)  # until it is ready
    token = Path(directory, "api-token").read_text().strip()
    out = node.load(
        "issue", "--token", token, "--count", CERTIFICATES, "--connections", 8, "--per-request", 50
    )
    node.stop()
    return out


def compare_certificates(work):
    theirs, _ = anvil(work)
    a = certificates(work, "embedded")
    b = certificates(work, "outside", "--eth-rpc", theirs.url)
    row("certificates, each durable (8 connections, 50 a request; anvil behind Salus)",
        a[0], b[0], "/s")  # fmt: skip
    theirs.stop()


def compare_at_once(work):
    """Each transaction in a block as soon as it comes. Anvil does so only where they come in turn."""
    ours = salus(os.path.join(work, "at-once"))
    theirs, contract = anvil(work)
    a = transactions(ours, contract_of(ours.url), COUNT // 4, 1, 8, 0)
    b = transactions(theirs, contract, max(500, COUNT // 16), 1, 1, 0)
    row("`issue` singly, sealed at once (8 connections; anvil 1)", a[0], b[0], "/s")
    row("… CPU of the node for each", a[1], b[1], "µs", better_high=False)
    ours.stop()
    theirs.stop()


def compare_each_second(ours, our_contract, theirs, contract):
    for what, count, batch, connections, first in (
        ("`issue` singly, a block a second (8 connections)", COUNT // 2, 1, 8, 0),
        ("`issue` in batches of 200, a block a second (2 connections)", COUNT, 200, 2, 10**6),
    ):
        a = transactions(ours, our_contract, count, batch, connections, first)
        b = transactions(theirs, contract, count, batch, connections, first)
        row(what, a[0], b[0], "/s")
        row("… CPU of the node for each", a[1], b[1], "µs", better_high=False)


def compare_calls(ours, our_contract, theirs, contract):
    # status(address,bytes32) of a commitment that nobody issued
    data = "0xd6d76ed5" + HOSPITAL.rjust(64, "0") + "7".rjust(64, "0")
    flags = ["--data", data, "--seconds", SECONDS, "--connections", 8]
    a = ours.load("calls", "--to", our_contract, *flags)
    b = theirs.load("calls", "--to", contract, *flags)
    row("`status` by `eth_call` over 8 connections", a[0], b[0], "/s")
    row("… CPU of the node for each", a[1], b[1], "µs", better_high=False)


def compare_logs(ours, our_contract, theirs, contract):
    count = EVENTS // PER_TRANSACTION
    a = transactions(ours, our_contract, count, 4, 2, 10**8, PER_TRANSACTION)
    b = transactions(theirs, contract, count, 4, 2, 10**8, PER_TRANSACTION)
    many = PER_TRANSACTION
    row(f"commitments by `issueMany` of {many}", a[0] * many, b[0] * many, "/s")
    row("… CPU of the node for each", a[1] / many, b[1] / many, "µs", better_high=False)
    a = ours.load("logs", "--address", our_contract, "--range", 16)
    b = theirs.load("logs", "--address", contract, "--range", 16)
    row(f"`eth_getLogs`, all of {EVENTS:,} events, 16 blocks a query", a[0], b[0], "logs/s")
    row("… CPU of the node for each log", a[1], b[1], "µs", better_high=False)
    # A topic that no log has: what a search over the whole chain costs.
    absent = json.dumps([None, None, "0x" + "ab" * 32])
    queries = ["--topics", absent, "--range", 100_000]
    a = ours.load("logs", "--address", our_contract, *queries)
    b = theirs.load("logs", "--address", contract, *queries)
    row("… seconds to find no log of a topic among them", a[2], b[2], "s", better_high=False)


def main():
    with tempfile.TemporaryDirectory() as work:
        print("| work | Salus | anvil | ratio |\n|---|---|---|---|")
        compare_certificates(work)
        compare_at_once(work)
        directory = os.path.join(work, "salus")
        ours = salus(directory, "--block-time", "1")
        contract = contract_of(ours.url)
        theirs, their_contract = anvil(work, "--block-time", "1")
        compare_each_second(ours, contract, theirs, their_contract)
        compare_calls(ours, contract, theirs, their_contract)
        if EVENTS:
            compare_logs(ours, contract, theirs, their_contract)
        row("memory after all this", ours.memory(), theirs.memory(), "MiB", better_high=False)
        theirs.stop()
        ours.stop()
        again = salus(directory)
        other, _ = anvil(work)
        row("start-up to the first answer (ours with all this, anvil empty)",
            again.started, other.started, "s", better_high=False)  # fmt: skip
        row("memory then", again.memory(), other.memory(), "MiB", better_high=False)
        again.stop()
        other.stop()


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""A disk that fails at every single write of a scripted run, one run each: begin a data directory,
start, issue, send, stop. The disk is tests/support/faulty_disk.cpp, between the program and the
kernel, so RocksDB, SQLite and Salus's own files all meet it.

Whatever happens the program must not crash, must name what is wrong, must serve reads while it is
up, and must not lose what it acknowledged: a start on a sound disk finds all of it, chain check is
clean, and the chain goes on.

SALUS_FAULTY_DISK names the library. SALUS_FAULTS=all breaks every write in turn (some minutes),
else a fixed sample; SALUS_FAULTS=31:torn repeats one case.
"""

import contextlib
import http.client as http_client
import json
import os
import random
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from crash_test import bundle
from harness import Node, free_port, http, main, rpc, run, wait_until
from signing import ACCOUNTS, sign

LIBRARY = os.environ.get("SALUS_FAULTY_DISK", "")
CHOICE = os.environ.get("SALUS_FAULTS", "sample")
SAMPLE = 36
KINDS = ("eio", "dead", "full", "short", "torn", "power")
NOWHERE = "0x00000000000000000000000000000000000000aa"
PATIENCE = 8  # seconds for one answer of a node whose disk fails


class Faulty(Node):
    """A node that may be started on the faulty disk; its folder is kept between starts."""

    def __init__(self, at=0, kind=""):
        self.scratch = Path(tempfile.mkdtemp(prefix="salus-fault-"))
        self.datadir = self.scratch / "data"
        self.datadir.mkdir()
        self.count_file, self.full = self.scratch / "count", self.scratch / "full"
        self.full.touch()
        self.fault = {
            "LD_PRELOAD": LIBRARY,
            "SALUS_DISK_FOLDER": str(self.datadir) + "/",
            "SALUS_DISK_COUNT": str(self.count_file),
            "SALUS_DISK_AT": str(at),
            "SALUS_DISK_FAULT": kind,
            "SALUS_DISK_FULL": str(self.full),
        }
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.arguments = ["serve", "--dev", "--datadir", str(self.datadir)]
        self.arguments += ["--http.port", str(self.port)]
        self.answers = "/liveness"
        self.owns_datadir = True
        self.environment = {**os.environ, **self.fault}
        self.log = open(self.datadir / "serve.log", "ab")
        self.process = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def count(self):
        return int.from_bytes(self.count_file.read_bytes(), "little")

    def heal(self):
        """The disk is sound from the next start on."""
        self.environment = dict(os.environ)
        self.answers = "/readiness"

    def stop(self):
        if self.process and self.process.poll() is None:
            self.kill()
        super().stop()
        shutil.rmtree(self.scratch, ignore_errors=True)


class Script:
    """What is done in each run, and what was acknowledged."""

    def __init__(self, node):
        self.node = node
        self.codes = []
        self.sent = []  # hashes that were answered
        self.blocks = {}  # transaction -> block that its receipt named
        self.refusals = []

    def run(self):
        self.attempt(self.issue, 1)
        self.attempt(self.send, 0)
        self.attempt(self.send, 1)
        self.attempt(self.issue, 2)

    def attempt(self, step, number):
        """What fails must fail with a name, and in time."""
        try:
            step(number)
        except RuntimeError as refusal:
            self.refusals.append(str(refusal))
        except (OSError, http_client.HTTPException) as broken:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.node.process.wait(1)
            if self.node.process.poll() is None:
                raise AssertionError(f"{step.__name__}: no answer: {broken}") from broken
            self.refusals.append("killed")

    def issue(self, number):
        status, answer = self.node.post_fhir(bundle(number), PATIENCE)
        if status != 200 or answer["refused"]:
            raise RuntimeError(f"{status} {json.dumps(answer)[:300]}")
        self.codes += [one["hcert"] for one in answer["issued"]]

    def send(self, nonce):
        raw = sign(2, nonce, int(rpc(self.node.url, "eth_chainId"), 16), NOWHERE)
        sent = rpc(self.node.url, "eth_sendRawTransaction", raw)
        self.sent.append(sent)
        end = time.monotonic() + 1
        while time.monotonic() < end:
            receipt = rpc(self.node.url, "eth_getTransactionReceipt", sent)
            if receipt:
                self.blocks[sent] = receipt["blockHash"]
                return
            time.sleep(0.01)


def cases(started, count):
    """(n, kind): every write once with a kind of its turn, or a sample of those before it had
    started and twice as many after.
    """
    if ":" in CHOICE:
        at, kind = CHOICE.split(":")
        return [(int(at), kind)]
    turn = [(at, KINDS[(at + at // len(KINDS)) % len(KINDS)]) for at in range(1, count + 1)]
    if CHOICE == "all":
        return turn
    dice = random.Random(3)
    early, late = turn[:started], turn[started:]
    return sorted(dice.sample(early, SAMPLE // 3) + dice.sample(late, SAMPLE - SAMPLE // 3))


@unittest.skipUnless(LIBRARY, "SKIPPED: no faulty disk (SALUS_FAULTY_DISK); sanitizers forbid it")
class Faults(unittest.TestCase):
    def test_a_disk_that_fails_at_each_write(self):
        started, count = self.count_writes()
        began, ends, slow = time.monotonic(), {}, []
        broken = []
        for at, kind in cases(started, count):
            this_began = time.monotonic()
            try:
                end = self.one(at, kind)
            except AssertionError as fault:
                broken.append(f"{at}:{kind} {fault}")
                print("BROKEN", broken[-1], flush=True)
                continue
            ends[end] = ends.get(end, 0) + 1
            slow.append((round(time.monotonic() - this_began, 1), f"{at}:{kind}"))
        print(
            f"{count} writes, {started} of them until it had started; {sum(ends.values())} runs in {time.monotonic() - began:.0f} s: {ends}; "
            f"slowest {sorted(slow)[-3:]}"
        )
        self.assertEqual(broken, [])

    def count_writes(self):
        with Faulty() as node:
            node.start()
            started = node.count()
            script = Script(node)
            script.run()
            self.assertEqual(script.refusals, [])
            self.assertEqual(len(script.blocks), 2)
            node.process.terminate()
            self.assertEqual(node.process.wait(30), 0)
            return started, node.count()

    def one(self, at, kind):
        """One run; how it ended."""
        with Faulty(at, kind) as node:
            script = Script(node)
            end = self.on_the_faulty_disk(node, script, kind)
            node.heal()
            self.on_a_sound_disk(node, script)
            return end

    def on_the_faulty_disk(self, node, script, kind):
        try:
            node.start(ready_within=20)
        except RuntimeError:
            return self.assert_ended(node, kind)
        except TimeoutError as late:
            raise AssertionError(f"neither starts nor ends: {node.log_text()[-900:]}") from late
        script.run()
        if node.process.poll() is not None:
            return self.assert_ended(node, kind)
        if "killed" in script.refusals:
            raise AssertionError("an answer is missing")
        self.assert_reads(node)
        if kind == "full":
            self.with_room_again(node, script)
        node.process.terminate()
        try:
            status = node.process.wait(20)
        except subprocess.TimeoutExpired:
            self.fail(f"it does not stop: {node.log_text()[-900:]}")
        self.assertIn(status, (0, -signal.SIGKILL) if kind == "power" else (0,), node.log_text()[-900:])
        return "refused, served reads" if script.refusals else "went on"

    def assert_ended(self, node, kind):
        """By the power cut, or in order and with a name."""
        status = node.process.wait(5)
        if kind == "power":
            self.assertEqual(status, -signal.SIGKILL, node.log_text()[-900:])
            return "power cut"
        self.assertEqual(status, 1, node.log_text()[-900:])
        self.assertRegex(node.log_text(), r"(?m)^salus serve: [a-z0-9]+\.[a-z_0-9]+: ", "no named error")
        return "did not start, said why"

    def assert_reads(self, node):
        number = rpc(node.url, "eth_blockNumber")
        self.assertIsNotNone(rpc(node.url, "eth_getBlockByNumber", number, True))
        self.assertEqual(http("GET", node.url + "/liveness")[0], 200)
        self.assertIn(http("GET", node.url + "/readiness")[0], (200, 503))

    def with_room_again(self, node, script):
        """It goes on, or says that it must be restarted."""
        node.full.unlink()
        status, answer = http("GET", node.url + "/readiness")
        if status == 503:
            self.assertIn("start it again", answer.decode())
            return
        end = time.monotonic() + 60  # a recovery of the store's own may be under way: some 15 seconds
        while True:
            status, answer = node.post_fhir(bundle(3), 30)
            if status == 200 and not answer["refused"]:
                break
            if http("GET", node.url + "/readiness")[0] == 503:
                return
            self.assertLess(time.monotonic(), end, f"it does not go on: {status} {answer}")
            time.sleep(0.2)
        script.codes += [one["hcert"] for one in answer["issued"]]

    def on_a_sound_disk(self, node, script):
        try:
            node.start()
        except (RuntimeError, TimeoutError) as fault:
            raise AssertionError(f"does not start on a sound disk: {fault}") from fault
        for sent in script.sent:
            found = rpc(node.url, "eth_getTransactionByHash", sent)
            self.assertIsNotNone(found, "an acknowledged transaction is gone")
            receipt = lambda: rpc(node.url, "eth_getTransactionReceipt", sent)
            wait_until(receipt, 20, "an acknowledged transaction is not sealed")
            if sent in script.blocks:
                self.assertEqual(receipt()["blockHash"], script.blocks[sent])
        status, answer = node.post_fhir(bundle(4))
        self.assertEqual((status, answer["refused"]), (200, []))
        codes = script.codes + [one["hcert"] for one in answer["issued"]]
        done = run("verify", *node.client(), "--brief", "-", stdin="\n".join(codes))
        self.assertEqual(done.returncode, 0, done.stdout[-500:] + done.stderr[-500:])
        node.kill()
        done = run("chain", "check", "--datadir", str(node.datadir))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    main()

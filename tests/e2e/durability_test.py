#!/usr/bin/env python3
"""kill -9 at random moments while transactions are sent and certificates are issued.

Acknowledged is: a hash that eth_sendRawTransaction answered, a receipt that was seen, a newHeads
event that came, a certificate that was answered. After every kill all of it is there, with the same
blocks; a follower in a process of its own, killed now and then as well, agrees; chain check is clean.

SALUS_KILLS kills (20), SALUS_SEED repeats a run: `SALUS_KILLS=300 tests/e2e/durability_test.py`.
"""

import contextlib
import http.client
import json
import os
import random
import threading
import time
import unittest

from crash_test import PER_BUNDLE, bundle
from harness import Node, main, rpc, run, wait_until
from signing import ACCOUNTS, sign
from websocket import WebSocket

KILLS = int(os.environ.get("SALUS_KILLS", "20"))
SEED = int(os.environ.get("SALUS_SEED", str(random.randrange(1 << 32))))
CHECK_EVERY = 25
NOWHERE = "0x00000000000000000000000000000000000000aa"


class Acknowledged:
    """What the node has answered for, since the last take() and in all."""

    KINDS = ("sent", "receipts", "heads", "certificates")

    def __init__(self):
        self.lock = threading.Lock()
        self.all = {kind: {} for kind in self.KINDS}
        self.fresh = {kind: {} for kind in self.KINDS}

    def add(self, kind, found):
        with self.lock:
            self.fresh[kind].update(found)
            self.all[kind].update(found)

    def take(self):
        with self.lock:
            out, self.fresh = self.fresh, {kind: {} for kind in self.KINDS}
        return out

    def counts(self):
        return {kind: len(found) for kind, found in self.all.items()}


class Load:
    """Threads that ask the node again and again; the connection ends with every kill."""

    def __init__(self, node, seed):
        self.node = node
        self.chain_id = int(rpc(node.url, "eth_chainId"), 16)
        self.known = Acknowledged()
        self.go = threading.Event()
        self.over = False
        self.faults = []
        self.bundles = iter(range(1, 1 << 30))
        works = [lambda: self.listen()] + [lambda: self.issue()] * 2
        for account in ACCOUNTS:
            works.append(self.sender(account, random.Random(seed + account)))
        self.threads = [threading.Thread(target=self.run, args=(work,)) for work in works]
        for thread in self.threads:
            thread.start()

    def run(self, work):
        while self.go.wait() and not self.over:
            try:
                work()
            except (OSError, http.client.HTTPException):  # killed under way: not acknowledged
                time.sleep(0.01)
            except Exception as fault:  # whatever it is, the test shall hear of it
                self.faults.append(repr(fault))
                return

    def end(self):
        self.over = True
        self.go.set()
        for thread in self.threads:
            thread.join()

    def moving(self):
        return self.go.is_set() and not self.over

    # --- transactions ---------------------------------------------------------------------------

    def sender(self, account, dice):
        """Singly, or in batches of up to 20; then their receipts are asked for."""

        def work():
            link = Link(self.node.port)
            with contextlib.closing(link):
                nonce = int(link.call("eth_getTransactionCount", ACCOUNTS[account][0], "pending"), 16)
                while self.moving():
                    count = dice.choice((1, 1, 2, 20))
                    raws = [
                        sign(account, nonce + i, self.chain_id, NOWHERE, dice.randbytes(20))
                        for i in range(count)
                    ]
                    hashes = link.batch([("eth_sendRawTransaction", raw) for raw in raws])
                    self.known.add("sent", dict.fromkeys(hashes))
                    nonce += count
                    self.follow_up(link, hashes)

        return work

    def follow_up(self, link, hashes):
        while hashes and self.moving():
            receipts = link.batch([("eth_getTransactionReceipt", one) for one in hashes])
            found = {one["transactionHash"]: one["blockHash"] for one in receipts if one}
            self.known.add("receipts", found)
            hashes = [one for one in hashes if one not in found]
            time.sleep(0.002)

    # --- heads and certificates -----------------------------------------------------------------

    def listen(self):
        socket = WebSocket(self.node.url)
        with contextlib.closing(socket):
            socket.call("eth_subscribe", "newHeads")
            while True:
                head = socket.event()
                self.known.add("heads", {head["number"]: head["hash"]})

    def issue(self):
        number = next(self.bundles)
        status, answer = self.node.post_fhir(bundle(number))
        if status != 200:
            raise RuntimeError(f"issuing was answered with {status} {answer}")
        issued = {one["commitment"]: one["hcert"] for one in answer["issued"]}
        assert len(issued) == PER_BUNDLE, answer
        self.known.add("certificates", issued)


class Link:
    """JSON-RPC over a connection that is kept."""

    def __init__(self, port):
        self.http = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def close(self):
        self.http.close()

    def batch(self, calls):
        body = [
            {"jsonrpc": "2.0", "id": i, "method": method, "params": params}
            for i, (method, *params) in enumerate(calls)
        ]
        text = json.dumps(body[0] if len(body) == 1 else body)
        self.http.request("POST", "/", text, {"Content-Type": "application/json"})
        answers = json.loads(self.http.getresponse().read())
        if len(body) == 1:
            answers = [answers]
        for answer in answers:
            if "error" in answer:
                raise RuntimeError(answer["error"])
        return [answer["result"] for answer in answers]

    def call(self, method, *params):
        return self.batch([(method, *params)])[0]


def ask_all(node, calls):
    link = Link(node.port)
    with contextlib.closing(link):
        return [
            answer for at in range(0, len(calls), 500) for answer in link.batch(calls[at : at + 500])
        ]


class Durability(unittest.TestCase):
    def setUp(self):
        self.dice = random.Random(SEED)
        self.sealer = Node()
        self.addCleanup(self.sealer.stop)
        account = rpc(self.sealer.url, "salus_getSeal", "latest")["sealer"]
        self.follower = Node(extra=["--follow", self.sealer.url, "--sealer", account])
        self.addCleanup(self.follower.stop)
        self.load = Load(self.sealer, SEED)
        self.addCleanup(self.load.end)
        self.follower_kills = self.early_kills = 0

    def test_kills_under_load(self):
        print(f"seed {SEED}", flush=True)
        height, began = 0, time.monotonic()
        for kill in range(1, KILLS + 1):
            self.load.go.set()
            self.kill_at_a_random_moment()
            now = int(rpc(self.sealer.url, "eth_blockNumber"), 16)
            self.assertGreaterEqual(now, height)
            height = now
            self.assert_there(self.load.known.take())
            self.assert_follower_agrees()
            if kill % CHECK_EVERY == 0:
                self.assert_checked()
                print(f"{kill} kills, height {height}, {self.load.known.counts()}", flush=True)
        self.load.end()
        self.assert_in_the_end()
        print(
            f"seed {SEED}: {KILLS} kills in {time.monotonic() - began:.0f} s, {self.early_kills} of "
            f"them while it started; the follower {self.follower_kills} times; height {height}; "
            f"acknowledged {self.load.known.counts()}"
        )

    def kill_at_a_random_moment(self):
        periodic = "--block-time" in self.sealer.arguments
        time.sleep(self.dice.uniform(0.02, 1.6 if periodic else 0.4))
        both = self.dice.random() < 0.1
        if both:
            self.follower.kill()
            self.follower_kills += 1
        else:
            self.assertIsNone(self.follower.process.poll(), self.follower.log_text()[-2000:])
        self.sealer.kill()
        self.load.go.clear()  # what follows takes its time: nothing shall be sent meanwhile
        self.assertEqual(self.load.faults, [])
        if periodic:
            del self.sealer.arguments[-2:]
        elif self.dice.random() < 0.25:
            self.sealer.arguments += ["--block-time", "1"]
        if self.dice.random() < 0.15:
            self.kill_while_it_starts()
        self.sealer.start()
        if both:
            self.follower.start()

    def kill_while_it_starts(self):
        with contextlib.suppress(TimeoutError):
            self.sealer.start(ready_within=self.dice.uniform(0.0, 0.15))
        self.sealer.kill()
        self.early_kills += 1

    # --- what must hold -------------------------------------------------------------------------

    def assert_there(self, known):
        hashes = list(known["sent"])
        for one, found in zip(
            hashes, ask_all(self.sealer, [("eth_getTransactionByHash", one) for one in hashes])
        ):
            self.assertIsNotNone(found, f"transaction {one} was answered for and is gone")
        hashes = list(known["receipts"])
        for one, found in zip(
            hashes, ask_all(self.sealer, [("eth_getTransactionReceipt", one) for one in hashes])
        ):
            self.assertIsNotNone(found, f"the receipt of {one} was seen and is gone")
            self.assertEqual(found["blockHash"], known["receipts"][one])
        numbers = list(known["heads"])
        for one, found in zip(
            numbers, ask_all(self.sealer, [("eth_getBlockByNumber", one, False) for one in numbers])
        ):
            self.assertIsNotNone(found, f"head {one} was told and is gone")
            self.assertEqual(found["hash"], known["heads"][one])
        self.assert_verify(list(known["certificates"].values()))

    def assert_verify(self, codes):
        if not codes:
            return
        done = run("verify", *self.sealer.client(), "--brief", "-", stdin="\n".join(codes))
        self.assertEqual(done.returncode, 0, done.stdout[-500:] + done.stderr[-500:])

    def assert_follower_agrees(self):
        """Its head is the sealer's or an ancestor."""
        head = rpc(self.follower.url, "eth_getBlockByNumber", "latest", False)
        ours = rpc(self.sealer.url, "eth_getBlockByNumber", head["number"], False)
        self.assertIsNotNone(ours, "the follower holds a block that the sealer has lost")
        self.assertEqual(head["hash"], ours["hash"])
        status = rpc(self.follower.url, "salus_followStatus")
        self.assertNotIn("fault", status)
        self.assertEqual(status["proofs"], 0)

    def assert_checked(self):
        for node in (self.sealer, self.follower):
            done = run("chain", "check", "--datadir", str(node.datadir))
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def assert_in_the_end(self):
        """Everything once more, on nodes that were stopped and started."""
        known = self.load.known.all
        pending = lambda: rpc(self.sealer.url, "txpool_status")["pending"] == "0x0"
        wait_until(pending, 30, "transactions stay pending")
        head = lambda node: rpc(node.url, "eth_getBlockByNumber", "latest", False)["hash"]
        agreed = lambda: head(self.follower) == head(self.sealer)
        wait_until(agreed, 60, "the follower's head is another")
        for node in (self.sealer, self.follower):
            node.process.terminate()
            self.assertEqual(node.process.wait(30), 0)
        self.assert_checked()
        self.sealer.start()
        self.assert_there(known)
        sent = list(known["sent"])
        receipts = ask_all(self.sealer, [("eth_getTransactionReceipt", one) for one in sent])
        self.assertNotIn(None, receipts, "a transaction was taken and never sealed")
        for kind, found in known.items():
            self.assertGreater(len(found), KILLS, f"too little was acknowledged: {kind}")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""kill -9 at 20 random moments while 1,000 certificates are being issued.

After each restart every acknowledged certificate verifies; in the end none is half there: what the
node returns, what the chain holds and what was acknowledged agree, and the chain goes on.
"""

import os
import random
import threading
import time
import unittest

from harness import Node, http, main, rpc, run, wait_until

CERTIFICATES = 1000
PER_BUNDLE = 10
KILLS = 20


def bundle(number):
    """One fictional patient with PER_BUNDLE vaccinations of their own identity."""
    patient = f"urn:uuid:00000000-0000-4000-8000-{number:012x}"
    entries = [
        {
            "fullUrl": patient,
            "resource": {
                "resourceType": "Patient",
                "name": [{"family": f"Crash{number}", "given": ["Test"]}],
                "birthDate": "1980-01-01",
            },
            "request": {"method": "POST", "url": "Patient"},
        }
    ]
    for i in range(PER_BUNDLE):
        entries.append(
            {
                "fullUrl": f"urn:uuid:00000000-0000-4000-9000-{number * PER_BUNDLE + i:012x}",
                "resource": {
                    "resourceType": "Immunization",
                    "status": "completed",
                    "vaccineCode": {
                        "coding": [{"system": "http://hl7.org/fhir/sid/cvx", "code": "140"}]
                    },
                    "patient": {"reference": patient},
                    "occurrenceDateTime": f"20{i + 10}-03-0{1 + i % 9}",
                },
                "request": {"method": "POST", "url": "Immunization"},
            }
        )
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}


class Work:
    """Bundles that are posted until they are acknowledged."""

    def __init__(self, node):
        self.node = node
        self.lock = threading.Lock()
        self.waiting = list(range(CERTIFICATES // PER_BUNDLE))
        self.acknowledged = {}  # commitment -> hcert
        self.go = threading.Event()  # while it is clear nothing new is posted
        self.go.set()

    def run(self):
        while self.go.wait():
            with self.lock:
                if not self.waiting:
                    return
                number = self.waiting.pop(0)
            try:
                status, answer = self.node.post_fhir(bundle(number))
            except (OSError, ValueError):  # killed under way: not acknowledged
                status, answer = 0, None
                time.sleep(0.05)
            with self.lock:
                if status != 200:
                    self.waiting.append(number)
                    continue
                assert len(answer["issued"]) == PER_BUNDLE, answer
                for certificate in answer["issued"]:
                    self.acknowledged[certificate["commitment"]] = certificate["hcert"]


class Crash(unittest.TestCase):
    def test_kill_at_twenty_random_moments(self):
        """Blocks once a second: most kills meet certificates that wait for their block."""
        seed = int(os.environ.get("SALUS_SEED", "20261122"))
        moments = random.Random(seed)
        node = Node(extra=["--block-time", "1"])
        self.addCleanup(node.stop)
        work = Work(node)
        threads = [threading.Thread(target=work.run) for _ in range(2)]  # 20 certificates a block
        for thread in threads:
            thread.start()
        heights, acknowledged = [], []
        for _ in range(KILLS):
            time.sleep(moments.uniform(0.05, 1.6))
            with work.lock:
                self.assertTrue(work.waiting, "all is issued before the last kill")
            node.kill()
            work.go.clear()  # the reading takes its time: nothing shall be issued meanwhile
            node.start()
            heights.append(int(rpc(node.url, "eth_blockNumber"), 16))
            acknowledged.append(self.verify_all(node, work))
            work.go.set()
        for thread in threads:
            thread.join()
        self.assertEqual(heights, sorted(heights))
        self.assert_complete(node, work)
        print(f"seed {seed}: {KILLS} kills; acknowledged {acknowledged}; heights {heights}")

    def test_kill_while_blocks_follow_at_once(self):
        """Sealed without waiting: kills meet every step of sealing, storing and answering."""
        moments = random.Random(int(os.environ.get("SALUS_SEED", "20261122")) + 1)
        node = Node()
        self.addCleanup(node.stop)
        work = Work(node)
        bundles = work.waiting
        acknowledged = []
        for round_ in range(KILLS):
            share = len(bundles) // KILLS
            work.waiting = bundles[round_ * share : (round_ + 1) * share]
            threads = [threading.Thread(target=work.run) for _ in range(4)]
            for thread in threads:
                thread.start()
            time.sleep(moments.uniform(0.0, 0.12))
            node.kill()
            acknowledged.append(len(work.acknowledged))
            node.start()
            for thread in threads:
                thread.join()
            self.verify_all(node, work)
        self.assert_complete(node, work)
        print(f"{KILLS} kills; acknowledged by then {acknowledged}")

    def assert_complete(self, node, work):
        self.assertEqual(len(work.acknowledged), CERTIFICATES)
        self.verify_all(node, work)
        self.assert_nothing_half(node, work)
        self.assert_chain_goes_on(node)

    def verify_all(self, node, work):
        with work.lock:
            codes = list(work.acknowledged.values())
        if codes:
            done = run("verify", *node.client(), "--brief", "-", stdin="\n".join(codes))
            self.assertEqual(done.returncode, 0, done.stdout[-500:] + done.stderr[-500:])
        return len(codes)

    def assert_nothing_half(self, node, work):
        status = node.status()
        wait_until(lambda: node.status()["certificates"]["pending"] == 0, 30, "pending rows stay")
        topic = rpc(node.url, "web3_sha3", "0x" + b"Issued(address,bytes32,uint64)".hex())
        address = status["contracts"]["vaccinePassport"]
        query = {"fromBlock": "0x0", "address": address, "topics": [topic]}
        chain = [event["topics"][2] for event in rpc(node.url, "eth_getLogs", query)]
        self.assertEqual(len(chain), len(set(chain)))
        self.assertEqual(set(chain), set(work.acknowledged))
        self.assertEqual(node.status()["certificates"]["issued"], CERTIFICATES)

    def assert_chain_goes_on(self, node):
        before = int(rpc(node.url, "eth_blockNumber"), 16)
        status, answer = node.post_fhir(bundle(CERTIFICATES))
        self.assertEqual(status, 200, answer)
        self.assertGreater(int(rpc(node.url, "eth_blockNumber"), 16), before)
        self.assertEqual(http("GET", node.url + "/readiness")[0], 200)


if __name__ == "__main__":
    main()

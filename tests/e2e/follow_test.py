#!/usr/bin/env python3
"""A sealer and its followers, three processes: through kill -9 their heads agree in the end, and a
sealer that goes back to an old backup and seals again is caught, with a proof that anybody checks.
"""

import json
import random
import shutil
import tempfile
import threading
import time
import unittest
from pathlib import Path

from crash_test import PER_BUNDLE, Work, bundle
from harness import Node, free_port, http, main, rpc, run, wait_until

BUNDLES = 250


def follow_status(node):
    return rpc(node.url, "salus_followStatus")


def head(node):
    block = rpc(node.url, "eth_getBlockByNumber", "latest", False)
    return block["number"], block["hash"], block["stateRoot"]


class Follow(unittest.TestCase):
    def start(self, extra=(), port=None, answers="/readiness"):
        node = Node(extra=extra, port=port, answers=answers)
        self.addCleanup(node.stop)
        return node

    def start_sealer(self, *extra):
        node = self.start(extra)
        self.seal_account = rpc(node.url, "salus_getSeal", "latest")["sealer"]
        return node

    def follower(self, sealer, *extra, port=None, peers=(), answers="/readiness"):
        options = ["--follow", sealer.url, "--sealer", self.seal_account, *extra]
        if peers:
            options += ["--peers", ",".join(peers)]
        return self.start(options, port, answers)

    def wait_for_heads(self, sealer, *followers):
        wait_until(
            lambda: all(head(one) == head(sealer) for one in followers), 60, "heads do not agree"
        )

    def issue(self, node, number):
        status, answer = node.post_fhir(bundle(number))
        self.assertEqual(status, 200, answer)

    # --- the honest sealer ----------------------------------------------------------------------

    def test_followers_agree_through_kills(self):
        moments = random.Random(20261122)
        sealer = self.start_sealer()
        ports = [free_port(), free_port()]
        urls = [f"http://127.0.0.1:{port}" for port in ports]
        first = self.follower(sealer, port=ports[0], peers=[urls[1]])
        second = self.follower(sealer, "--forward", port=ports[1], peers=[urls[0]])
        work = Work(sealer)
        work.waiting = list(range(BUNDLES))
        threads = [threading.Thread(target=work.run) for _ in range(2)]
        for thread in threads:
            thread.start()
        for victim in (first, sealer, second, first, sealer, second):
            time.sleep(moments.uniform(0.1, 0.6))
            self.assertTrue(work.waiting, "all is issued before the last kill")
            victim.kill()
            time.sleep(moments.uniform(0.0, 0.5))
            victim.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(work.acknowledged), BUNDLES * PER_BUNDLE)
        self.wait_for_heads(sealer, first, second)
        for node in (first, second):
            self.assert_follows(node, sealer)
        wait_until(
            lambda: int(follow_status(first)["peers"][0]["agreesAt"], 16) == int(head(first)[0], 16),
            30,
            "the peers do not agree",
        )
        self.assert_transactions(sealer, first, second)
        print(f"{BUNDLES * PER_BUNDLE} certificates, head {int(head(sealer)[0], 16)}, 6 kills")

    def assert_follows(self, node, sealer):
        wait_until(lambda: follow_status(node)["state"] == "following", 30, "does not follow")
        status = follow_status(node)
        self.assertEqual(status["proofs"], 0)
        self.assertNotIn("fault", status)
        self.assertEqual(http("GET", node.url + "/readiness")[0], 200)
        self.assertIn("\nsalus_follow_fault 0", http("GET", node.url + "/metrics")[1].decode())
        number = head(sealer)[0]
        for method in ("eth_getBlockReceipts", "salus_getSeal"):
            self.assertEqual(rpc(node.url, method, number), rpc(sealer.url, method, number))
        query = {"fromBlock": "0x0", "address": sealer.status()["contracts"]["vaccinePassport"]}
        events = rpc(sealer.url, "eth_getLogs", query)
        self.assertGreaterEqual(len(events), BUNDLES * PER_BUNDLE)
        self.assertEqual(rpc(node.url, "eth_getLogs", query), events)
        self.assertFalse(rpc(node.url, "eth_syncing"))
        self.assertEqual(run("chain", "check", "--datadir", str(node.datadir)).returncode, 0)

    def assert_transactions(self, sealer, refusing, forwarding):
        """A transaction of block 1, sent again: known to the sealer, whoever hands it on."""
        block = rpc(sealer.url, "eth_getBlockByNumber", "0x1", False)
        raw = rpc(sealer.url, "eth_getRawTransactionByHash", block["transactions"][0])
        with self.assertRaisesRegex(RuntimeError, "takes no transactions: .*" + sealer.url):
            rpc(refusing.url, "eth_sendRawTransaction", raw)
        with self.assertRaises(RuntimeError) as at_the_sealer:
            rpc(sealer.url, "eth_sendRawTransaction", raw)
        with self.assertRaises(RuntimeError) as forwarded:
            rpc(forwarding.url, "eth_sendRawTransaction", raw)
        self.assertEqual(str(forwarded.exception), str(at_the_sealer.exception))
        self.assertIn("nonce too low", str(forwarded.exception))
        batch = [
            {"jsonrpc": "2.0", "id": i, "method": "eth_sendRawTransaction", "params": [raw]}
            for i in range(2)
        ]
        for answer in json.loads(http("POST", refusing.url, batch)[1]):
            self.assertIn("takes no transactions", answer["error"]["message"])

    def test_a_sealer_that_is_away_is_no_fault(self):
        sealer = self.start_sealer()
        node = self.follower(sealer)
        self.wait_for_heads(sealer, node)
        sealer.kill()
        wait_until(lambda: follow_status(node)["state"] == "unreachable", 30, "it was not noticed")
        self.assertEqual(http("GET", node.url + "/readiness")[0], 200)
        node.kill()
        node.start()  # without the sealer
        sealer.start()
        self.issue(sealer, 1)
        self.wait_for_heads(sealer, node)

    def test_another_key_is_not_believed(self):
        sealer = self.start_sealer()
        self.seal_account = "0x" + "42" * 20
        node = self.follower(sealer, answers="/liveness")
        wait_until(lambda: follow_status(node)["state"] == "fault", 30, "the fault was not found")
        self.assertEqual(follow_status(node)["fault"]["name"], "follow.other_sealer")
        self.assertEqual(http("GET", node.url + "/readiness")[0], 503)
        self.assertEqual(rpc(node.url, "eth_blockNumber"), "0x0")
        self.assertEqual(rpc(node.url, "salus_getFaultProofs"), [])

    # --- the sealer at fault --------------------------------------------------------------------

    def go_back(self, sealer, backup):
        """What an operator may do in good faith: an old backup is put back, and work goes on."""
        sealer.kill()
        shutil.rmtree(sealer.datadir / "chain")
        shutil.copytree(backup / "chain", sealer.datadir / "chain")
        sealer.start()

    def assert_at_fault(self, node, height):
        wait_until(lambda: follow_status(node)["state"] == "fault", 60, "the fault was not found")
        status = follow_status(node)
        self.assertEqual(status["fault"]["name"], "follow.equivocation")
        self.assertGreaterEqual(status["proofs"], 1)
        code, body = http("GET", node.url + "/readiness")
        self.assertEqual(code, 503)
        self.assertIn("follow.equivocation", body.decode())
        self.assertIn("\nsalus_follow_fault 1", http("GET", node.url + "/metrics")[1].decode())
        self.assertIn("THE SEALER IS AT FAULT", node.log_text())
        self.assertIn("PROOF OF THE SEALER'S FAULT", node.log_text())
        if height is not None:
            self.assertEqual(head(node), height, "what was verified stays, nothing comes after")

    def assert_proof(self, node):
        """Offline, as a file of the folder and as the RPC gave it."""
        kept = sorted((node.datadir / "follow").glob("proof-*.json"))
        self.assertTrue(kept)
        for path in kept:
            done = run("verify-fault", "--sealer", self.seal_account, str(path))
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("The proof holds", done.stdout)
        proofs = json.dumps(rpc(node.url, "salus_getFaultProofs"))
        self.assertEqual(run("verify-fault", "-", stdin=proofs).returncode, 0)
        other = run("verify-fault", "--sealer", "0x" + "42" * 20, str(kept[0]))
        self.assertEqual(other.returncode, 2)
        self.assertIn("follow.other_sealer", other.stderr)
        forged = json.loads(kept[0].read_text())
        forged["seals"][0]["signature"] = forged["seals"][1]["signature"]
        self.assertEqual(run("verify-fault", "-", stdin=json.dumps(forged)).returncode, 2)
        self.assertEqual(run("verify-fault", "-", stdin="{}").returncode, 1)

    def back_up(self, node):
        backup = Path(tempfile.mkdtemp(prefix="salus-e2e-backup-"))
        self.addCleanup(shutil.rmtree, backup, True)
        done = run("chain", "backup", "--datadir", str(node.datadir), str(backup))
        self.assertEqual(done.returncode, 0, done.stderr)
        return backup

    def test_a_follower_is_a_backup_of_the_sealer(self):
        sealer = self.start_sealer()
        node = self.follower(sealer)
        for number in range(1, 4):
            self.issue(sealer, number)
        self.wait_for_heads(sealer, node)
        before = head(sealer)
        self.go_back(sealer, self.back_up(node))
        self.issue(sealer, 4)
        self.wait_for_heads(sealer, node)
        self.assertNotEqual(head(node), before)
        self.assertNotIn("fault", follow_status(node))
        self.wait_for_heads(sealer, self.follower(sealer))  # from genesis on, seal by seal

    def test_an_old_backup_that_seals_again_is_caught(self):
        sealer = self.start_sealer()
        node = self.follower(sealer)
        self.issue(sealer, 1)
        backup = self.back_up(sealer)
        for number in range(2, 8):
            self.issue(sealer, number)
        self.wait_for_heads(sealer, node)
        verified = head(node)
        self.go_back(sealer, backup)
        for number in range(8, 12):
            self.issue(sealer, number)
        self.assert_at_fault(node, verified)
        self.assert_proof(node)
        # It is final: a restart changes nothing, and reads go on.
        node.kill()
        node.answers = "/liveness"
        node.start()
        self.assert_at_fault(node, verified)
        # Who began after it sees one history alone, until it hears of the other.
        late = self.follower(sealer, peers=[node.url], answers="/liveness")
        self.assert_at_fault(late, None)
        self.assert_proof(late)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Revoking and renewing at a running node, as a hospital's staff does it."""

import json
import shutil
import tempfile
import unittest
from pathlib import Path

from harness import DEMO, Node, check, main, run, wait_until


class Folder(unittest.TestCase):
    def setUp(self):
        self.node = Node()
        self.addCleanup(self.node.stop)
        self.folder = Path(tempfile.mkdtemp(prefix="salus-revoke-"))
        self.addCleanup(shutil.rmtree, self.folder)


class Revoke(Folder):
    def revoke(self, *arguments):
        return run("revoke", *map(str, arguments), *self.node.client())

    def test_many_from_a_list_say_each_what_became_of_it_and_again_is_no_harm(self):
        issued = self.node.issue(DEMO)["issued"]
        self.assertGreater(len(issued), 5)
        kept, doomed = issued[0], issued[1:]
        listed = self.folder / "doomed.ndjson"
        lines = ["# lot 7", "", doomed[0]["hcert"], doomed[1]["commitment"]]
        lines += [json.dumps({"commitment": one["commitment"]}) for one in doomed[2:]]
        listed.write_text("\n".join(lines) + "\n")
        before = self.node.status()["head"]["number"]
        done = self.revoke("--reason", "4", "--file", listed)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(f"{len(doomed)} revoked, 0 revoked before, 0 not", done.stdout)
        self.assertEqual(self.node.status()["head"]["number"], before + 1)  # one transaction
        for one in doomed:
            self.assertEqual(check(self.node.verify(one["hcert"])[1], "chain")[1], "chain.revoked")
        self.assertEqual(self.node.verify(kept["hcert"])[0], 0)
        # One that nobody issued is named; the others go on.
        unknown = "0x" + 64 * "a"
        done = self.revoke("--file", listed, unknown, kept["commitment"], "--json")
        self.assertEqual(done.returncode, 1)
        results = {one["commitment"]: one for one in json.loads(done.stdout)["results"]}
        self.assertEqual(results[unknown]["rule"], "issue.unknown_certificate")
        self.assertEqual(results[kept["commitment"]]["state"], "revoked")
        self.assertEqual({results[one["commitment"]]["state"] for one in doomed}, {"before"})
        # Nothing is asked for where one cannot be read.
        listed.write_text(kept["commitment"] + "\nnonsense\n")
        done = self.revoke("--file", listed)
        self.assertEqual(done.returncode, 1)
        self.assertIn("doomed.ndjson:2", done.stderr)

    def test_a_batch_is_what_one_transaction_issued(self):
        issued = self.node.issue(DEMO / "anna-musterfrau.json")["issued"]
        batch = [one for one in issued if one["transactionHash"] == issued[0]["transactionHash"]]
        done = self.revoke("--batch", issued[0]["transactionHash"], "--reason", "4")
        self.assertEqual(done.returncode, 0, done.stderr)
        for one in batch:
            verdict = self.node.verify(one["hcert"])[1]
            self.assertEqual(check(verdict, "chain")[1], "chain.revoked")
        done = self.revoke("--batch", "0x" + 64 * "b")
        self.assertEqual(done.returncode, 1)
        self.assertIn("0x" + 64 * "b", done.stderr)

    def test_without_anything_to_revoke_the_use_is_told(self):
        for arguments in ([], ["--batch", "0x12", "0x" + 64 * "a"]):
            done = self.revoke(*arguments)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn("--batch", done.stderr)


class KeyRenewal(Folder):
    def test_a_running_node_takes_the_next_key(self):
        before = self.node.issue(DEMO / "anna-musterfrau.json")["issued"][0]["hcert"]
        kid = self.node.status()["hospital"]["kid"]
        renew = ["keys", "renew", "--datadir", str(self.node.datadir), "--dev"]
        done = run(*renew)
        self.assertEqual(done.returncode, 0, done.stderr)
        wait_until(
            lambda: self.node.status()["hospital"]["kid"] != kid, 30, "the next key was not noticed"
        )
        self.assertIn("has taken over", self.node.log_text())
        after = self.node.issue(DEMO / "mila-kind.json")["issued"][0]
        self.assertEqual(after["certificate"]["kid"], self.node.status()["hospital"]["kid"])
        for code in (before, after["hcert"]):
            self.assertEqual(self.node.verify(code)[0], 0)
        # And once more, after a start.
        kid = self.node.status()["hospital"]["kid"]
        self.node.kill()
        self.node.start()
        self.assertEqual(self.node.status()["hospital"]["kid"], kid)
        self.assertEqual(self.node.verify(after["hcert"])[0], 0)


if __name__ == "__main__":
    main()

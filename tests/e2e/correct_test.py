#!/usr/bin/env python3
"""Corrections at the desk: a wrong certificate gets a successor, whatever is killed meanwhile."""

import json
import random
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from bulk_input import resources
from harness import BINARY, Node, main, run, wait_until

KILLS = 4


class Correct(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="salus-correct-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.node = Node(extra=["--block-time", "1"])
        self.addCleanup(self.node.stop)

    def record(self, number, lot):
        patient, immunization = resources(number)
        entry = [{"resource": patient}, {"resource": immunization | {"lotNumber": lot}}]
        path = self.folder / f"{number}-{lot}.json"
        path.write_text(json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entry}))
        return path

    def issue(self, number, lot):
        return self.node.issue(self.record(number, lot))["issued"][0]

    def command(self, old, number, lot):
        record = str(self.record(number, lot))
        return ["correct", *self.node.client(), "--json", old["commitment"], "--fhir", record]

    def verdict(self, code):
        return self.node.verify(code)[1]

    def assert_replaced(self, old, new):
        gone = self.verdict(old["hcert"])
        self.assertEqual(gone["overall"], "invalid")
        self.assertEqual(gone["revocationReason"], "a new certificate took its place")
        stands = self.verdict(new["hcert"])
        self.assertEqual(stands["overall"], "valid")
        self.assertEqual(stands["certificate"]["replaces"], old["commitment"])

    def test_a_wrong_certificate_is_replaced(self):
        old = self.issue(2, "WRONG")  # of no DCC: its lot is part of it
        done = run(*self.command(old, 2, "RIGHT"))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assert_replaced(old, json.loads(done.stdout))
        refused = run(*self.command(old, 2, "OTHER"))
        self.assertEqual(refused.returncode, 1)
        self.assertIn("it was replaced by 0x", refused.stderr)
        again = self.issue(2, "RIGHT")
        self.assertTrue(again["alreadyIssued"])
        self.assertEqual(again["commitment"], json.loads(done.stdout)["commitment"])

    def test_killed_while_correcting(self):
        moments = random.Random(20261123)
        for number in range(2, 2 + 5 * KILLS, 5):  # influenza, of no DCC
            old = self.issue(number, "WRONG")
            client = subprocess.Popen(
                [str(BINARY), *self.command(old, number, "RIGHT")],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            time.sleep(moments.uniform(0.0, 2.2))
            self.node.kill()
            client.kill()
            client.wait()
            self.node.start()
            # At no moment the patient has none: the old one stands until the new one does.
            if self.verdict(old["hcert"])["overall"] == "invalid":
                self.assertTrue(self.issue(number, "RIGHT")["alreadyIssued"])
            done = run(*self.command(old, number, "RIGHT"))
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assert_replaced(old, json.loads(done.stdout))
        counts = self.node.status()["certificates"]
        wait_until(lambda: self.node.status()["certificates"]["pending"] == 0, 30, "pending rows")
        self.assertEqual((counts["issued"], counts["revoked"]), (KILLS, KILLS))


if __name__ == "__main__":
    main()

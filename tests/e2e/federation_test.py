#!/usr/bin/env python3
"""Two hospitals on two nodes keep one patient's record: the second joins the authority of the first."""

import json
import shutil
import tempfile
import unittest
from pathlib import Path

from harness import Commands, Node, free_port, http, main, run, wait_until

PULSE = {"system": "http://loinc.org", "code": "8867-4", "display": "Heart rate"}


class Joined(Node):
    """A hospital with keys of its own on the chain of another's node."""

    def __init__(self, first, name):
        folder = Path(tempfile.mkdtemp(prefix="salus-e2e-"))
        (folder / "password").write_text(f"the password of {name}\n")
        port = free_port()
        self.name = name
        extra = ["--join", first.url, "--password-file", str(folder / "password")]
        extra += ["--hospital.name", name, "--federation-interval", "1"]
        extra += ["--public-url", f"http://127.0.0.1:{port}"]
        super().__init__(eth_rpc=first.url, datadir=folder, extra=extra, port=port)
        self.owns_datadir = True

    def start(self, *arguments, **more):
        if "--dev" in self.arguments:
            self.arguments.remove("--dev")
        super().start(*arguments, **more)


class Patient:
    """`salus patient` in a folder of its own."""

    def __init__(self, test):
        self.test = test
        self.folder = Path(tempfile.mkdtemp(prefix="salus-patient-"))
        test.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        made = json.loads(self.run("new").stdout)
        (self.folder / "code").write_text(made["recoveryCode"] + "\n")
        self.account = made["account"]

    def run(self, action, *arguments):
        envelope = ["--envelope", str(self.folder / "patient.json"), "--json"]
        secret = ["--secret-file", str(self.folder / "code")] if action != "new" else []
        return run("patient", action, *envelope, *secret, *map(str, arguments))

    def __call__(self, action, *arguments):
        done = self.run(action, *arguments)
        self.test.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout) if done.stdout.strip() else None

    def write(self, rate):
        resource = {
            "resourceType": "Observation",
            "status": "final",
            "code": {"coding": [PULSE]},
            "valueQuantity": {"value": rate, "unit": "/min"},
        }
        file = self.folder / "resource.json"
        file.write_text(json.dumps(resource))
        return self("write", file)


class Federation(Commands, unittest.TestCase):
    def setUp(self):
        port = free_port()
        extra = ["--public-url", f"http://127.0.0.1:{port}", "--federation-interval", "1"]
        self.first = Node(extra=extra, port=port)
        self.addCleanup(self.first.stop)
        self.second = self.join("Second Hospital")
        self.patient = Patient(self)

    def join(self, name):
        node = Joined(self.first, name)
        self.addCleanup(node.stop)
        account = self.account(node)
        place = ["--node", self.first.url, "--datadir", self.first.datadir, "--dev"]
        self.done("authority", "accredit", account, "--name", name, "--country", "DE", *place)
        return node

    def account(self, node):
        return json.loads(http("GET", node.url + "/api/v1/node")[1])["account"]

    def size(self, node):
        return json.loads(http("GET", node.url + "/api/v1/log/head")[1])["size"]

    def carried(self):
        """Everything of the first node's log that is this patient's is at the second."""
        return self.size(self.second) >= self.size(self.first)

    def test_what_one_node_takes_the_other_has(self):
        self.patient("register", "--nodes", f"{self.first.url},{self.second.url}")
        self.patient.write(61)
        wait_until(self.carried, 30, "the block did not travel")
        self.second.kill()
        for rate in range(70, 75):
            self.patient.write(rate)
        self.second.start()
        wait_until(self.carried, 60, "the blocks did not travel to the node that was away")
        self.assertNotIn("refused=1", self.second.log_text())
        for node in (self.first, self.second):
            self.done("audit", "--datadir", node.datadir, "--rpc", node.url)

    def test_a_node_without_accreditation_is_told_nothing(self):
        place = ["--node", self.first.url, "--datadir", self.first.datadir, "--dev"]
        self.done("authority", "suspend", self.account(self.second), *place)
        self.patient("register", "--nodes", f"{self.first.url},{self.second.url}")
        self.patient.write(61)
        refused = lambda: "records.not_allowed" in self.second.log_text()
        wait_until(refused, 30, "the suspended hospital's node was not refused")
        self.assertLess(self.size(self.second), self.size(self.first))
        self.done("authority", "reinstate", self.account(self.second), *place)
        wait_until(self.carried, 30, "it is not told again")


if __name__ == "__main__":
    main()

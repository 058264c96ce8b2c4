#!/usr/bin/env python3
"""A record's story, as its people live it: three hospitals' nodes with their own folders, keys and
chain connections on one chain; a patient, a small practice and an insurer on the command line.
"""

import json
import tempfile
import unittest
from pathlib import Path

from harness import Anvil, Node, http, main, run

OBSERVATION = {"resourceType": "Observation", "status": "final", "code": {"text": "glucose"}}


def observation(text):
    return {**OBSERVATION, "valueString": text}


class Person:
    """Somebody with an envelope in a folder of its own."""

    def __init__(self, test, folder, role):
        self.test, self.role, self.path = test, role, folder
        folder.mkdir()
        self.envelope = folder / f"{role}.json"
        made = json.loads(self.run("new"))
        self.secret = folder / "secret"
        self.secret.write_text(made["recoveryCode"] + "\n", encoding="utf-8")
        self.account = made["account"]

    def call(self, action, *arguments):
        words = [self.role, action, "--envelope", self.envelope, "--json", *arguments]
        if action != "new":
            words += ["--secret-file", self.secret]
        return run(*map(str, words))

    def run(self, action, *arguments):
        done = self.call(action, *arguments)
        self.test.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def says(self, action, *arguments):
        return json.loads(self.run(action, *arguments))

    def refused(self, expected, action, *arguments):
        done = self.call(action, *arguments)
        self.test.assertEqual(done.returncode, 1, done.stdout)
        self.test.assertIn(expected, done.stderr)

    def file(self, name, content):
        out = self.path / name
        out.write_text(json.dumps(content), encoding="utf-8")
        return out

    def read(self, grant):
        """What a grant opens, in order."""
        return [one["resource"]["valueString"] for one in self.says("read", grant)]


class Story(unittest.TestCase):
    eth_rpc = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="salus-story-")
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name)
        self.start_nodes()
        self.patient = Person(self, self.path / "patient", "patient")
        self.practice = Person(self, self.path / "practice", "grantee")
        self.insurer = Person(self, self.path / "insurer", "grantee")
        self.accredit(self.practice.account)
        self.urls = ",".join(node.url for node in self.nodes)
        self.chain = self.patient.says("register", "--nodes", self.urls)["chain"]
        self.card = self.path / "card.json"
        self.patient.run("card", "--out", self.card)

    def start_nodes(self):
        home = Node(eth_rpc=self.eth_rpc)
        self.addCleanup(home.stop)
        self.nodes = [home]
        rpc = self.eth_rpc or home.url
        for number, name in ((2, "Second Clinic"), (3, "Third Clinic")):
            extra = ["--join", home.url, "--dev-account", str(number), "--hospital.name", name]
            node = Node(eth_rpc=rpc, extra=extra)
            self.addCleanup(node.stop)
            self.nodes.append(node)

    def accredit(self, account):
        home = self.nodes[0]
        done = run("authority", "accredit", account, "--node", home.url, "--datadir",
                   str(home.datadir), "--dev", "--name", "Small Practice", "--country", "DE")
        self.assertEqual(done.returncode, 0, done.stderr)

    def writes(self, text):
        file = self.practice.file("record.json", observation(text))
        return self.practice.says("write", file, "--card", self.card)["record"]

    def grants(self, to, *arguments):
        card = to.path / "card.json"
        to.run("card", "--name", to.path.name, "--out", card)
        grant = self.patient.says("grant", "--grantee", card, *arguments)["grant"]
        to.run("inbox", "--nodes", self.nodes[0].url)
        return grant

    def reads_told(self, who):
        return [event for event in self.patient.says("timeline")
                if event["kind"] == "read" and event["who"] == who]

    # --- the story --------------------------------------------------------------------------------

    def test_from_the_first_visit_to_the_revocation(self):
        patient, practice, insurer = self.patient, self.practice, self.insurer
        # Without a grant a hospital writes to the inbox, and reads nothing.
        first = self.writes("from the first visit")
        shown = patient.says("show", first)[0]
        self.assertEqual(shown["folder"], "inbox")
        self.assertEqual(shown["resource"]["valueString"], "from the first visit")
        self.assertEqual(len(shown["checks"]), 2)
        self.assertEqual(practice.says("grants"), [])
        # With one it writes to the folder and reads it: two of three nodes serve.
        grant = self.grants(practice, "--folders", "laboratory", "--access", "read write",
                            "--threshold", "2")
        self.writes("glucose 5.4")
        self.assertEqual(practice.read(grant), ["glucose 5.4"])
        records = patient.says("records")
        self.assertEqual([one["folder"] for one in records["records"]], ["inbox", "laboratory"])
        self.assertEqual((records["missing"], records["unproved"]), (0, 0))
        # One node down still serves; one alone cannot.
        self.nodes[2].stop_process()
        self.assertEqual(practice.read(grant), ["glucose 5.4"])
        self.nodes[1].stop_process()
        practice.refused("grant.too_few_nodes", "read", grant)
        self.nodes[1].start()
        self.nodes[2].start()
        self.assertEqual(practice.read(grant), ["glucose 5.4"])
        # Every read is told: of each node that served one.
        reads = self.reads_told("practice")
        actions = [event["fact"]["action"] for event in reads]
        self.assertEqual(actions.count("read"), 4)
        self.assertGreaterEqual(actions.count("reencrypt"), 3)
        for event in reads:
            self.assertEqual(event["fact"]["document"], grant)
            self.assertTrue(event["authorKnown"])
        # An insurer is given the one record; then the practice's grant is taken back.
        single = self.grants(insurer, "--records", first, "--purpose", "HPAYMT")
        self.assertEqual(insurer.read(single), ["from the first visit"])
        revoked = patient.says("revoke", grant)
        destroyed = revoked["grants"][0]["destroyed"]
        self.assertEqual([one["count"] for one in destroyed], [1, 1, 1])
        practice.refused("consent.revoked", "read", grant)
        practice.run("inbox")
        self.assertTrue(practice.says("grants")[0]["revoked"])
        # The insurer's grant stands. What is written now lies in the inbox again.
        self.assertEqual(insurer.read(single), ["from the first visit"])
        self.writes("after the revocation")
        self.assertEqual(patient.says("records")["records"][-1]["folder"], "inbox")
        out = self.path / "export.json"
        self.assertEqual(patient.says("export", "--out", out)["records"], 3)
        texts = [entry["resource"]["valueString"] for entry in json.loads(out.read_text())["entry"]]
        self.assertEqual(
            texts, ["from the first visit", "glucose 5.4", "after the revocation"])

    def test_who_asks_is_answered(self):
        patient, insurer = self.patient, self.insurer
        patient.run("write", patient.file("x.json", observation("glucose 5.4")))
        asked = insurer.says(
            "ask", "--card", self.card, "--kind", "insurer", "--name", "Care", "--purpose",
            "HPAYMT", "--folders", "laboratory,claims", "--reason", "Claim 17", "--days", "30")
        requests = patient.says("requests")
        self.assertEqual([one["state"] for one in requests], ["seen"])
        self.assertEqual(requests[0]["id"], asked["request"])
        patient.refused("request.grants_more", "answer", asked["request"], "--folders",
                        "mental-health")
        grant = patient.says("answer", asked["request"], "--folders", "laboratory")["grant"]
        insurer.run("inbox")
        self.assertEqual(insurer.says("requests")[0]["state"], "granted")
        self.assertEqual(insurer.read(grant), ["glucose 5.4"])
        again = insurer.says(
            "ask", "--card", self.card, "--kind", "insurer", "--name", "Care", "--purpose",
            "HPAYMT", "--folders", "genetics", "--reason", "Curiosity", "--days", "30")
        patient.run("requests")
        patient.run("answer", again["request"], "--refuse")
        insurer.run("inbox")
        self.assertEqual(
            sorted(one["state"] for one in insurer.says("requests")), ["granted", "refused"])

    def test_a_new_epoch_leaves_the_others_reading(self):
        patient, practice, insurer = self.patient, self.practice, self.insurer
        patient.run("write", patient.file("x.json", observation("before")))
        stays = self.grants(practice, "--folders", "laboratory", "--threshold", "2")
        goes = self.grants(insurer, "--folders", "laboratory", "--purpose", "HPAYMT")
        patient.run("revoke", goes)
        patient.run("write", patient.file("y.json", observation("after")))
        practice.run("inbox")
        grants = [one["grant"] for one in practice.says("grants")]
        self.assertEqual(len(grants), 2)
        self.assertEqual(grants[0], stays)
        self.assertEqual(practice.read(stays), ["before"])
        self.assertEqual(practice.read(grants[1]), ["after"])
        insurer.run("inbox")
        self.assertEqual(len(insurer.says("grants")), 1)
        insurer.refused("consent.revoked", "read", goes)

    def test_strangers_get_nothing(self):
        path = f"/api/v1/chains/{self.chain}"
        for node in self.nodes:
            self.assertEqual(http("GET", node.url + path)[0], 401)
            status, _ = http("POST", node.url + path + "/read",
                             {"purpose": "TREAT", "records": []})
            self.assertEqual(status, 401)
        # The insurer is signed in, and nobody granted it anything.
        self.insurer.refused("grantee.no_such_grant", "read", "0x" + "11" * 32)

    def test_state_and_envelope_belong_together(self):
        patient = self.patient
        patient.refused("exists", "register", "--nodes", self.urls)
        (patient.path / "device.json").rename(patient.path / "away.json")
        patient.refused("device.none", "records")
        other = Person(self, self.path / "other", "patient")
        (patient.path / "away.json").rename(other.path / "device.json")
        other.refused("device.state_other", "records")


class StoryOnAnvil(Story):
    def setUp(self):
        anvil = Anvil()
        self.addCleanup(anvil.stop)
        self.eth_rpc = anvil.url
        super().setUp()


class Help(unittest.TestCase):
    def test_each_command_has_an_example(self):
        actions = {
            "patient": ["register", "nodes", "card", "grant", "grants", "revoke", "statement",
                        "records", "show", "write", "timeline", "export", "requests", "answer",
                        "emergency"],
            "grantee": ["new", "card", "inbox", "grants", "ask", "requests", "list", "read",
                        "write"],
        }
        for role, names in actions.items():
            for name in names:
                done = run(role, name, "--help")
                self.assertEqual(done.returncode, 0)
                self.assertIn(f"salus {role} {name}", done.stdout)


if __name__ == "__main__":
    main()

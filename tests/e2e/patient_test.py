#!/usr/bin/env python3
"""What a patient's device does with its keys, on the command line."""

import json
import os
import stat
import tempfile
import unittest
from pathlib import Path

from harness import main, run

CONTRACT = "0x5FbDB2315678afecb367f032d93F642f64180aa3"


class Patient(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name)
        self.envelope = self.path / "patient.json"
        self.made = self.patient("new")
        self.code = self.made["recoveryCode"]

    def tearDown(self):
        self.folder.cleanup()

    def secret(self, text, name="secret"):
        file = self.path / name
        file.write_text(text + "\n", encoding="utf-8")
        return str(file)

    def call(self, action, *arguments):
        return run("patient", action, "--envelope", str(self.envelope), "--json", *arguments)

    def patient(self, action, *arguments):
        done = self.call(action, *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout) if done.stdout.strip() else None

    def refused(self, expected, action, *arguments):
        done = self.call(action, *arguments)
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn(expected, done.stderr)

    def opens(self, text, *arguments):
        opened = self.patient("open", "--secret-file", self.secret(text), *arguments)
        self.assertEqual(opened["account"], self.made["account"])

    def test_new_is_private_and_made_once(self):
        self.assertEqual(stat.S_IMODE(os.stat(self.envelope).st_mode), 0o600)
        before = self.envelope.read_bytes()
        self.assertNotIn(self.code.encode(), before)
        self.refused("exists already", "new")
        self.assertEqual(self.envelope.read_bytes(), before)

    def test_the_code_opens_however_it_is_typed(self):
        self.opens(self.code)
        self.opens(self.code.lower().replace("-", " "))

    def test_another_code_does_not_open(self):
        other = run("patient", "new", "--envelope", str(self.path / "other.json"), "--json")
        code = json.loads(other.stdout)["recoveryCode"]
        self.refused("patient.does_not_open", "open", "--secret-file", self.secret(code))
        self.refused("patient.recovery_code", "open", "--secret-file", self.secret("0000"))
        self.refused("secret.none", "open")

    def test_ways_are_added_and_removed(self):
        code = self.secret(self.code, "code")
        added = self.patient("add", "--kind", "phrase", "--label", "safe", "--secret-file", code)
        self.opens(added["passphrase"])
        self.opens(added["passphrase"].upper())
        wraps = self.patient("wraps")
        self.assertEqual([wrap["kind"] for wrap in wraps], ["code", "passphrase"])
        self.patient("remove", wraps[0]["id"])
        self.refused("patient.does_not_open", "open", "--secret-file", code)
        self.opens(added["passphrase"])
        self.refused("patient.last_wrap", "remove", wraps[1]["id"])
        self.refused("patient.no_such_wrap", "remove", wraps[0]["id"])

    def test_a_chosen_passphrase_needs_its_second_share(self):
        code, share = self.secret(self.code, "code"), self.path / "share"
        chosen = self.secret("my cat is grey", "chosen")
        common = ("--kind", "chosen", "--secret-file", code, "--new-secret-file")
        self.refused("patient.passphrase_short", "add", *common,
                     self.secret("short", "short"), "--out", str(share))
        self.patient("add", *common, chosen, "--out", str(share))
        self.assertEqual(stat.S_IMODE(share.stat().st_mode), 0o600)
        which = ("--wrap", self.patient("wraps")[1]["id"])
        self.refused("patient.second_share_missing", "open", "--secret-file", chosen, *which)
        self.opens("my cat is grey", "--second-share", str(share), *which)
        share.write_text("00" * 32, encoding="utf-8")
        self.refused("patient.does_not_open", "open", "--secret-file", chosen,
                     "--second-share", str(share), *which)

    def test_keys_are_those_of_the_account(self):
        out, code = self.path / "keys.json", self.secret(self.code)
        place = ("--chain-id", "31337", "--contract", CONTRACT, "--out", str(out),
                 "--secret-file", code)
        digest = self.patient("keys", "--folders", "vitals:2,laboratory", *place)["digest"]
        statement = json.loads(out.read_text(encoding="utf-8"))
        self.assertRegex(digest, "^0x[0-9a-f]{64}$")
        self.assertEqual(statement["account"], self.made["account"])
        self.assertEqual(
            [(folder["name"], folder["epoch"]) for folder in statement["folders"]],
            [("laboratory", 0), ("vitals", 2)],
        )
        self.patient("keys", "--folders", "vitals:3", "--sequence", "2", *place)
        later = json.loads(out.read_text(encoding="utf-8"))
        self.assertEqual(later["folders"][0]["key"], statement["folders"][1]["successor"])
        self.refused("patient.folder_name", "keys", "--folders", "Mental Health", *place)

    def test_a_changed_envelope_does_not_open(self):
        code = self.secret(self.code)
        envelope = json.loads(self.envelope.read_text(encoding="utf-8"))
        envelope["wraps"][0]["label"] = "another"
        self.envelope.write_text(json.dumps(envelope), encoding="utf-8")
        self.refused("patient.does_not_open", "open", "--secret-file", code)
        envelope["version"] = 2
        self.envelope.write_text(json.dumps(envelope), encoding="utf-8")
        self.refused("patient.envelope_version", "open", "--secret-file", code)

    def test_help_shows_examples(self):
        for action in ("new", "open", "wraps", "add", "remove", "keys"):
            done = run("patient", action, "--help")
            self.assertEqual(done.returncode, 0)
            self.assertIn("salus patient " + action, done.stdout)


if __name__ == "__main__":
    main()

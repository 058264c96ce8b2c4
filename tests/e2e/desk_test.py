#!/usr/bin/env python3
"""A border desk: batches, a destination's rules, the traveller's document; a gate of other make."""

import json
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

import hcert_text
from harness import BINARY, DEMO, ROOT, Node, http, main, run

BUILD = Path(os.environ.get("SALUS_BUILD", ROOT / "build/release"))


def rule(identifier, logic, **changes):
    """A rule of Utopia's neighbour XX in the EU's form."""
    return {
        "Identifier": identifier,
        "Type": "Acceptance",
        "Country": "XX",
        "Version": "1.0.0",
        "SchemaVersion": "1.0.0",
        "Engine": "CERTLOGIC",
        "EngineVersion": "0.7.5",
        "CertificateType": "Vaccination",
        "Description": [{"lang": "en", "desc": f"what {identifier} asks for"}],
        "ValidFrom": "2021-01-01T00:00:00Z",
        "ValidTo": "2099-01-01T00:00:00Z",
        "AffectedFields": ["v.0.dn"],
        "Logic": logic,
        **changes,
    }


def enough_doses(least):
    return {"if": [{"var": "payload.v.0"}, {">=": [{"var": "payload.v.0.dn"}, least]}, True]}


class Desk(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.node = Node()
        cls.codes = [one["hcert"] for one in cls.node.issue(DEMO)["issued"]]
        cls.folder = Path(tempfile.mkdtemp(prefix="salus-desk-"))
        made = run("trust", "export", *cls.node.client(), "--out", str(cls.folder / "trust.json"))
        assert made.returncode == 0, made.stderr
        (cls.folder / "codes.txt").write_text("\n".join(cls.codes) + "\n")

    @classmethod
    def tearDownClass(cls):
        cls.node.stop()
        shutil.rmtree(cls.folder)

    def verify(self, *arguments, stdin=None):
        return run("verify", "--trust-list", str(self.folder / "trust.json"), *arguments,
                   stdin=stdin)

    def one(self, *arguments, code=None):
        done = self.verify("--json", *arguments, "-", stdin=code or self.dcc())
        return done, json.loads(done.stdout)[0] if done.stdout.strip() else None

    def dcc(self):
        """The first certificate that is an EU one."""
        for code in self.codes:
            done = self.verify("--json", "-", stdin=code)
            if json.loads(done.stdout)[0]["certificate"]["kind"] == "dcc":
                return code
        self.fail("no EU certificate among the demonstration's")

    def rules(self, *rules):
        path = self.folder / "rules.json"
        path.write_text(json.dumps(rules))
        return ["--rules", str(path)]

    def test_batch_gives_a_line_each_in_order_and_a_summary(self):
        forged = self.codes[0][:-4] + "AAAA"
        text = "\n".join([*self.codes, forged, "no certificate", ""])
        done = self.verify("--batch", "-", stdin=text)
        self.assertEqual(done.returncode, 2, done.stderr)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual(len(lines), len(self.codes) + 2)
        self.assertEqual([line["line"] for line in lines], list(range(1, len(lines) + 1)))
        self.assertTrue(all(line["overall"] == "valid" for line in lines[: len(self.codes)]))
        self.assertEqual(lines[-1]["codes"], ["structure.not_ours"])
        self.assertIn(f"{len(lines)} certificates in", done.stderr)
        self.assertIn(f"{len(self.codes)} valid", done.stderr)
        self.assertNotIn("Durand", done.stdout)  # nobody's name without --full
        full = self.verify("--batch", "--full", "-", stdin=self.codes[0])
        self.assertIn("birthDate", full.stdout)

    def test_batch_reads_folders_of_pictures(self):
        pictures = self.folder / "pictures"
        status, png = http("POST", self.node.url + "/api/v1/qr",
                           {"code": self.codes[0], "format": "png"})
        self.assertEqual(status, 200)
        pictures.mkdir()
        for name in ("a.png", "b.PNG"):
            (pictures / name).write_bytes(png)
        (pictures / "c.jpg").write_bytes(b"no picture")
        done = self.verify("--batch", str(pictures))
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual([line["overall"] for line in lines], ["valid", "valid", "unreadable"])

    def test_batch_is_offline(self):
        done = run("verify", "--batch", str(self.folder / "codes.txt"))
        self.assertEqual(done.returncode, 1)
        self.assertIn("--trust-list", done.stderr)
        done = run("verify", *self.node.client(), "--revocations", str(self.folder / "trust.json"),
                   str(self.folder / "codes.txt"))
        self.assertEqual(done.returncode, 1)
        self.assertIn("--trust-list", done.stderr)

    def test_batch_goes_on_behind_what_cannot_be_read(self):
        mixed = self.folder / "mixed.txt"
        mixed.write_bytes(b"\xef\xbb\xbf" + self.codes[0].encode() + b"\r\n" + b"A" * 3_000_000)
        done = self.verify("--batch", str(self.folder / "absent"), str(mixed), "-",
                           stdin=self.codes[1])
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertEqual([(line["overall"], line["codes"]) for line in lines],
                         [("unreadable", ["file.cannot_read"]), ("valid", []),
                          ("unreadable", ["structure.too_long"]), ("valid", [])])

    def test_what_is_not_said_is_no_success(self):
        (self.folder / "empty.txt").write_text("\n")
        done = self.verify("--batch", str(self.folder / "empty.txt"))
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("no certificate", done.stderr)
        for flags in (["--batch"], []):
            with open("/dev/full", "w", encoding="ascii") as full:
                done = subprocess.run(
                    [BINARY, "verify", "--trust-list", self.folder / "trust.json", *flags,
                     self.folder / "codes.txt"], stdout=full, stderr=subprocess.PIPE, text=True,
                    check=False)
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertIn("standard output", done.stderr)

    def test_a_code_that_is_none_is_not_repeated(self):
        done = run("verify", "X" * 5000)
        self.assertEqual(done.returncode, 1)
        self.assertIn("no file of this name", done.stderr)
        self.assertLess(len(done.stderr), 300)
        done = self.verify("--mrz", "P<" * 300, "-", stdin=self.codes[0])
        self.assertEqual(done.returncode, 1)
        self.assertIn("mrz.", done.stderr)

    def test_a_certificate_does_not_steer_the_terminal(self):
        cose = hcert_text.open_code(self.dcc())
        name = json.loads(self.one()[0].stdout)[0]["certificate"]["name"].split()[0].encode()
        self.assertIn(name, cose)
        steering = b"\x1b[2J\n"[: len(name)].ljust(len(name), b"\r")
        code = hcert_text.make_code(cose.replace(name, steering))
        path = self.folder / "steering.txt"
        path.write_text(code)
        for command in (["verify", "--trust-list", str(self.folder / "trust.json")], ["history"],
                        ["verify", "--brief", "--trust-list", str(self.folder / "trust.json")]):
            done = run(*command, str(path))
            self.assertIn("steering.txt", done.stdout)
            self.assertNotIn("\x1b", done.stdout, command)
            self.assertNotIn("\r", done.stdout, command)
            self.assertIn("\ufffd", done.stdout + "\ufffd" * ("--brief" in command), command)

    def test_rules_of_the_destination(self):
        ask = ["--to", "XX", "--on", "2026-12-24"]
        done, verdict = self.one(*self.rules(rule("VR-XX-0001", enough_doses(1))), *ask)
        self.assertEqual((done.returncode, verdict["entry"]["overall"]), (0, "passed"), verdict)
        strict = rule("VR-XX-0002", enough_doses(9))
        done, verdict = self.one(
            *self.rules(rule("VR-XX-0001", enough_doses(1)), strict), *ask)
        self.assertEqual((done.returncode, verdict["overall"]), (2, "valid"))
        failed = [one for one in verdict["entry"]["rules"] if one["outcome"] == "failed"]
        self.assertEqual([one["identifier"] for one in failed], ["VR-XX-0002"])
        self.assertIn("v.0.dn", failed[0]["values"])
        done, verdict = self.one(*self.rules(strict), "--to", "YY")
        self.assertEqual((done.returncode, verdict["entry"]["overall"]), (2, "open"))
        text = self.verify(*self.rules(strict), *ask, "-", stdin=self.dcc())
        self.assertIn("VR-XX-0002 failed: what VR-XX-0002 asks for", text.stdout)

    def test_rules_that_are_none(self):
        done, _ = self.one(*self.rules(rule("VR-XX-0001", {"unknown": []})), "--to", "XX")
        self.assertEqual(done.returncode, 1)
        self.assertIn("rules.json", done.stderr)
        done, _ = self.one("--to", "XX")
        self.assertIn("--rules FILE", done.stderr)

    def test_the_travellers_document(self):
        _, verdict = self.one()
        person = verdict["certificate"]
        line = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
        done, verdict = self.one("--mrz", line)
        self.assertEqual((done.returncode, verdict["person"]["outcome"]), (2, "no_match"), person)
        wrong = self.verify("--mrz", line[:-1] + "1", "-", stdin=self.dcc())
        self.assertEqual(wrong.returncode, 1)
        self.assertIn("mrz.composite_check", wrong.stderr)

    def test_a_gate_of_other_make(self):
        if shutil.which("pkg-config") is None:
            self.skipTest("SKIPPED: pkg-config is absent")
        prefix = self.folder / "prefix"
        done = subprocess.run(
            ["cmake", "--install", BUILD, "--component", "verify", "--prefix", prefix],
            capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        flags = subprocess.run(
            ["pkg-config", "--cflags", "--libs", "salus-verify"], capture_output=True, text=True,
            check=True, env={**os.environ, "PKG_CONFIG_PATH": str(prefix / "lib/pkgconfig")})
        gate = self.folder / "gate"
        made = subprocess.run(
            ["g++", ROOT / "examples/gate.cpp", *flags.stdout.split(), "-o", gate],
            capture_output=True, text=True, check=False)
        self.assertEqual(made.returncode, 0, made.stderr)
        signer = self.one()[1]["trustList"]["signer"]
        asked = subprocess.run(
            [gate, self.folder / "trust.json", signer], text=True, capture_output=True, check=False,
            input=f"{self.codes[0]}\nHC1:nothing\n")
        opened, closed = asked.stdout.splitlines()
        self.assertTrue(opened.startswith("open: "), asked)
        self.assertEqual(closed, "closed: structure.base45 signature.not_checked issuer.not_checked"
                         " validity.not_checked content.not_checked chain.not_checked")


if __name__ == "__main__":
    main()

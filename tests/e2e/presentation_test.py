#!/usr/bin/env python3
"""A patient's wallet, a hospital and three evaluators, as their users run them.

Presentations: one-time credentials are issued, taken, shown once each, anchored and revoked.
Nullifiers: two of three evaluators answer; one that is down, and one that limits, are named.
"""

import fcntl
import json
import os
import shutil
import subprocess
import tempfile
import unittest
from datetime import datetime, timedelta, timezone
from pathlib import Path

from harness import BINARY, DEMO, Commands, Node, free_port, http, main, rpc, run, wait_until

MRZ = (
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n"
    "L898902C36UTO7408122F1204159ZE184226B<<<<<10\n"
)


class Folder(Commands, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.node = Node()
        cls.folder = Path(tempfile.mkdtemp(prefix="salus-e2e-"))

    @classmethod
    def tearDownClass(cls):
        cls.node.stop()
        shutil.rmtree(cls.folder, ignore_errors=True)


class Presentations(Folder):
    def hospital(self, *arguments):
        place = ["--node", self.node.url, "--datadir", self.node.datadir, "--dev"]
        return self.done("presentations", *arguments, *place)

    def wallet(self, *arguments):
        return [*arguments, "--wallet", self.folder / "wallet", "--dev"]

    def verdict(self, code, *arguments):
        return json.loads(run("verify", "--json", *map(str, arguments), "-", stdin=code).stdout)[0]

    def unused(self):
        return json.loads(self.done("wallet", *self.wallet("list", "--json")))[0]["unused"]

    def status(self, commitment):
        """(issuedAt, revokedAt) of VaccinePassport.status."""
        about = self.node.status()
        text = "status(address,bytes32)".encode().hex()
        selector = rpc(self.node.url, "web3_sha3", "0x" + text)[:10]
        issuer = about["hospital"]["account"][2:].rjust(64, "0")
        call = {"to": about["contracts"]["vaccinePassport"], "data": selector + issuer + commitment[2:]}
        answer = rpc(self.node.url, "eth_call", call, "latest")[2:]
        return int(answer[:64], 16), int(answer[64:128], 16)

    def test_what_the_key_before_signed_gets_credentials_too(self):
        issued = self.node.issue(DEMO / "anna-musterfrau.json")["issued"][0]
        keys, batch = self.folder / "later-keys.json", self.folder / "later-batch.json"
        self.done("keys", "renew", "--datadir", self.node.datadir, "--dev")
        self.node.process.terminate()
        self.node.process.wait(30)
        self.node.start()  # it is the authority, too: the next key takes over
        wallet = ["--wallet", self.folder / "later", "--dev"]
        self.done("wallet", "request", "--count", "1", "--out", keys, *wallet)
        self.hospital("issue", "--certificate", issued["hcert"], "--keys", keys, "--out", batch)
        self.done("wallet", "take", batch, *wallet)
        shown = json.loads(self.done("present", "--fields", "name", "--json", *wallet))
        verdict = self.verdict(shown["code"], *self.node.client())
        self.assertEqual(verdict["overall"], "valid", verdict)
    def test_a_certificate_that_is_revoked_takes_its_credentials_along(self):
        issued = self.node.issue(DEMO / "mila-kind.json")["issued"][0]
        keys, batch = self.folder / "keys2.json", self.folder / "batch2.json"
        wallet = ["--wallet", self.folder / "wallet2", "--dev"]
        self.done("wallet", "request", "--count", "3", "--out", keys, *wallet)
        self.hospital("issue", "--certificate", issued["hcert"], "--keys", keys, "--out", batch)
        self.done("wallet", "take", batch, *wallet)

        def fresh():
            return json.loads(self.done("present", "--fields", "name", "--json", *wallet))["code"]

        self.assertEqual(self.verdict(fresh(), *self.node.client())["overall"], "valid")
        told = self.done("revoke", "--reason", "2", issued["hcert"], *self.node.client())
        self.assertIn("with 3 one-time credentials", told)
        verdict = self.verdict(fresh(), *self.node.client())
        self.assertEqual(verdict["overall"], "invalid", verdict)
        self.assertIn("chain.revoked", [check["code"] for check in verdict["checks"]])
        again = self.done("revoke", "--reason", "2", issued["hcert"], *self.node.client())
        self.assertIn("revoked before", again)
        # Nothing more is issued for it.
        refused = self.refused(
            *["presentations", "issue", "--certificate", issued["hcert"], "--keys", keys],
            *["--out", batch, "--node", self.node.url, "--datadir", self.node.datadir, "--dev"],
        )
        self.assertIn("the node does not call it valid", refused)

    def test_all_credentials_under_one_root_are_revoked(self):
        issued = self.node.issue(DEMO / "jose-ejemplo.json")["issued"][0]
        keys, batch = self.folder / "keys3.json", self.folder / "batch3.json"
        wallet = ["--wallet", self.folder / "wallet3", "--dev"]
        self.done("wallet", "request", "--count", "2", "--out", keys, *wallet)
        self.hospital("issue", "--certificate", issued["hcert"], "--keys", keys, "--out", batch)
        self.done("wallet", "take", batch, *wallet)
        before = set((self.node.datadir / "presentations/anchored").glob("*.json"))
        self.hospital("anchor")
        after = set((self.node.datadir / "presentations/anchored").glob("*.json"))
        root = (after - before).pop().stem
        told = self.done("revoke", "--reason", "3", "--batch", "0x" + root, *self.node.client())
        self.assertIn("2 one-time credentials", told)
        shown = json.loads(self.done("present", "--fields", "name", "--json", *wallet))
        verdict = self.verdict(shown["code"], *self.node.client())
        self.assertIn("chain.revoked", [check["code"] for check in verdict["checks"]])
        again = self.done("revoke", "--reason", "3", "--batch", "0x" + root, *self.node.client())
        self.assertIn("0 one-time credentials", again)
        # The certificate itself stands, and takes new ones.
        self.assertEqual(self.node.verify(issued["hcert"])[0], 0)

    def test_a_credential_is_issued_shown_once_anchored_and_revoked(self):
        issued = self.node.issue(DEMO / "anna-musterfrau.json")["issued"][0]
        keys, batch = self.folder / "keys.json", self.folder / "batch.json"
        self.done("wallet", *self.wallet("request", "--count", "3", "--out", keys))
        self.hospital("issue", "--certificate", issued["hcert"], "--keys", keys, "--out", batch)
        self.done("wallet", *self.wallet("take", batch))
        self.assertEqual(self.unused(), 3)

        with open(self.folder / "wallet" / "lock", "w", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # as another process that shows a credential
            self.assertIn("datadir.in_use", self.refused("present", *self.wallet("--fields", "all")))
        elsewhere = ["--wallet", self.folder / "elsewhere", "--dev"]
        for command in (["present", "--fields", "all"], ["wallet", "list"], ["wallet", "take", batch]):
            self.assertIn("wallet.none", self.refused(*command, *elsewhere))
        asked = subprocess.run(
            [BINARY, "wallet", *map(str, self.wallet("request", "--count", "1"))], text=True,
            capture_output=True, check=False,
            env={**os.environ, "SALUS_WALLET": str(self.folder / "elsewhere")})
        self.assertEqual(asked.returncode, 0, asked.stderr)  # a flag beats the environment
        self.assertFalse((self.folder / "elsewhere").exists())
        place = ["--node", self.node.url, "--datadir", self.folder / "elsewhere"]
        self.assertIn("keystore.missing", self.refused(
            "presentations", "issue", "--certificate", issued["hcert"], "--keys", keys, *place))
        self.assertFalse((self.folder / "elsewhere").exists())
        self.assertEqual(self.unused(), 3)

        fields = ["--fields", "name,disease", "--json"]
        first = json.loads(self.done("present", *self.wallet(*fields)))
        second = json.loads(self.done("present", *self.wallet(*fields)))
        self.assertEqual(self.unused(), 1)
        self.assertTrue(first["code"].startswith("SD1:"))
        self.assertLessEqual(first["version"], 22)
        self.assertNotEqual(first["sdJwt"].split("~")[0], second["sdJwt"].split("~")[0])
        self.assertIn("no_such_field", self.refused("present", *self.wallet("--fields", "phone")))
        self.assertEqual(self.unused(), 1)

        trust = self.folder / "trust.json"
        self.done("trust", "export", *self.node.client(), "--out", trust)
        verdict = self.verdict(first["code"], "--trust-list", trust)
        self.assertEqual((verdict["overall"], verdict["format"]), ("valid", "sd-jwt"), verdict)
        self.assertEqual(verdict["certificate"]["name"], "Anna Zoë Müßig-Musterfrau")
        self.assertNotIn("birthDate", verdict["certificate"])  # it was not shown
        verdict = self.verdict(second["code"], *self.node.client())
        self.assertEqual(verdict["overall"], "valid", verdict)
        # A photograph, two minutes later; another verifier's nonce.
        later = (datetime.now(timezone.utc) + timedelta(minutes=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
        stale = self.verdict(first["code"], "--trust-list", trust, "--at", later)
        self.assertEqual(stale["checks"][-1]["code"], "presentation.stale", stale)
        asked = json.loads(self.done("present", *self.wallet(*fields, "--nonce", "7Gk2")))
        for nonce, overall in (("7Gk2", "valid"), ("other", "invalid")):
            for where in (["--trust-list", trust], self.node.client()):
                verdict = self.verdict(asked["code"], *where, "--nonce", nonce)
                self.assertEqual(verdict["overall"], overall, verdict)

        listed = self.node.datadir / "presentations" / (issued["commitment"][2:] + ".ndjson")
        commitments = [json.loads(line)["commitment"] for line in listed.read_text().splitlines()]
        self.assertEqual(len(commitments), 3)
        self.assertIn("3 credentials anchored", self.hospital("anchor"))
        self.assertIn("nothing new", self.hospital("anchor"))
        self.assertEqual(self.status(commitments[0]), (0, 0))  # under the root alone
        self.assertIn("3 credentials revoked", self.hospital("revoke", issued["hcert"]))
        for commitment in commitments:
            self.assertGreater(self.status(commitment)[1], 0)
        self.assertIn("0 credentials revoked", self.hospital("revoke", issued["hcert"]))
        verdict = self.verdict(asked["code"], *self.node.client(), "--nonce", "7Gk2")
        self.assertEqual(verdict["overall"], "invalid", verdict)
        self.assertIn("chain.revoked", [check["code"] for check in verdict["checks"]])


class Evaluators(Folder):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ports = [free_port() for _ in range(3)]
        cls.processes = []

    @classmethod
    def tearDownClass(cls):
        for process in cls.processes:
            process.terminate()
            process.wait(30)
        super().tearDownClass()

    def start(self, number, minute):
        command = [BINARY, "evaluator", "serve", "--dev", "--http.port", self.ports[number - 1]]
        command += ["--share", self.folder / f"shares/evaluator-{number}.json", "--key", self.key]
        command += ["--eth-rpc", self.node.url, "--datadir", self.folder / f"evaluator-{number}"]
        log = open(self.folder / f"evaluator-{number}.log", "ab")
        process = subprocess.Popen([str(part) for part in [*command, "--minute", minute]], stderr=log)
        log.close()
        self.processes.append(process)
        wait_until(lambda: self.answers(number), 60, "the evaluator did not start")
        return process

    def answers(self, number):
        try:
            url = f"http://127.0.0.1:{self.ports[number - 1]}/api/v1/evaluator"
            return json.loads(http("GET", url)[1])["evaluator"] == number
        except OSError:
            return False

    def ask(self):
        urls = ",".join(f"http://127.0.0.1:{port}" for port in self.ports)
        place = ["--datadir", self.node.datadir, "--dev", "--json"]
        return ["nullifier", "--mrz", self.mrz, "--key", self.key, "--evaluators", urls, *place]

    def test_two_of_three_answer_and_the_others_are_named(self):
        self.mrz, self.key = self.folder / "mrz.txt", self.folder / "shares/nullifier-key.json"
        self.mrz.write_text(MRZ)
        deal = ["--threshold", "2", "--count", "3", "--out", self.folder / "shares"]
        self.done("evaluator", "deal", *deal, "--node", self.node.url, "--dev")
        again = self.refused("evaluator", "deal", *deal, "--node", self.node.url, "--dev")
        self.assertIn("holds a key", again)
        first = self.start(1, 20)
        self.start(2, 20)
        self.start(3, 1)
        values, faults = set(), set()
        for _ in range(6):
            answer = json.loads(self.done(*self.ask()))
            values.add(answer["nullifier"])
            faults |= {(f["evaluator"], f["detail"].split(":")[0]) for f in answer["faults"]}
        self.assertEqual(len(values), 1)
        self.assertLessEqual(faults, {(3, "429 evaluator.rate_limited")})
        first.terminate()
        first.wait(30)
        text = ""
        for _ in range(3):  # one of them may still fall into a new minute of evaluator 3
            out = run(*map(str, self.ask()))
            text += out.stderr
        self.assertIn("evaluator 1: http.connect_failed", text)
        self.assertIn("evaluator 3: node.refused: 429 evaluator.rate_limited", text)
        self.assertIn("nullifier.too_few_evaluators: 1 of 2", text)


if __name__ == "__main__":
    main()

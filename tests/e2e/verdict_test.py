#!/usr/bin/env python3
"""Every verdict by name, as `salus verify` says it, online and offline."""

import random
import shutil
import tempfile
import unittest
from pathlib import Path

import hcert_text
from harness import DEMO, Anvil, Node, check, http, main, run, verdict_of

HOSPITAL = "0x70997970c51812dc3a010c7d01b50e0d17dc79c8"  # well-known development account 1
MEMORY_GROWTH_KIB = 200 * 1024


def peak_memory_kib(pid):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1])
    raise KeyError("VmHWM")


def reset_peak_memory(pid):
    Path(f"/proc/{pid}/clear_refs").write_text("5")


class Verdicts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.node = Node()
        issued = cls.node.issue(DEMO)["issued"]
        cls.codes = [certificate["hcert"] for certificate in issued]

    @classmethod
    def tearDownClass(cls):
        cls.node.stop()

    def assert_verdict(self, node, code, overall, name=None, wanted=None):
        status, verdict = node.verify(code)
        self.assertEqual(verdict["overall"], overall, verdict)
        self.assertEqual(status, 0 if overall == "valid" else 2)
        if name:
            self.assertEqual(check(verdict, name)[1], wanted, verdict)
        return verdict

    def offline(self, node, code, *extra):
        folder = Path(tempfile.mkdtemp(prefix="salus-trust-"))
        self.addCleanup(shutil.rmtree, folder)
        made = run("trust", "export", *node.client(), "--out", str(folder / "trust.json"))
        self.assertEqual(made.returncode, 0, made.stderr)
        done = run(
            "verify", "--trust-list", str(folder / "trust.json"), "--json", *extra, "-", stdin=code
        )
        return verdict_of(done)[1]

    def copy_of(self, node):
        """A second node with the same keys and the same chain up to now, going its own way."""
        node.process.terminate()
        node.process.wait(30)
        folder = Path(tempfile.mkdtemp(prefix="salus-copy-")) / "data"
        shutil.copytree(node.datadir, folder)
        self.addCleanup(shutil.rmtree, folder.parent)
        node.start()
        copy = Node(datadir=folder)
        self.addCleanup(copy.stop)
        return copy

    def new_certificate(self, node, number):
        """A certificate that nobody else has."""
        resource = {
            "resourceType": "Immunization",
            "contained": [
                {
                    "resourceType": "Patient",
                    "id": "p",
                    "name": [{"family": "Verdict", "given": ["Test"]}],
                    "birthDate": "1990-02-03",
                }
            ],
            "id": f"verdict-{number}",
            "identifier": [{"system": "urn:example", "value": f"verdict-{number}"}],
            "status": "completed",
            "vaccineCode": {"coding": [{"system": "http://hl7.org/fhir/sid/cvx", "code": "140"}]},
            "patient": {"reference": "#p"},
            "occurrenceDateTime": "2024-10-01",
        }
        status, answer = node.post_fhir(resource)
        self.assertEqual(status, 200, answer)
        return answer["issued"][0]

    def authority(self, node, *arguments):
        done = run(
            "authority", *arguments, "--dev", "--node", node.url, "--datadir", str(node.datadir)
        )
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_valid(self):
        for code in self.codes:
            verdict = self.assert_verdict(self.node, code, "valid")
            self.assertEqual({entry["outcome"] for entry in verdict["checks"]}, {"passed"})

    def test_valid_offline_with_the_chain_not_checked(self):
        verdict = self.offline(self.node, self.codes[0])
        self.assertEqual(verdict["overall"], "valid", verdict)
        self.assertEqual(check(verdict, "chain")[0], "not_checked")
        self.assertIn("ageSeconds", verdict["trustList"])

    def test_a_flipped_bit_at_each_of_50_places(self):
        code = self.codes[0]
        bits = 8 * len(hcert_text.open_code(code))
        places = random.Random(1).sample(range(bits), 50)
        for place in places:
            with self.subTest(bit=place):
                status, verdict = self.node.verify(hcert_text.flip(code, place))
                self.assertEqual(status, 2)
                self.assertIn(verdict["overall"], ("invalid", "unreadable"))
                failed = [c["code"] for c in verdict["checks"] if c["outcome"] == "failed"]
                self.assertTrue(failed, verdict)

    def test_signature_wrong(self):
        last_bit = 8 * len(hcert_text.open_code(self.codes[0])) - 1
        code = hcert_text.flip(self.codes[0], last_bit)
        self.assert_verdict(self.node, code, "invalid", "signature", "signature.wrong")

    def test_issuer_unknown(self):
        stranger = Node()
        self.addCleanup(stranger.stop)
        code = self.new_certificate(stranger, 1)["hcert"]
        self.assert_verdict(self.node, code, "invalid", "issuer", "issuer.unknown")

    def test_expired_and_not_yet_valid(self):
        late = self.offline(self.node, self.codes[0], "--at", "2099-01-01T00:00:00Z")
        self.assertEqual(late["overall"], "invalid")
        self.assertEqual(check(late, "validity"), ("failed", "validity.expired"))
        early = self.offline(self.node, self.codes[0], "--at", "2001-01-01T00:00:00Z")
        self.assertEqual(early["overall"], "invalid")
        self.assertEqual(check(early, "validity"), ("failed", "validity.not_yet_valid"))

    def test_revoked(self):
        certificate = self.new_certificate(self.node, 2)
        done = run("revoke", *self.node.client(), "--reason", "1", certificate["commitment"])
        self.assertEqual(done.returncode, 0, done.stderr)
        verdict = self.assert_verdict(
            self.node, certificate["hcert"], "invalid", "chain", "chain.revoked"
        )
        self.assertIn("error", verdict["revocationReason"])

    def test_not_on_chain_and_suspension(self):
        node = Node()
        self.addCleanup(node.stop)
        before = self.new_certificate(node, 3)["hcert"]
        copy = self.copy_of(node)
        elsewhere = self.new_certificate(copy, 4)["hcert"]
        self.assert_verdict(node, elsewhere, "invalid", "chain", "chain.not_found")

        self.authority(node, "suspend", HOSPITAL)
        # Issued and on chain before the suspension: stays valid.
        self.assert_verdict(node, before, "valid")
        # Offline nobody can tell when it was signed.
        verdict = self.offline(node, before)
        self.assertEqual(verdict["overall"], "unproven", verdict)
        # Signed with the suspended key, dated before the suspension, on no chain.
        self.assert_verdict(node, elsewhere, "unproven", "chain", "chain.not_found")
        # Signed after the suspension.
        after = self.later_certificate(copy)
        self.assert_verdict(node, after, "invalid", "issuer", "issuer.suspended")

    def later_certificate(self, node):
        import time

        time.sleep(65)  # past the leeway that a verifier grants to clocks
        return self.new_certificate(node, 5)["hcert"]

    def test_another_chains_certificate(self):
        anvil = Anvil()
        self.addCleanup(anvil.stop)
        folder = Path(tempfile.mkdtemp(prefix="salus-other-"))
        self.addCleanup(shutil.rmtree, folder)
        for name in ("keystore", "certificates"):
            shutil.copytree(self.node.datadir / name, folder / name)
        other = Node(eth_rpc=anvil.url, datadir=folder)
        self.addCleanup(other.stop)
        code = self.new_certificate(other, 6)["hcert"]
        self.assert_verdict(other, code, "valid")
        self.assert_verdict(self.node, code, "invalid", "chain", "chain.other_chain")

    def test_a_list_of_another_key_than_the_pinned_one_is_refused(self):
        folder = Path(tempfile.mkdtemp(prefix="salus-trust-"))
        self.addCleanup(shutil.rmtree, folder)
        path = str(folder / "trust.json")
        self.assertEqual(run("trust", "export", *self.node.client(), "--out", path).returncode, 0)
        code = self.codes[0]
        done = run("verify", "--trust-list", path, "--list-key", "0x" + "11" * 20, code)
        self.assertEqual(done.returncode, 1)
        self.assertIn("trust_list.signature_wrong", done.stderr)
        key = self.node.status()["listKey"]
        done = run("verify", "--trust-list", path, "--list-key", key, "--json", code)
        self.assertTrue(verdict_of(done)[1]["trustList"]["pinned"])

    def test_pins_without_a_list_are_refused(self):
        done = run("verify", *self.node.client(), "--list-key", "0x" + "11" * 20, self.codes[0])
        self.assertEqual(done.returncode, 1)
        self.assertIn("--trust-list", done.stderr)

    def test_ten_megabytes_past_the_command_line(self):
        body = b'{"code":"HC1:' + b"A" * 10_000_000 + b'"}'
        status, answer = http("POST", self.node.url + "/api/v1/verify", body)
        self.assertEqual(status, 413, answer[:200])

    def test_garbage_of_every_sort(self):
        nested = b"\xd2\x84" + b"\x81" * 10_000 + b"\x00"
        garbage = {
            "empty": "",
            "not ours": "hello",
            "a web address": "https://example.org/",
            "prefix alone": "HC1:",
            "truncated": self.codes[0][: len(self.codes[0]) // 2],
            "bad base45": "HC1:~~~~",
            "not zlib": "HC1:" + hcert_text.base45_encode(b"\x00" * 40),
            "zip bomb": hcert_text.make_code(b"\x00" * 50_000_000)[:4000],
            "small zip bomb": hcert_text.make_code(b"\x00" * 1_000_000),
            "10 MB of text": "HC1:" + "A" * 10_000_000,
            "CBOR nested 10,000 deep": hcert_text.make_code(nested),
            "not CBOR": hcert_text.make_code(b"\xff\xff\xff"),
            "high bytes": "HC1:\u00e9\u4e2d",
        }
        reset_peak_memory(self.node.process.pid)
        before = peak_memory_kib(self.node.process.pid)
        for name, text in garbage.items():
            with self.subTest(name):
                done = run("verify", *self.node.client(), "--json", "-", stdin=text)
                status, verdict = verdict_of(done)
                self.assertEqual(status, 2)
                self.assertEqual(verdict["overall"], "unreadable", verdict)
                outcome, code = check(verdict, "structure")
                self.assertEqual(outcome, "failed")
                print(f"{name}: {code}")
        grown = peak_memory_kib(self.node.process.pid) - before
        self.assertLess(grown, MEMORY_GROWTH_KIB)
        self.assertIsNone(self.node.process.poll())
        self.assert_verdict(self.node, self.codes[0], "valid")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""What verifiers trust: `salus trust` and `salus rules` as their users meet them."""

import base64
import hashlib
import json
import os
import shutil
import tempfile
import unittest
from pathlib import Path

from harness import DATA, DEMO, Node, check, http, main, require, run, wait_until

HOSPITAL = "0x70997970c51812dc3a010c7d01b50e0d17dc79c8"  # well-known development account 1

RULE = {
    "Identifier": "VR-AT-0001",
    "Type": "Acceptance",
    "Country": "AT",
    "Version": "1.0.0",
    "SchemaVersion": "1.0.0",
    "Engine": "CERTLOGIC",
    "EngineVersion": "1.0.0",
    "CertificateType": "Vaccination",
    "Description": [{"lang": "en", "desc": "Two doses"}],
    "ValidFrom": "2021-07-01T00:00:00Z",
    "ValidTo": "2030-07-01T00:00:00Z",
    "AffectedFields": ["v.0.dn"],
    "Logic": {">=": [{"var": "payload.v.0.dn"}, 2]},
}


class Trust(unittest.TestCase):
    def setUp(self):
        self.node = Node()
        self.addCleanup(self.node.stop)
        self.folder = Path(tempfile.mkdtemp(prefix="salus-trust-"))
        self.addCleanup(shutil.rmtree, self.folder)

    @property
    def store(self):
        return ["--datadir", str(self.folder / "verifier")]

    def path(self, name):
        return str(self.folder / name)

    def good(self, *arguments):
        done = run(*arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def refused(self, name, *arguments):
        done = run(*arguments)
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn(name, done.stderr)
        return done

    def refresh(self, *extra, node=None):
        return ["trust", "refresh", "--node", (node or self.node).url, *self.store, *extra]

    def shown(self):
        return json.loads(self.good("trust", "show", *self.store, "--json").stdout)

    def export(self, name, *extra):
        self.good("trust", "export", *self.node.client(), "--out", self.path(name), *extra)
        return Path(self.path(name))

    def revoke_one(self):
        code = self.node.issue(DEMO)["issued"][0]["hcert"]
        Path(self.path("code.txt")).write_text(code)
        self.good("revoke", self.path("code.txt"), *self.node.client(), "--reason", "1")

    def test_a_verifier_follows_the_chain_and_never_goes_back(self):
        self.refused("trust_store.empty", "trust", "show", *self.store)
        old_list = self.export("old.json")
        old_revocations = self.export("old.salus", "--revocations")
        first = self.good(*self.refresh())
        self.assertIn("pinned on first use", first.stderr)
        self.revoke_one()
        second = self.good(*self.refresh())
        self.assertIn("1 entries", second.stdout)
        self.assertEqual([one["kind"] for one in self.shown()], ["trust list", "revocation list"])
        before = self.shown()
        rollback = "trust_refresh.rollback"
        done = self.refused(rollback, "trust", "refresh", *self.store, "--from", str(old_list))
        self.assertIn("What is in use stays in use", done.stderr)
        newer = self.export("newer.json")
        files = ["--from", str(newer), "--revocations-from"]
        self.refused(rollback, "trust", "refresh", *self.store, *files, str(old_revocations))
        self.assertEqual(self.shown()[1], before[1])  # the list, a second newer, was taken
        # Who puts an old file back is found out.
        shutil.copy(old_list, self.folder / "verifier/trust/trust-list.json")
        self.refused(rollback, "trust", "show", *self.store)
        self.good(*self.refresh())
        shutil.copy(old_revocations, self.folder / "verifier/trust/revocations.salus")
        self.refused(rollback, "trust", "show", *self.store)
        self.good(*self.refresh())

    def test_the_old_list_stays_where_the_new_one_does_not_verify(self):
        self.good(*self.refresh())
        before = self.shown()
        text = self.export("list.json").read_text()
        for name, content in (
            ("trust_list.malformed", text[:-20]),
            ("trust_list.signature_wrong", text.replace("Demonstration", "Demolition")),
        ):
            Path(self.path("bad.json")).write_text(content)
            pins = ["--list-key", before[0]["signer"]]
            bad = ["trust", "refresh", *self.store, "--from", self.path("bad.json"), *pins]
            self.refused(name, *bad)
            self.assertEqual(self.shown(), before)
        # Without a pin of its own the store's holds: a changed list is signed by nobody known.
        self.refused("trust_refresh.other_list_key", *bad[:-2])
        # Another network of the same chain id, with the same addresses of its contracts.
        other = Node()
        self.addCleanup(other.stop)
        self.refused("trust_refresh.other_list_key", *self.refresh(node=other))
        self.assertEqual(self.shown(), before)

    def test_a_list_that_lost_its_issuers_is_kept_back(self):
        self.good(*self.refresh())
        authority = ["--node", self.node.url, "--datadir", str(self.node.datadir), "--dev"]
        self.good("authority", "suspend", HOSPITAL, *authority)
        self.refused("trust_refresh.shrinks", *self.refresh())
        self.assertTrue(self.shown()[0]["hospitals"][0]["accredited"])
        self.good(*self.refresh("--force"))
        self.assertFalse(self.shown()[0]["hospitals"][0]["accredited"])

    def test_other_formats_are_what_other_verifiers_read(self):
        entry = json.loads(self.export("dsc.json", "--format", "dsc").read_text())[0]
        der = base64.b64decode(entry["rawData"])
        digest = hashlib.sha256(der)
        self.assertEqual(base64.b64decode(entry["kid"]), digest.digest()[:8])
        self.assertEqual(entry["thumbprint"], digest.hexdigest())
        jwk = json.loads(self.export("jwks.json", "--format", "jwks").read_text())["keys"][0]
        self.assertEqual(base64.b64decode(jwk["x5c"][0]), der)
        self.assertNotIn("d", jwk)
        canonical = json.dumps(
            {name: jwk[name] for name in ("crv", "kty", "x", "y")}, separators=(",", ":")
        )
        thumbprint = base64.urlsafe_b64encode(hashlib.sha256(canonical.encode()).digest())
        self.assertEqual(jwk["kid"], thumbprint.decode().rstrip("="))
        did = "did:web:health.example"
        document = json.loads(self.export("did.json", "--format", "did", "--did", did).read_text())
        method = document["verificationMethod"][0]
        self.assertEqual(method["id"], did + "#" + entry["kid"])
        self.assertEqual(base64.b64decode(method["publicKeyJwk"]["x5c"][0]), der)
        export = ["trust", "export", *self.node.client()]
        self.refused("trust.bad_did", *export, "--format", "did")

    def test_foreign_sources(self):
        source = str(self.export("dsc.json", "--format", "dsc"))
        take = ["trust", "import", "neighbour", source, *self.store]
        made = json.loads(self.good(*take, "--json").stdout)
        digest = hashlib.sha256(Path(source).read_bytes()).hexdigest()
        self.assertEqual(made["sha256"], digest)
        self.good(*take, "--sha256", digest)
        self.refused("trust_import.wrong_pin", *take, "--sha256", "00" * 32)
        old = ["--fetched", "2020-01-01T00:00:00Z"]
        self.refused("trust_refresh.rollback", *take, *old)
        self.assertEqual(self.shown()[0]["name"], "neighbour")

    def test_rules_are_signed_and_versioned(self):
        Path(self.path("rules.json")).write_text(json.dumps([RULE]))
        sign = ["rules", "sign", self.path("rules.json"), "--name", "at-entry", "--dev"]
        sign += ["--from", "2026-01-01T00:00:00Z", *self.node.client()]
        until, later = (["--until", f"2027-0{month}-01T00:00:00Z"] for month in (1, 2))
        first = [*sign, "--destination", "AT", "--revision", "1", "--out", self.path("1.json")]
        self.good(*first, *until)
        key = self.node.status()["listKey"]
        shown = self.good("rules", "show", self.path("1.json"), "--json", "--list-key", key)
        self.assertEqual(json.loads(shown.stdout)[0]["revision"], 1)
        again = [*first, *later, "--previous", self.path("1.json")]
        self.refused("rule_file.rollback", *again)
        other = [*sign, *until, "--destination", "DE", "--revision", "2", "--out", self.path("2.json")]
        self.refused("rule_file.destination", *other)
        self.assertFalse(Path(self.path("2.json")).exists())
        text = Path(self.path("1.json")).read_text().replace("Two doses", "One dose")
        Path(self.path("1.json")).write_text(text)
        bad = ["rules", "show", self.path("1.json"), "--list-key", key]
        self.refused("rule_file.signature_wrong", *bad)


class RunningTrust(unittest.TestCase):
    """What is imported while the node runs, and what `salus verify` takes where no flag says it."""

    DGC = DATA / "credentials/eu-dgc-testdata"

    def setUp(self):
        require(self.DGC, "the corpus of EU certificates")
        self.node = Node()
        self.addCleanup(self.node.stop)
        self.folder = Path(tempfile.mkdtemp(prefix="salus-trust-"))
        self.addCleanup(shutil.rmtree, self.folder)
        case = json.loads((self.DGC / "DE/2DCode/raw/1.json").read_text())
        self.code = case["PREFIX"]
        self.signer = self.folder / "de.der"
        self.signer.write_bytes(base64.b64decode(case["TESTCTX"]["CERTIFICATE"]))
        self.when = case["TESTCTX"]["VALIDATIONCLOCK"]
        other = json.loads((self.DGC / "AT/2DCode/raw/1.json").read_text())
        self.other = self.folder / "at.der"
        self.other.write_bytes(base64.b64decode(other["TESTCTX"]["CERTIFICATE"]))

    def good(self, *arguments):
        done = run(*map(str, arguments))
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def take(self, name, file, datadir):
        self.good("trust", "import", name, file, "--datadir", datadir)

    def put(self, file, text):
        """Whole, as a program that is careful does it."""
        beside = file.with_suffix(".new")
        beside.write_text(text)
        os.replace(beside, file)

    def issuer(self):
        """What the node itself says of the German certificate's issuer."""
        status, body = http("POST", self.node.url + "/api/v1/verify", {"code": self.code})
        self.assertEqual(status, 200, body)
        return check(json.loads(body), "issuer")

    def judged(self, *arguments):
        done = run("verify", "--json", *map(str, arguments), self.code)
        self.assertTrue(done.stdout, done.stderr)
        return json.loads(done.stdout)[0]

    def test_a_running_node_takes_what_is_imported_and_keeps_it(self):
        self.assertEqual(self.issuer(), ("failed", "issuer.unknown"))
        self.take("germany", self.signer, self.node.datadir)
        wait_until(lambda: self.issuer()[0] == "passed", 20, "the import was not noticed")
        file = self.node.datadir / "trust/sources/germany.json"
        good = file.read_text()
        for broken in (good[:-20], "", good.replace('"germany"', '"france"')):
            told = self.node.log_text().count("trust.source_refused")
            self.put(file, broken)
            wait_until(
                lambda: self.node.log_text().count("trust.source_refused") > told,
                20,
                "a broken source was not told",
            )
            self.assertEqual(self.issuer()[0], "passed")
        # Another good one is taken beside what the broken one held before; each fault is told once.
        told = self.node.log_text().count("trust.source_refused")
        self.take("austria", self.other, self.node.datadir)
        wait_until(lambda: "austria germany" in self.node.log_text(), 20, "not noticed")
        self.assertEqual(self.node.log_text().count("trust.source_refused"), told)
        self.assertEqual(self.issuer()[0], "passed")
        self.assertNotIn("Mustermann", self.node.log_text())
        # After a start too: with what can be read.
        self.node.kill()
        self.node.start()
        self.assertEqual(self.issuer(), ("failed", "issuer.unknown"))
        self.put(file, good)
        wait_until(lambda: self.issuer()[0] == "passed", 20, "the mended source was not noticed")
        file.unlink()
        wait_until(lambda: self.issuer()[0] == "failed", 20, "the removal was not noticed")

    def test_verify_takes_the_data_directory_where_no_flag_says_it(self):
        mine = self.folder / "mine"
        client = ["--node", self.node.url, "--datadir", mine]
        offline = ["--offline", "--datadir", mine]
        done = run("verify", *map(str, offline), self.code)
        self.assertEqual(done.returncode, 1)
        self.assertIn("trust_store.empty", done.stderr)
        self.assertEqual(check(self.judged(*client), "issuer")[1], "issuer.unknown")
        self.take("germany", self.signer, mine)
        # Online: a signer that the node does not know. Offline: without any node.
        verdict = self.judged(*client)
        self.assertEqual(check(verdict, "issuer")[0], "passed", verdict)
        self.assertIn("germany", [c["message"] for c in verdict["checks"] if c["name"] == "issuer"][0])
        verdict = self.judged(*offline, "--at", self.when)
        self.assertEqual(check(verdict, "issuer")[0], "passed", verdict)
        # The flag overrides: another source alone.
        self.good("trust", "import", "austria", self.other, "--out", self.folder / "austria.json")
        verdict = self.judged("--source", self.folder / "austria.json", "--datadir", mine)
        self.assertEqual(check(verdict, "issuer")[1], "issuer.unknown", verdict)

    def test_verify_takes_list_and_revocations_of_the_data_directory(self):
        mine = self.folder / "mine"
        code = self.node.issue(DEMO / "anna-musterfrau.json")["issued"][0]["hcert"]
        self.good("trust", "export", *self.node.client(), "--revocations", "--out", self.folder / "old")
        self.good("trust", "refresh", "--node", self.node.url, "--datadir", mine)

        def judged(*arguments):
            done = run("verify", "--json", *map(str, arguments), code)
            self.assertTrue(done.stdout, done.stderr)
            return json.loads(done.stdout)[0]

        offline = ["--offline", "--datadir", mine]
        verdict = judged(*offline)
        self.assertEqual(verdict["overall"], "valid", verdict)
        self.assertEqual(check(verdict, "chain")[1], "chain.offline_not_revoked")
        self.assertTrue(verdict["trustList"]["pinned"])
        self.good("revoke", code, *self.node.client(), "--reason", "1")
        self.good("trust", "refresh", "--node", self.node.url, "--datadir", mine)
        self.assertEqual(check(judged(*offline), "chain")[1], "chain.probably_revoked")
        # Each flag overrides its own part alone.
        verdict = judged(*offline, "--revocations", self.folder / "old")
        self.assertEqual(check(verdict, "chain")[1], "chain.offline_not_revoked")
        self.good("trust", "export", *self.node.client(), "--out", self.folder / "list.json")
        verdict = judged("--trust-list", self.folder / "list.json", "--datadir", mine)
        self.assertFalse(verdict["trustList"]["pinned"])
        self.assertEqual(check(verdict, "chain")[1], "chain.probably_revoked")
        # Another network's revocations say nothing about this one.
        other = Node()
        self.addCleanup(other.stop)
        self.good("trust", "export", *other.client(), "--out", self.folder / "other.json")
        done = run("verify", "--trust-list", str(self.folder / "other.json"), "--datadir", str(mine), code)
        self.assertIn("revocations are of another network", done.stderr)

    def test_verify_takes_the_rules_of_the_data_directory(self):
        mine = self.folder / "mine"
        (self.folder / "rules.json").write_text(json.dumps([RULE]))
        sign = ["rules", "sign", self.folder / "rules.json", "--name", "at-entry", "--dev"]
        sign += ["--destination", "AT", "--from", "2020-01-01T00:00:00Z", *self.node.client()]
        for revision in (1, 2):
            out = ["--revision", revision, "--out", self.folder / f"{revision}.json"]
            self.good(*sign, "--until", "2036-01-01T00:00:00Z", *out)
        take = ["rules", "import", self.folder / "2.json", "--datadir", mine]
        done = run(*map(str, take))
        self.assertIn("trust_store.empty", done.stderr)
        self.good("trust", "refresh", "--node", self.node.url, "--datadir", mine)
        self.good(*take)
        done = run("rules", "import", str(self.folder / "1.json"), "--datadir", str(mine))
        self.assertIn("rule_file.rollback", done.stderr)
        arguments = ["--node", self.node.url, "--datadir", mine, "--to"]
        verdict = self.judged(*arguments, "AT")
        self.assertIn("entry", verdict)
        self.assertEqual(verdict["entry"]["rules"][0]["identifier"], "VR-AT-0001", verdict["entry"])
        done = run("verify", *map(str, arguments), "DE", self.code)
        self.assertEqual(done.returncode, 1)
        self.assertIn("salus rules import", done.stderr)

    def test_an_unknown_text_is_told_how_codes_begin(self):
        done = run("verify", "--node", self.node.url, "nonsense")
        for beginning in ("HC1:", "shc:/", "eyJ", "SD1:", "{"):
            self.assertIn(beginning, done.stderr)
        done = run("verify", "--node", self.node.url, "-", stdin="nonsense")
        self.assertIn("SD1:", done.stdout)


if __name__ == "__main__":
    main()

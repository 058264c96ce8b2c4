#!/usr/bin/env python3
"""Every bundle of the Synthea corpus becomes certificates, on the embedded chain and on anvil.

For each bundle: issued + refused = immunizations; every certificate verifies; and the chain holds
exactly the issued ones. The command sequence is the same on both chains.
"""

import json
import unittest

from harness import (
    DATA,
    DEMO,
    Anvil,
    Node,
    PostgresDatabase,
    check,
    http,
    immunizations,
    main,
    require,
    rpc,
    run,
)

BUNDLES = DATA / "fhir/synthea-r4"


def issued_on_chain(node):
    """Commitments of all Issued events, asked for as any wallet would."""
    status = node.status()
    events = rpc(
        node.url,
        "eth_getLogs",
        {"fromBlock": "0x0", "address": status["contracts"]["vaccinePassport"], "topics": [ISSUED]},
    )
    commitments = [event["topics"][2] for event in events]
    assert len(commitments) == len(set(commitments))
    return set(commitments)


# keccak256("Issued(address,bytes32,uint64)"), computed by the node itself in setUpClass.
ISSUED = None


class Issue(unittest.TestCase):
    """The embedded chain; IssueOnAnvil differs in nothing but `start`."""

    @classmethod
    def start(cls):
        return Node()

    @classmethod
    def setUpClass(cls):
        global ISSUED
        cls.node = cls.start()
        text = "Issued(address,bytes32,uint64)".encode().hex()
        ISSUED = rpc(cls.node.url, "web3_sha3", "0x" + text)
        cls.issued = {}

    @classmethod
    def tearDownClass(cls):
        cls.node.stop()

    def remember(self, answer):
        for certificate in answer["issued"]:
            self.issued[certificate["commitment"]] = certificate["hcert"]

    def test_1_every_synthea_bundle(self):
        require(BUNDLES, "the Synthea corpus")
        paths = sorted(BUNDLES.glob("*.json"))
        self.assertEqual(len(paths), 18)
        for path in paths:
            with self.subTest(path.name):
                answer = self.node.issue(path)
                self.assertEqual(answer["immunizations"], len(immunizations(path)))
                # All of this corpus is completed, dated and of living people: nothing to refuse.
                self.assertEqual(answer["refused"], [])
                self.assertEqual(len(answer["issued"]), answer["immunizations"])
                print(path.name, len(answer["issued"]), "issued")
                self.remember(answer)

    def test_2_the_demonstration_patients(self):
        answer = self.node.issue(DEMO)
        self.assertEqual(answer["refused"], [])
        self.assertGreater(len(answer["issued"]), 5)
        self.remember(answer)

    def test_3_the_chain_holds_exactly_the_issued_ones(self):
        self.assertGreater(len(self.issued), 0)
        self.assertEqual(issued_on_chain(self.node), set(self.issued))

    def test_4_every_certificate_verifies(self):
        codes = "\n".join(self.issued.values())
        done = run("verify", *self.node.client(), "--json", "-", stdin=codes)
        self.assertEqual(done.returncode, 0, done.stderr)
        verdicts = json.loads(done.stdout)
        self.assertEqual(len(verdicts), len(self.issued))
        for verdict in verdicts:
            self.assertEqual(verdict["overall"], "valid", verdict)
            self.assertEqual(check(verdict, "chain")[0], "passed")

    def test_5_issuing_again_gives_the_same_certificates(self):
        answer = self.node.issue(DEMO)
        for certificate in answer["issued"]:
            self.assertEqual(certificate["hcert"], self.issued[certificate["commitment"]])
            self.assertTrue(certificate["alreadyIssued"])
        self.assertEqual(issued_on_chain(self.node), set(self.issued))

    def test_6_fhir_endpoints(self):
        headers = {"Authorization": "Bearer " + self.node.token()}
        bundle = json.loads((DEMO / "mila-kind.json").read_text())
        status, body = http("POST", self.node.url + "/fhir/R4", bundle, headers)
        self.assertEqual(status, 200, body)
        self.assertEqual(json.loads(body)["type"], "transaction-response")
        status, body = http("POST", self.node.url + "/fhir/R4", bundle)
        self.assertEqual(status, 401)
        self.assertEqual(json.loads(body)["resourceType"], "OperationOutcome")

    def test_7_every_fault_is_named_and_nothing_is_changed(self):
        before = issued_on_chain(self.node)
        resource = {
            "resourceType": "Immunization",
            "id": "faulty",
            "status": "perhaps",
            "occurrenceDateTime": "2021-02-30",
            "patient": {"reference": "Patient/nobody"},
        }
        headers = {"Authorization": "Bearer " + self.node.token()}
        url = self.node.url + "/fhir/R4/Immunization"
        status, body = http("POST", url, resource, headers)
        self.assertEqual(status, 422, body)
        places = {issue["expression"][0] for issue in json.loads(body)["issue"]}
        for place in ("status", "occurrence", "vaccineCode", "patient"):
            self.assertTrue(any(place in found for found in places), (place, places))
        self.assertEqual(issued_on_chain(self.node), before)

    def test_8_every_fault_of_a_refused_record_is_told(self):
        record = {"resourceType": "Immunization", "status": "done", "lotNumber": 5}
        wanted = [
            ("Immunization.status", "binding.required"),
            ("Immunization.lotNumber", "primitive.format"),
            ("Immunization.vaccineCode", "element.required"),
            ("Immunization.patient", "element.required"),
            ("Immunization.occurrence", "element.required"),
        ]
        arguments = ["issue", *self.node.client(), "--fhir", "-"]
        told = json.loads(run(*arguments, "--json", stdin=json.dumps(record)).stdout)
        found = [(issue["path"], issue["rule"]) for issue in told["issues"]]
        shown = run(*arguments, stdin=json.dumps(record)).stdout
        for path, rule in wanted:
            self.assertIn((path, rule), found)
            self.assertIn(f"{path} {rule}: ", shown)
        # without a record in it, the node refuses the whole; its faults are told too
        refused = run(*arguments, stdin=json.dumps({"resourceType": "Bundle", "type": "message"}))
        self.assertEqual(refused.returncode, 1)
        self.assertIn("Bundle.type bundle.type: ", refused.stderr)


class IssueOnAnvil(Issue):
    @classmethod
    def start(cls):
        cls.anvil = Anvil()
        return Node(eth_rpc=cls.anvil.url)

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        cls.anvil.stop()


class IssueOnPostgres(Issue):
    @classmethod
    def start(cls):
        cls.database = PostgresDatabase()
        cls.shred = PostgresDatabase("shred")
        return Node(extra=["--db", cls.database.url, "--db-shred", cls.shred.url])

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        cls.database.drop()
        cls.shred.drop()

    def test_9_nothing_lies_in_the_data_directory(self):
        self.assertEqual(list(self.node.datadir.glob("*.sqlite")), [])


if __name__ == "__main__":
    main()

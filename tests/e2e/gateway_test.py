#!/usr/bin/env python3
"""The FHIR gateway of a hospital's node, end to end: a patient on the command line, the hospital's
systems over HTTP.
"""

import json
import os
import tempfile
import unittest
from pathlib import Path

from harness import Anvil, Node, main, run, wait_until
from urllib.error import HTTPError
from urllib.request import Request, urlopen

FOLDERS = ("particulars", "vaccinations", "medication", "laboratory", "imaging", "conditions",
           "encounters", "procedures", "vitals", "documents", "claims", "audit", "mental-health",
           "sexual-health", "substance-use", "genetics", "reproductive")
DATA = Path(os.environ.get("SALUS_TEST_DATA", Path(__file__).parents[3] / "shared/data"))


def fhir(node, method, path, body=None, **headers):
    """Status, resource and header fields."""
    fields = {"Authorization": f"Bearer {node.token()}", "Content-Type": "application/fhir+json"}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    data = None if body is None else (body if isinstance(body, bytes) else json.dumps(body).encode())
    url = path if path.startswith("http") else f"{node.url}/fhir/R4{path}"
    try:
        with urlopen(Request(url, data, fields, method=method), timeout=120) as answer:
            return answer.status, json.loads(answer.read() or b"{}"), answer.headers
    except HTTPError as error:
        return error.code, json.loads(error.read()), error.headers


def code_of(outcome):
    return outcome["issue"][0]["details"]["coding"][0]["code"]


def bundle():
    """A whole person of Synthea's, the smallest."""
    return min((DATA / "fhir/synthea-r4").glob("*.json"), key=lambda file: file.stat().st_size)


def due_of(text, patient):
    """What comes back: references as names, the Patient under the enrolled id."""
    names = {}
    for entry in json.loads(text)["entry"]:
        resource = entry["resource"]
        own = resource["resourceType"] == "Patient"
        names[entry["fullUrl"]] = f'{resource["resourceType"]}/{patient if own else resource["id"]}'

    def walk(value):
        if isinstance(value, list):
            return [walk(item) for item in value]
        if isinstance(value, dict):
            return {key: names.get(item, item) if key == "reference" else walk(item)
                    for key, item in value.items()}
        return value

    out = {}
    for entry in json.loads(text)["entry"]:
        resource = walk(entry["resource"])
        if resource["resourceType"] == "Patient":
            resource["id"] = patient
        out[f'{resource["resourceType"]}/{resource["id"]}'] = resource
    return out


def without_meta(resource):
    return {key: value for key, value in resource.items() if key != "meta"}


class Gateway(unittest.TestCase):
    eth_rpc = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="salus-gateway-")
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name)
        self.node = Node(eth_rpc=self.eth_rpc)
        self.addCleanup(self.node.stop)
        self.envelope = self.path / "patient.json"
        made = json.loads(self.patient("new"))
        self.secret = self.path / "secret"
        self.secret.write_text(made["recoveryCode"] + "\n", encoding="utf-8")
        self.chain = json.loads(self.patient("register", "--nodes", self.node.url))["chain"]

    def patient(self, action, *arguments):
        words = ["patient", action, "--envelope", self.envelope, "--json", *arguments]
        if action != "new":
            words += ["--secret-file", self.secret]
        done = run(*map(str, words))
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def enrol(self):
        status, resource, _ = fhir(self.node, "POST", "/$salus-enrol", {
            "resourceType": "Parameters", "parameter": [
                {"name": "chain", "valueString": self.chain},
                {"name": "node", "valueUrl": self.node.url},
                {"name": "id", "valueId": "p1"}]})
        self.assertEqual(status, 201, resource)

    def grant(self, *arguments):
        """And waits until the letter has come."""
        grant = json.loads(self.patient("grant", "--hospital", self.node.url, *arguments))["grant"]

        def came():
            status, found, _ = fhir(self.node, "GET", "/Consent?patient=p1")
            return status == 200 and grant in json.dumps(found)
        wait_until(came, 60, "the grant's letter")
        return grant

    def search(self, path):
        status, found, _ = fhir(self.node, "GET", path)
        self.assertEqual(status, 200, found)
        return found

    # --- the story --------------------------------------------------------------------------------

    def test_a_whole_person_in_and_out(self):
        if not (DATA / "fhir/synthea-r4").exists():
            self.skipTest("fhir/synthea-r4 is absent (SALUS_TEST_DATA)")
        text = bundle().read_text(encoding="utf-8")
        due = due_of(text, "p1")
        self.enrol()
        self.grant("--folders", ",".join(FOLDERS), "--access", "read write")
        # In, by one call and as one block.
        status, answer, _ = fhir(self.node, "POST", "", text.encode(), X_Salus_Patient=self.chain)
        self.assertEqual(status, 200, answer)
        self.assertEqual({one["response"]["status"] for one in answer["entry"]}, {"201 Created"})
        status, answer, _ = fhir(self.node, "POST", "", text.encode(), X_Salus_Patient=self.chain)
        self.assertEqual({one["response"]["status"] for one in answer["entry"]}, {"200 OK"})
        # Out, by page after page.
        got, url = {}, "/Patient/p1/$everything?_count=40"
        while url:
            page = self.search(url)
            for entry in page["entry"]:
                resource = entry["resource"]
                got[f'{resource["resourceType"]}/{resource["id"]}'] = without_meta(resource)
            url = next((one["url"] for one in page["link"] if one["relation"] == "next"), None)
        for name, resource in due.items():
            self.assertEqual(got[name], without_meta(resource), name)
        self.assertEqual({name.split("/")[0] for name in set(got) - set(due)},
                         {"Consent", "Provenance"})
        # The patient has all of it, without the hospital.
        out = self.path / "export.json"
        self.patient("export", "--out", out)
        own = {f'{one["resource"]["resourceType"]}/{one["resource"]["id"]}': one["resource"]
               for one in json.loads(out.read_text())["entry"]}
        for name, resource in due.items():
            self.assertEqual(without_meta(own[name]), without_meta(resource), name)

    def test_from_the_first_visit_to_the_revocation(self):
        self.enrol()
        observation = {"resourceType": "Observation", "status": "final",
                       "code": {"coding": [{"system": "http://loinc.org", "code": "2339-0"}]},
                       "subject": {"reference": "Patient/p1"}, "effectiveDateTime": "2026-01-05",
                       "valueQuantity": {"value": 5.40, "unit": "mmol/L"}}
        # Without a grant: into the inbox, and nothing is read.
        status, first, _ = fhir(self.node, "POST", "/Observation", observation)
        self.assertEqual(status, 201, first)
        status, refused, _ = fhir(self.node, "GET", "/Observation?patient=p1")
        self.assertEqual((status, code_of(refused)), (403, "gateway.no_grant"))
        # With one: written, read, found, changed.
        grant = self.grant("--folders", "laboratory", "--access", "read write")
        status, made, headers = fhir(self.node, "POST", "/Observation",
                                     observation | {"effectiveDateTime": "2026-01-06"})
        self.assertEqual(status, 201, made)
        path = f'/Observation/{made["id"]}'
        self.assertEqual(self.search(path)["effectiveDateTime"], "2026-01-06")
        found = self.search("/Observation?patient=p1&code=2339-0&date=ge2026&value-quantity=5.4")
        self.assertEqual([one["resource"]["id"] for one in found["entry"]], [made["id"]])
        changed = {key: value for key, value in made.items() if key != "meta"}
        changed["status"] = "amended"
        status, _, _ = fhir(self.node, "PUT", path, changed, If_Match='W/"other"')
        self.assertEqual(status, 412)
        status, _, _ = fhir(self.node, "PUT", path, changed, If_Match=headers["ETag"])
        self.assertEqual(status, 200)
        self.assertEqual(self.search(path)["status"], "amended")
        self.assertEqual(self.search(path + "/_history")["total"], 2)
        self.assertEqual(self.search(f'{path}/_history/{made["meta"]["versionId"]}')["status"],
                         "final")
        # The patient sees each reading, with the grant that it was by.
        reads = [one for one in json.loads(self.patient("timeline")) if one["kind"] == "read"]
        self.assertTrue(reads)
        self.assertEqual({one["fact"]["document"] for one in reads}, {grant})
        # From the revocation on: nothing is read, and what is written lies in the inbox.
        self.patient("revoke", grant)
        for refused_path in (path, path + "/_history", "/Observation?patient=p1",
                             "/Observation?patient=p1&_summary=count", "/Patient/p1/$everything"):
            status, refused, _ = fhir(self.node, "GET", refused_path)
            self.assertEqual((status, code_of(refused)), (403, "consent.revoked"), refused_path)
        status, last, _ = fhir(self.node, "POST", "/Observation",
                               observation | {"effectiveDateTime": "2026-01-07"})
        self.assertEqual(status, 201, last)
        folders = [one["folder"] for one in json.loads(self.patient("records"))["records"]]
        self.assertEqual(folders[-1], "inbox")
        self.assertIn("laboratory", folders)
        # What the hospital did itself it still sees.
        self.assertTrue(self.search("/AuditEvent?patient=p1&action=R")["entry"])

    def test_refusals(self):
        self.enrol()
        for method, path, body, expected in (
                ("GET", "/Observation", None, (400, "search.too_costly")),
                ("GET", "/Alien?patient=p1", None, (404, "fhir.unknown_type")),
                ("GET", "/Observation/none", None, (404, "fhir.not_found")),
                ("GET", "?_getpages=AAAA", None, (410, "search.page")),
                ("POST", "/$salus-enrol", {"resourceType": "Patient"}, (400, "gateway.bad_enrolment")),
                ("POST", "/Procedure", {"resourceType": "Procedure"}, (422, "gateway.which_patient")),
                ("POST", "/Procedure", {"resourceType": "Encounter"}, (400, "fhir.other_type")),
                ("POST", "/Procedure", b"[", (400, "api.bad_request"))):
            status, outcome, _ = fhir(self.node, method, path, body)
            self.assertEqual((status, code_of(outcome)), expected, path)
        status, outcome, _ = fhir(self.node, "GET", "/Observation?patient=p1",
                                  Authorization="Bearer of-nobody")
        self.assertEqual((status, code_of(outcome)), (401, "api.not_authorised"))
        status, outcome, _ = fhir(self.node, "GET", "/Observation?patient=p1&colour=red",
                                  Prefer="handling=strict")
        self.assertEqual((status, code_of(outcome)), (400, "search.unknown_parameter"))
        statement = self.search("/metadata")
        types = {one["type"]: one for one in statement["rest"][0]["resource"]}
        self.assertEqual(len(types), 146)
        self.assertIn("birthdate", [one["name"] for one in types["Patient"]["searchParam"]])


class GatewayOnAnvil(Gateway):
    def setUp(self):
        anvil = Anvil()
        self.addCleanup(anvil.stop)
        self.eth_rpc = anvil.url
        super().setUp()


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Every Synthea patient through a hospital's FHIR endpoint, and back: to the patient, to a hospital
that was granted two folders, to nobody else; then the data directories in a stranger's hands.

SALUS_PATIENTS how many (all), SALUS_ATTACKER the program that searches (tests/records/attacker.cpp).
"""

import base64
import json
import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

from harness import DATA, ROOT, Anvil, Commands, Node, http, main, require, wait_until
from record_story_test import Person

PATIENTS = int(os.environ.get("SALUS_PATIENTS", "0"))
ATTACKER = Path(
    os.environ.get("SALUS_ATTACKER", ROOT / "build/release/tests/records/salus_attacker")
)
FOLDERS = (
    "substance-use,mental-health,sexual-health,reproductive,genetics,particulars,claims,documents,"
    "conditions,medication,procedures,encounters,laboratory,imaging,vitals,vaccinations,audit"
)
GRANTED = {"Immunization": "vaccinations", "Encounter": "encounters"}


def bundles():
    folder = DATA / "fhir/synthea-r4"
    require(folder, "the Synthea corpus")
    files = sorted(folder.glob("*.json"))
    return [json.loads(file.read_text()) for file in files[: PATIENTS or None]]


def comparable(bundle):
    """Resources by type and id, with references as a server writes them and without meta's own."""
    types = {e["fullUrl"]: e["resource"] for e in bundle["entry"]}
    text = json.dumps([entry["resource"] for entry in bundle["entry"]])
    for url, resource in types.items():
        if url.startswith("urn:uuid:"):
            text = text.replace(f'"{url}"', f'"{resource["resourceType"]}/{resource["id"]}"')
    return {key(one): without_meta(one) for one in json.loads(text)}


def key(resource):
    return f'{resource["resourceType"]}/{resource["id"]}'


def without_meta(resource):
    meta = {k: v for k, v in resource.get("meta", {}).items() if k not in ("versionId", "lastUpdated")}
    out = {k: v for k, v in resource.items() if k != "meta"}
    return {**out, "meta": meta} if meta else out


def words_of(value, out, name=""):
    """Texts that could betray somebody: all strings, and the words of notes."""
    if isinstance(value, dict):
        for member, one in value.items():
            words_of(one, out, member)
    elif isinstance(value, list):
        for one in value:
            words_of(one, out, name)
    elif isinstance(value, str):
        if name == "data":
            value = base64.b64decode(value).decode(errors="replace")
        if name in ("data", "div", "text", "display", "valueString"):
            out.update(word for word in re.findall(r"[^\W_]+", value) if len(word) >= 8)
        if name in ("data", "div") or name == "resourceType":
            return
        out.update(line for line in value.splitlines() if len(line) >= 4)


class Corpus(Commands, unittest.TestCase):
    eth_rpc = None

    def setUp(self):
        self.bundles = bundles()
        folder = tempfile.TemporaryDirectory(prefix="salus-corpus-")
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name)
        self.first = self.node()
        extra = ["--join", self.first.url, "--dev-account", "2", "--hospital.name", "Second Clinic"]
        self.second = self.node(extra, self.eth_rpc or self.first.url)

    def node(self, extra=(), eth_rpc=None):
        node = Node(eth_rpc=eth_rpc or self.eth_rpc, extra=extra)
        self.addCleanup(node.stop)
        return node

    def fhir(self, node, method, path, body=None, chain=None):
        headers = {"Authorization": "Bearer " + node.token()}
        if body is not None:
            headers["Content-Type"] = "application/fhir+json"
        if chain:
            headers["X-Salus-Patient"] = chain
        status, text = http(method, f"{node.url}/fhir/R4{path}", body, headers, 300)
        return status, json.loads(text)

    def enrol(self, node, chain, patient_id):
        parameters = [
            {"name": "chain", "valueString": chain},
            {"name": "node", "valueUrl": self.first.url},
            {"name": "id", "valueId": patient_id},
        ]
        body = {"resourceType": "Parameters", "parameter": parameters}
        status, answer = self.fhir(node, "POST", "/$salus-enrol", body)
        self.assertIn(status, (200, 201), answer)

    def search(self, node, kind, patient_id):
        """(status, resources by type and id), all pages."""
        status, page = self.fhir(node, "GET", f"/{kind}?patient={patient_id}&_count=500")
        found = {}
        while status == 200:
            for entry in page.get("entry", []):
                if entry["resource"]["resourceType"] == kind:
                    found[key(entry["resource"])] = without_meta(entry["resource"])
            more = [link["url"] for link in page["link"] if link["relation"] == "next"]
            if not more:
                break
            status, page = self.fhir(node, "GET", "/" + more[0].split("/fhir/R4/", 1)[-1])
        return status, found

    def test_every_patient_in_and_out(self):
        written = 0
        for number, bundle in enumerate(self.bundles):
            written += self.one_patient(number, bundle)
        self.done("anchor", *self.first.client())
        self.done("audit", "--datadir", self.first.datadir, "--rpc", self.first.url)
        print(f"{len(self.bundles)} patients, {written} resources")
        self.attack()

    def one_patient(self, number, bundle):
        expected = comparable(bundle)
        patient_id = next(e["resource"]["id"] for e in bundle["entry"]
                          if e["resource"]["resourceType"] == "Patient")
        patient = Person(self, self.path / f"patient-{number}", "patient")
        nodes = f"{self.first.url},{self.second.url}"
        chain = patient.says("register", "--nodes", nodes)["chain"]
        self.enrol(self.first, chain, patient_id)
        patient.run("grant", "--hospital", self.first.url, "--folders", FOLDERS, "--access", "write")
        # Its letter comes a moment later.
        wait_until(lambda: self.granted(self.first, chain), 60, "the grant's letter did not come")
        status, answer = self.fhir(self.first, "POST", "", bundle, chain)
        self.assertEqual(status, 200, str(answer)[:2000])

        out = patient.path / "export.json"
        patient.run("export", "--out", out)
        exported = json.loads(out.read_text())
        mine = {}
        for one in exported["entry"] if "entry" in exported else exported["records"]:
            resource = one["resource"]
            if resource["resourceType"] not in ("Provenance",):
                mine[key(resource)] = without_meta(resource)
        self.assertEqual(sorted(mine), sorted(expected))
        for one, resource in expected.items():
            self.assertEqual(mine[one], resource)

        folders = self.folders_of(patient)
        self.enrol(self.second, chain, patient_id)
        for kind in GRANTED:
            self.assertEqual(self.search(self.second, kind, patient_id)[1], {})
        given = patient.says("grant", "--hospital", self.second.url, "--folders",
                             ",".join(GRANTED.values()))["grant"]
        wait_until(lambda: self.granted(self.second, chain), 60, "the grant's letter did not come")
        for kind in GRANTED:
            status, found = self.search(self.second, kind, patient_id)
            self.assertEqual(status, 200)
            # What its codes put into a more sensitive folder was not granted.
            due = {k: v for k, v in expected.items()
                   if k.startswith(kind + "/") and folders[k] == GRANTED[kind]}
            self.assertEqual(found, due)
        self.assertEqual(self.search(self.second, "Claim", patient_id)[1], {})
        patient.run("revoke", given, "--rotate-later")
        for kind in GRANTED:
            self.assertEqual(self.search(self.second, kind, patient_id)[1], {})
        reads = [event for event in patient.says("timeline") if event["kind"] == "read"]
        self.assertTrue(any(event["fact"].get("document") == given for event in reads), reads[-3:])
        return len(expected)

    def folders_of(self, patient):
        """Where each resource lies, as the patient sees it."""
        ids = [one["record"] for one in patient.says("records")["records"]]
        out = {}
        for at in range(0, len(ids), 200):
            for one in patient.says("show", *ids[at : at + 200]):
                out[key(one["resource"])] = one["folder"]
        return out

    def granted(self, node, chain):
        status, answer = self.fhir(node, "GET", "/Consent?_count=1", chain=chain)
        return status == 200 and bool(answer.get("entry"))

    def attack(self):
        """What a stranger finds on the disks, beyond what a node without patients holds."""
        require(ATTACKER, "the attacker's program")
        words = set()
        for bundle in self.bundles:
            words_of(bundle, words)
        file = self.path / "words"
        file.write_text("\n".join(sorted(words)) + "\n", encoding="utf-8")
        empty = self.node()
        for node in (self.first, self.second, empty):
            node.process.terminate()
            node.process.wait(60)
        control = self.search_disk(file, empty.datadir)
        found = self.search_disk(file, self.first.datadir, self.second.datadir)
        size = found["binaryBytes"] + found["textBytes"]
        known = set(control["found"])
        long = {w: n for w, n in found["found"].items() if len(w.encode()) >= 8 and w not in known}
        self.assertEqual(long, {})
        short = {w: n for w, n in found["found"].items() if len(w.encode()) < 8 and w not in known}
        by_chance = sum(size / 256 ** len(word.encode()) for word in words if len(word.encode()) < 8)
        self.assertLessEqual(sum(short.values()), by_chance + 6 * by_chance**0.5 + 3, short)
        print(f"{len(words)} texts in {size} bytes: none of eight bytes and more; of shorter ones "
              f"{sum(short.values())}, by chance {by_chance:.1f}; {len(known)} stand in any node")

    def search_disk(self, words, *folders):
        done = subprocess.run([ATTACKER, words, *folders], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)


class OnAnvil(Corpus):
    def setUp(self):
        anvil = Anvil()
        self.addCleanup(anvil.stop)
        self.eth_rpc = anvil.url
        super().setUp()


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Three evaluators make the key of nullifiers together; who cheats is named; any two answer alike."""

import json
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from harness import BINARY, Commands, Node, free_port, http, main, wait_until

MRZ = (
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n"
    "L898902C36UTO7408122F1204159ZE184226B<<<<<10\n"
)
ALL = (1, 2, 3)


class Dkg(Commands, unittest.TestCase):
    def setUp(self):
        self.node = Node()
        self.addCleanup(self.node.stop)
        self.folder = Path(tempfile.mkdtemp(prefix="salus-dkg-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.exchange = self.folder / "exchange"
        self.ports = {number: free_port() for number in ALL}

    def command(self, step, number, *more):
        place = ["--folder", self.exchange, "--out", self.folder / f"own-{number}"]
        password = self.folder / f"password-{number}"
        password.write_text(f"password of evaluator {number}\n")
        return [
            *["evaluator", "dkg", step, "--evaluator", number, *place],
            *["--password-file", password, *more],
        ]

    def tampered(self, name, change, command):
        """What a command says where a file was changed on the way; afterwards it is as before."""
        path = self.exchange / name
        good = path.read_text()
        content = json.loads(good)
        change(content)
        path.write_text(json.dumps(content))
        said = self.refused(*command)
        path.write_text(good)
        return said

    def test_two_of_three_compute_what_nobody_can_alone(self):
        self.make_the_key()
        keys = {(self.folder / f"own-{n}/nullifier-key.json").read_text() for n in ALL}
        self.assertEqual(len(keys), 1)
        values = {self.nullifier_with(down) for down in ALL}
        self.assertEqual(len(values), 1, values)

    def make_the_key(self):
        terms = ["--session", "first", "--threshold", "2", "--count", "3", "--node", self.node.url]
        for number in ALL[:2]:
            self.done(*self.command("start", number, *terms))
        self.assertIn("evaluator 3", self.refused(*self.command("share", 1)))
        self.done(*self.command("start", 3, *terms))
        again = self.refused(*self.command("start", 3, *terms))
        self.assertIn("under way", again)
        self.assertNotIn("secret", (self.exchange / "dkg-offer-3.json").read_text())

        def other_commitment(offer):
            offer["commitments"][0] = offer["commitments"][1]

        said = self.tampered("dkg-offer-3.json", other_commitment, self.command("share", 1))
        self.assertIn("dkg.offer_wrong: evaluator 3", said)
        said = self.tampered(
            "dkg-offer-2.json",
            lambda offer: offer.update(session="older"),
            self.command("share", 1),
        )
        self.assertIn("dkg.other_session: evaluator 2", said)
        fingerprints = set()
        for number in ALL:
            fingerprints.add(self.done(*self.command("share", number)).splitlines()[1].strip())
        self.assertEqual(len(fingerprints), 1)
        fingerprint = fingerprints.pop()
        other = self.refused(*self.command("share", 1, "--fingerprint", fingerprint[:-1]))
        self.assertIn("dkg.other_offers", other)
        self.assertEqual(list(self.exchange.glob("dkg-shares-*")), [])
        for number in ALL:
            self.done(*self.command("share", number, "--fingerprint", fingerprint))
        self.refuse_what_was_changed()
        for number in ALL:
            self.done(*self.command("finish", number))
            own = {path.name for path in (self.folder / f"own-{number}").iterdir()}
            self.assertEqual(own, {f"evaluator-{number}.json", "nullifier-key.json"})
            share = self.folder / f"own-{number}/evaluator-{number}.json"
            self.assertEqual(share.stat().st_mode & 0o777, 0o600)
        self.assertIn("holds a key", self.refused(*self.command("finish", 1)))

    def refuse_what_was_changed(self):
        def one_bit(shares):
            sealed = shares["shares"]["1"]
            shares["shares"]["1"] = sealed[:-1] + format(int(sealed[-1], 16) ^ 1, "x")

        def other_transcript(shares):
            shares["transcript"] = "0x" + 64 * "0"

        finish = self.command("finish", 1)
        said = self.tampered("dkg-shares-3.json", one_bit, finish)
        self.assertIn("dkg.share_unreadable: evaluator 3", said)
        said = self.tampered("dkg-shares-2.json", other_transcript, finish)
        self.assertIn("dkg.other_offers: evaluator 2", said)
        self.assertFalse((self.folder / "own-1/nullifier-key.json").exists())

    def serve(self, number):
        own = self.folder / f"own-{number}"
        command = [BINARY, "evaluator", "serve", "--http.port", self.ports[number]]
        command += ["--share", own / f"evaluator-{number}.json", "--key", own / "nullifier-key.json"]
        command += ["--password-file", self.folder / f"password-{number}"]
        command += ["--eth-rpc", self.node.url, "--datadir", own / "data"]
        with open(self.folder / f"evaluator-{number}.log", "ab") as log:
            process = subprocess.Popen([str(part) for part in command], stderr=log)

        def answers():
            try:
                url = f"http://127.0.0.1:{self.ports[number]}/api/v1/evaluator"
                return json.loads(http("GET", url)[1])["evaluator"] == number
            except OSError:
                return False

        try:
            wait_until(answers, 60, f"evaluator {number} did not start")
        except TimeoutError:
            process.kill()
            raise
        return process

    def nullifier_with(self, down):
        """What the two others compute."""
        running = [self.serve(number) for number in ALL if number != down]
        mrz = self.folder / "mrz.txt"
        mrz.write_text(MRZ)
        urls = ",".join(f"http://127.0.0.1:{self.ports[number]}" for number in ALL)
        key = self.folder / "own-1/nullifier-key.json"
        place = ["--datadir", self.node.datadir, "--dev", "--json"]
        try:
            said = self.done("nullifier", "--mrz", mrz, "--key", key, "--evaluators", urls, *place)
        finally:
            for process in running:
                process.terminate()
                process.wait(30)
        return json.loads(said)["nullifier"]


if __name__ == "__main__":
    main()

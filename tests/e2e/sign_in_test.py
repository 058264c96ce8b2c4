#!/usr/bin/env python3
"""A hospital's system gets a token of a running node, with keys that OpenSSL made (RFC 7523)."""

import base64
import json
import subprocess
import time
import unittest
import uuid
from urllib.parse import urlencode

from harness import Commands, Node, http, main, wait_until

PUBLIC = "https://salus.example"
HOSPITAL = "0x70997970c51812dc3a010c7d01b50e0d17dc79c8"


def encoded(content):
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


class Key:
    """On P-384, as ES384 takes it."""

    def __init__(self, folder):
        self.file = folder / f"{uuid.uuid4()}.pem"
        self.openssl("ecparam", "-name", "secp384r1", "-genkey", "-noout", "-out", str(self.file))
        public = self.openssl("ec", "-in", str(self.file), "-pubout", "-outform", "DER")
        self.x, self.y = public[-96:-48], public[-48:]

    @staticmethod
    def openssl(*arguments, stdin=None):
        return subprocess.run(["openssl", *arguments], input=stdin, capture_output=True,
                              check=True).stdout

    def jwk(self):
        return {"kty": "EC", "crv": "P-384", "kid": "k", "x": encoded(self.x), "y": encoded(self.y)}

    def sign(self, text):
        der = self.openssl("dgst", "-sha384", "-sign", str(self.file), stdin=text)
        numbers, place = [], 2
        for _ in range(2):  # SEQUENCE of two INTEGERs
            size = der[place + 1]
            numbers.append(int.from_bytes(der[place + 2 : place + 2 + size], "big"))
            place += 2 + size
        return b"".join(number.to_bytes(48, "big") for number in numbers)

    def assertion(self, client):
        claims = {"iss": client, "sub": client, "aud": PUBLIC + "/oauth/token",
                  "exp": int(time.time()) + 120, "jti": str(uuid.uuid4()),
                  "fhirUser": "Practitioner/7"}
        header = {"alg": "ES384", "kid": "k", "typ": "JWT"}
        text = ".".join(encoded(json.dumps(part).encode()) for part in (header, claims))
        return text + "." + encoded(self.sign(text.encode()))


class Clients(Commands, unittest.TestCase):
    def setUp(self):
        self.node = Node(extra=["--public-url", PUBLIC, "--anchor-interval", "0"])
        self.folder = self.node.datadir / "clients"
        self.folder.mkdir()
        self.key = Key(self.node.datadir)

    def tearDown(self):
        self.node.stop()

    def register(self, name, text):
        (self.folder / (name + ".new")).write_text(text)
        (self.folder / (name + ".new")).rename(self.folder / (name + ".json"))

    def file_of(self, client, key=None):
        return json.dumps({"client_id": client, "account": HOSPITAL,
                           "jwks": {"keys": [(key or self.key).jwk()]}})

    def token(self, client, key=None):
        form = urlencode({
            "grant_type": "client_credentials", "scope": "system/Immunization.rs",
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": (key or self.key).assertion(client),
        })
        status, body = http("POST", self.node.url + "/oauth/token", form.encode(),
                            {"Content-Type": "application/x-www-form-urlencoded"})
        return status, json.loads(body)

    def comes(self, client, status, key=None):
        wait_until(lambda: self.token(client, key)[0] == status, 30, f"{client}: not {status}")

    def post(self, path, token):
        return http("POST", self.node.url + path, {}, {"Authorization": "Bearer " + token})[0]

    def test_files_count_while_the_node_runs(self):
        self.assertEqual(self.token("ehr")[1]["error"], "invalid_client")
        self.register("ehr", self.file_of("ehr"))
        self.comes("ehr", 200)
        status, answer = self.token("ehr")
        self.assertEqual((status, answer["token_type"], answer["expires_in"], answer["scope"]),
                         (200, "bearer", 300, "system/Immunization.rs"))
        self.assertEqual(self.post("/api/v1/log/anchor", answer["access_token"]), 403)
        # What cannot be read changes nothing, and is told once.
        self.register("ehr", "{}")
        wait_until(lambda: "client.refused" in self.node.log_text(), 30, "nothing was said")
        self.assertEqual(self.token("ehr")[0], 200)
        # Another key: the old one opens no session any more.
        other = Key(self.node.datadir)
        self.register("ehr", self.file_of("ehr", other))
        self.comes("ehr", 200, other)
        self.assertEqual(self.token("ehr")[0], 401)
        # One id, one client.
        self.register("second", self.file_of("ehr"))
        wait_until(lambda: "another file has a client of this id" in self.node.log_text(), 30,
                   "nothing was said")
        self.assertEqual(self.token("ehr")[0], 401)
        (self.folder / "second.json").unlink()
        # Taken away: its sessions end too.
        session = self.token("ehr", other)[1]["access_token"]
        (self.folder / "ehr.json").unlink()
        self.comes("ehr", 401, other)
        self.assertEqual(self.post("/api/v1/log/anchor", session), 401)
        self.assertEqual(self.post("/api/v1/sign-out", session), 401)

    def test_a_restart_keeps_sessions_and_what_was_used(self):
        self.register("ehr", self.file_of("ehr"))
        self.comes("ehr", 200)
        session = self.token("ehr")[1]["access_token"]
        self.node.kill()
        self.node.start()
        self.assertEqual(self.post("/api/v1/log/anchor", session), 403)
        self.assertEqual(self.post("/api/v1/sign-out", session), 204)
        self.assertEqual(self.post("/api/v1/sign-out", session), 401)

    def test_discovery_names_the_token_endpoint(self):
        status, body = http("GET", self.node.url + "/fhir/R4/.well-known/smart-configuration")
        self.assertEqual(status, 200)
        self.assertEqual(json.loads(body)["token_endpoint"], PUBLIC + "/oauth/token")


if __name__ == "__main__":
    main()

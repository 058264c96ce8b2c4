#!/usr/bin/env python3
"""The binding ceremony over HTTP, on the embedded chain and on anvil: patients sign, the node relays.

On anvil the wallet is anvil's own eth_signTypedData_v4, and weeks and years pass.
"""

import json
import tempfile
import unittest
from pathlib import Path

from harness import Anvil, Node, http, main, rpc, run
from signing import ACCOUNTS

MRZ = (
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n"
    "L898902C36UTO7408122F1204159ZE184226B<<<<<10\n"
)
NAME, NUMBER = "ERIKSSON", "L898902C3"
NULLIFIER = "0x" + 64 * "5"
DAY = 86_400
# Of "test test … junk", as dev accounts are numbered.
SECOND, PATIENT, NEW, CHILD = 2, 3, 4, 5
ADDRESS = {who: address for who, (address, _) in ACCOUNTS.items()}


class Ceremony(unittest.TestCase):
    """The embedded chain; OnAnvil differs in how it starts, signs and lets time pass."""

    @classmethod
    def start(cls):
        return Node()

    @classmethod
    def setUpClass(cls):
        cls.node = cls.start()

    @classmethod
    def tearDownClass(cls):
        cls.node.stop()

    def post(self, path, body, hospital=False):
        headers = {"Authorization": "Bearer " + self.node.token()} if hospital else {}
        status, answer = http("POST", f"{self.node.url}/api/v1/identity/{path}", body, headers)
        return status, json.loads(answer)

    def good(self, path, body, hospital=False):
        status, answer = self.post(path, body, hospital)
        self.assertEqual(status, 200, answer)
        return answer

    def refused(self, path, body, expected, hospital=False):
        status, answer = self.post(path, body, hospital)
        self.assertGreaterEqual(status, 400, answer)
        self.assertIn(expected, answer["code"] + " " + answer["detail"])

    def prepare(self, act, hospital=True, **wanted):
        return self.good("prepare", {"act": act, **wanted}, hospital)["request"]

    def signed(self, request, *who):
        """With the signatures of these wallets, as the salus program makes them."""
        with tempfile.TemporaryDirectory(prefix="salus-identity-") as folder:
            path = Path(folder) / "request.json"
            path.write_text(json.dumps(request))
            for account in who:
                done = run("identity", "sign", str(path), "--dev-account", str(account))
                self.assertEqual(done.returncode, 0, done.stderr)
            return json.loads(path.read_text())

    def submit(self, request, *who):
        return self.good("submit", self.signed(request, *who))

    def state(self, who):
        return self.good("state", {"account": ADDRESS[who]})

    def bind(self, who, nullifier):
        request = self.prepare(
            "bind", patient=ADDRESS[who], commitment="0x" + 64 * "6", nullifier=nullifier
        )
        self.submit(request, who)

    def move(self, nullifier=NULLIFIER):
        self.submit(
            self.prepare(
                "rebind",
                lost=ADDRESS[PATIENT],
                patient=ADDRESS[NEW],
                commitment="0x" + 64 * "7",
                nullifier=nullifier,
            ),
            NEW,
        )

    PAIR = {"lost": ADDRESS[PATIENT], "patient": ADDRESS[NEW]}

    def test_1_a_document_is_bound_and_renewed(self):
        wanted = {"act": "bind", "patient": ADDRESS[PATIENT], "mrz": MRZ, "nullifier": NULLIFIER}
        self.refused("prepare", wanted, "api.not_authorised")
        before = int(rpc(self.node.url, "eth_getBalance", ADDRESS[PATIENT], "latest"), 16)
        prepared = self.good("prepare", wanted, hospital=True)
        self.assertEqual(prepared["toSign"], [ADDRESS[PATIENT]])
        self.assertEqual(len(prepared["salt"]), 66)
        request = prepared["request"]
        self.refused("submit", request, "identity.signature_missing")
        alone = self.signed({**request, "signatures": {}}, PATIENT)
        self.refused("submit", alone, "identity.signature_missing")
        self.assertEqual(self.submit(request, PATIENT)["act"], "Bind")
        state = self.state(PATIENT)
        self.assertTrue(state["bound"])
        self.assertEqual(state["documents"][0]["nullifier"], NULLIFIER)
        self.refused("submit", self.signed(request, PATIENT), "MedicalIdentityAccountBound")

        renewed = {"mrz": MRZ, "nullifier": "0x" + 64 * "8"}
        self.submit(self.prepare("renew", patient=ADDRESS[PATIENT], **renewed), PATIENT)
        self.assertEqual(len(self.state(PATIENT)["documents"]), 2)
        # Patients pay nothing, and the log knows nobody.
        after = int(rpc(self.node.url, "eth_getBalance", ADDRESS[PATIENT], "latest"), 16)
        self.assertEqual(before, after)
        log = self.node.log_text()
        for secret in (NAME, NUMBER, ADDRESS[PATIENT], NULLIFIER[2:], prepared["salt"][2:]):
            self.assertNotIn(secret, log)

    def test_2_a_move_waits_and_stops_where_the_old_account_objects(self):
        self.move()
        self.assertEqual(self.state(PATIENT)["rebinding"]["objectedAt"], 0)
        self.refused("complete", self.PAIR, "MedicalIdentityStillWaiting")
        objection = self.prepare("object", hospital=False, **self.PAIR)
        self.refused("submit", objection, "identity.signature_missing")
        self.submit(objection, PATIENT)
        self.refused("complete", self.PAIR, "MedicalIdentityObjectionStands")
        self.refused("cancel", self.PAIR, "api.not_authorised")
        self.good("cancel", self.PAIR, hospital=True)
        self.assertIsNone(self.state(PATIENT)["rebinding"])

    def test_3_a_child_has_a_guardian_who_hands_its_account_over(self):
        self.bind(CHILD, "0x" + 64 * "9")
        appointed = self.prepare(
            "appoint", dependant=ADDRESS[CHILD], guardian=ADDRESS[PATIENT], majorityYear=2040
        )
        self.submit(appointed, CHILD, PATIENT)
        self.assertEqual(self.state(CHILD)["guardians"][0]["account"], ADDRESS[PATIENT])
        self.hand_over_a_child()

    def hand_over_a_child(self):
        request = self.prepare(
            "handOver",
            hospital=False,
            dependant=ADDRESS[CHILD],
            patient=ADDRESS[SECOND],
            by=ADDRESS[PATIENT],
        )
        self.submit(request, SECOND, PATIENT)
        self.assertEqual(self.state(CHILD)["current"], ADDRESS[SECOND])


class OnAnvil(Ceremony):
    @classmethod
    def start(cls):
        cls.anvil = Anvil()
        return Node(eth_rpc=cls.anvil.url)

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        cls.anvil.stop()

    def signed(self, request, *who):
        signatures = dict(request["signatures"])
        for account in who:
            address = ADDRESS[account]
            signatures[address] = rpc(
                self.anvil.url, "eth_signTypedData_v4", address, request["typedData"]
            )
        return {**request, "signatures": signatures}

    def pass_by(self, seconds):
        rpc(self.anvil.url, "evm_increaseTime", seconds)
        rpc(self.anvil.url, "evm_mine")

    def hand_over_a_child(self):
        """Not by the guardian: the child comes of age, and its account moves like an adult's."""
        head = rpc(self.anvil.url, "eth_getBlockByNumber", "latest", False)
        majority = self.state(CHILD)["majorityAt"]
        self.pass_by(majority - int(head["timestamp"], 16) + DAY)
        wanted = {"dependant": ADDRESS[CHILD], "patient": ADDRESS[SECOND]}
        request = self.prepare("handOver", hospital=False, by=ADDRESS[PATIENT], **wanted)
        late = self.signed(request, SECOND, PATIENT)
        self.refused("submit", late, "MedicalIdentityOfAge")
        move = {"lost": ADDRESS[CHILD], "patient": ADDRESS[SECOND]}
        document = {"commitment": "0x" + 64 * "7", "nullifier": "0x" + 64 * "9"}
        self.submit(self.prepare("rebind", **move, **document), SECOND)
        self.pass_by(15 * DAY)
        self.good("complete", move)
        self.assertEqual(self.state(CHILD)["current"], ADDRESS[SECOND])

    def accredit_the_second(self):
        place = ["--node", self.node.url, "--datadir", str(self.node.datadir), "--dev"]
        about = ["--name", "Second Clinic", "--country", "DE"]
        done = run("authority", "accredit", ADDRESS[SECOND], *about, *place)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_4_a_thief_objects_in_vain_where_a_second_hospital_upholds(self):
        self.move()
        self.submit(self.prepare("object", hospital=False, **self.PAIR), PATIENT)
        self.pass_by(15 * DAY)
        self.refused("complete", self.PAIR, "MedicalIdentityObjectionStands")
        own = self.prepare("uphold", nullifier=NULLIFIER, **self.PAIR)
        self.refused("submit", self.signed(own, NEW), "MedicalIdentitySameRegistrar")
        # The second hospital's node would prepare the same message with its own account in it.
        other = json.loads(json.dumps(own))
        other["signatures"] = {}
        other["typedData"]["message"]["registrar"] = ADDRESS[SECOND]
        upheld = self.signed(other, NEW, SECOND)
        self.refused("submit", upheld, "MedicalIdentityNotAccredited")
        self.accredit_the_second()
        self.good("submit", upheld)
        again = self.prepare("object", hospital=False, **self.PAIR)
        self.refused("submit", self.signed(again, PATIENT), "MedicalIdentityObjectedBefore")
        self.refused("complete", self.PAIR, "MedicalIdentityStillWaiting")
        self.pass_by(14 * DAY)
        self.good("complete", self.PAIR)
        self.assertEqual(self.state(PATIENT)["current"], ADDRESS[NEW])
        self.assertTrue(self.state(NEW)["bound"])
        self.refused("complete", self.PAIR, "MedicalIdentityNoRebinding")


if __name__ == "__main__":
    main()

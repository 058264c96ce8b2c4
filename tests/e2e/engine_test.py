#!/usr/bin/env python3
"""`salus serve --engine`, driven over its Engine API as a consensus client does: tokens, blocks built
and taken, the fork choice; kill -9 in between, and what it refuses to start with."""

import json
import os
import stat
import time
import unittest

from engine_node import EngineNode, token
from harness import http, main, rpc, run

CHAIN_ID = 424242
# From Prague on a block needs the queues of EIP-7002 and EIP-7251; these have nothing to say.
QUEUES = [
    "0x00000961ef480eb55e80d19ad83579a64c007002",
    "0x0000bbddc7ce488642fb579f8b00f3a590007251",
]


def genesis(gas_limit=36_000_000):
    config = {"chainId": CHAIN_ID, "terminalTotalDifficulty": 0}
    for fork in (
        "homestead eip150 eip155 eip158 byzantium constantinople petersburg istanbul berlin "
        "london mergeNetsplit"
    ).split():
        config[fork + "Block"] = 0
    for fork in "shanghai cancun prague osaka".split():
        config[fork + "Time"] = 0
    return {
        "config": config,
        "timestamp": hex(int(time.time()) - 3600),
        "gasLimit": hex(gas_limit),
        "difficulty": "0x0",
        "alloc": {queue: {"balance": "0x0", "nonce": "0x1", "code": "0x00"} for queue in QUEUES},
    }


class Engine(unittest.TestCase):
    def setUp(self):
        self.node = EngineNode(genesis())
        self.addCleanup(self.node.stop)

    def test_token(self):
        node = self.node
        self.assertEqual(stat.S_IMODE(os.stat(node.secret_file).st_mode), 0o600)
        self.assertEqual(len(node.secret()), 32)
        now = int(time.time())
        for bearer, name in [
            ("", b"jwt.missing"),
            (token(b"\1" * 32), b"jwt.signature"),
            (token(node.secret(), now - 120), b"jwt.stale"),
        ]:
            status, body = node.post("eth_chainId", [], bearer)
            self.assertEqual(status, 401)
            self.assertTrue(body.startswith(name), body)
        self.assertEqual(node.engine("eth_chainId"), hex(CHAIN_ID))
        self.assertEqual(rpc(node.url, "eth_chainId"), hex(CHAIN_ID))
        with self.assertRaisesRegex(RuntimeError, "-32601"):
            rpc(node.url, "engine_exchangeCapabilities", [])
        version = node.engine("engine_getClientVersionV1", {})[0]
        self.assertEqual(version["name"], "Salus")
        self.assertRegex(version["commit"], "^[0-9a-f]{8}$")
        self.assertEqual(http("GET", node.url + "/healthcheck")[0], 200)
        self.assertIn(b"salus_chain_height 0", http("GET", node.url + "/metrics")[1])

    def test_driven_through_kills(self):
        node = self.node
        paid = "0x" + "22" * 20
        hashes = []
        for rounds in range(4):
            for _ in range(6):
                hashes.append(node.extend(paid)["blockHash"])
            waiting = node.build(paid)
            self.assertEqual(node.engine("engine_newPayloadV4", *waiting)["status"], "VALID")
            node.kill()
            node.start()
            self.assertEqual(node.head()["hash"], hashes[-1])
            balance = int(rpc(node.url, "eth_getBalance", paid, "latest"), 16)
            self.assertEqual(balance, len(hashes) * 10**9)
            chosen = node.choose(waiting[0]["blockHash"])
            self.assertEqual(chosen["payloadStatus"]["status"], "SYNCING", f"round {rounds}")
        bodies = node.engine("engine_getPayloadBodiesByRangeV1", "0x1", hex(len(hashes)))
        self.assertEqual(len(bodies), len(hashes))
        self.assertTrue(all(body["withdrawals"][0]["address"] == paid for body in bodies))
        for number, name in enumerate(hashes, 1):
            self.assertEqual(rpc(node.url, "eth_getBlockByNumber", hex(number), False)["hash"], name)

    def test_refuses_to_start(self):
        self.node.kill()
        folder = self.node.datadir
        base = ["serve", "--engine", "--datadir", str(folder), "--http.port", "0"]
        base += ["--authrpc.port", "0"]
        genesis_flag = ["--genesis", str(self.node.genesis)]
        bad_secret = folder / "bad.hex"
        bad_secret.write_text("0x1234")
        other = folder / "other.json"
        other.write_text(json.dumps(genesis(gas_limit=30_000_000)))
        for extra, name in [
            ([], "--engine needs --genesis"),
            ([*genesis_flag, "--authrpc.jwtsecret", str(bad_secret)], "app.jwt_secret"),
            (["--genesis", str(other)], "chain.other_genesis"),
            ([*genesis_flag, "--dev"], "--dev"),
        ]:
            done = run(*base, *extra, timeout=60)
            self.assertNotEqual(done.returncode, 0, extra)
            self.assertIn(name, done.stderr + done.stdout)


if __name__ == "__main__":
    main()

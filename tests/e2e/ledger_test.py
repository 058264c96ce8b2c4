#!/usr/bin/env python3
"""The log of a running node: anchored, proved, witnessed, audited, and what a changed byte does."""

import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
import unittest
from pathlib import Path

from harness import Anvil, Commands, Node, PostgresDatabase, http, main, require, rpc, run, wait_until

WRITER = Path(os.environ.get("SALUS_LEDGER_WRITER", "/ledger_writer"))


class Setting(Commands):
    """A node with a ledger; blocks come from a process beside it."""

    def open_chain(self):
        return None

    def database(self):
        return str(self.node.datadir / "salus.sqlite")

    def audited_database(self):
        return ["--datadir", str(self.node.datadir)]

    def flags(self):
        return []

    def setUp(self):
        require(WRITER, "the writer of blocks")
        self.chain = self.open_chain()
        self.node = None
        self.open_node(0)

    def open_node(self, interval):
        """The node again, with another interval: 0 anchors on demand alone."""
        datadir = None
        if self.node is not None:
            datadir = self.node.datadir
            self.node.owns_datadir = False
            self.node.stop()
        rpc_url = self.chain.url if self.chain else None
        extra = ["--anchor-interval", str(interval), *self.flags()]
        self.node = Node(eth_rpc=rpc_url, datadir=datadir, extra=extra)
        self.node.owns_datadir = True

    def tearDown(self):
        self.node.stop()
        if self.chain:
            self.chain.stop()

    def writer(self, blocks):
        status = self.node.status()
        return subprocess.Popen(
            [str(WRITER), self.database(), str(status["chainId"]),
             status["contracts"]["ledgerAnchor"], str(blocks)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )

    def write(self, blocks):
        out, fault = self.writer(blocks).communicate(timeout=120)
        self.assertEqual(fault, "")
        hashes = out.split()
        self.assertEqual(len(hashes), blocks)
        return hashes

    def get(self, path):
        status, body = http("GET", self.node.url + path)
        return status, json.loads(body)

    def head(self):
        status, head = self.get("/api/v1/log/head")
        self.assertEqual(status, 200)
        return head

    def anchored(self):
        return self.head().get("anchor", {"size": 0})["size"]

    def anchor(self):
        return self.done("anchor", *self.node.client())

    def audit(self, *arguments):
        done = run("audit", *self.audited_database(), "--rpc", self.node.url, "--json", *arguments)
        return done.returncode, json.loads(done.stdout) if done.stdout else done.stderr


class Ledger(Setting, unittest.TestCase):
    def test_it_is_anchored_on_demand_and_at_the_interval(self):
        self.assertIn("log is empty", self.anchor())
        self.write(5)
        self.assertNotIn("anchor", self.head())
        self.assertIn("Anchor 0: 5 blocks", self.anchor())
        self.assertIn("Anchor 0: 5 blocks", self.anchor())  # nothing new: nothing is sent
        self.open_node(1)
        self.write(3)
        wait_until(lambda: self.anchored() == 8, 60, "the log was not anchored at its interval")
        metrics = http("GET", self.node.url + "/metrics")[1].decode()
        self.assertIn("\nsalus_ledger_blocks 8\n", metrics)
        self.assertIn("\nsalus_ledger_unanchored 0\n", metrics)

    def test_a_proof_is_fetched_and_holds(self):
        block = self.write(4)[2]
        with tempfile.TemporaryDirectory() as folder:
            proof = Path(folder) / "proof.json"
            prove = ["prove", block, "1", "--node", self.node.url, "--out", proof]
            self.assertIn("not anchored yet", self.done(*prove))
            self.done("verify-proof", proof)
            self.anchor()
            self.write(3)  # the log goes on
            self.assertIn("under anchor 0", self.done(*prove))
            self.done("verify-proof", proof)
            out = self.done("verify-proof", proof, "--rpc", self.node.url, "--log",
                            self.head()["log"])
            self.assertIn("the public chain has its anchor", out)
            bundle = json.loads(proof.read_text())
            bundle["entry"]["bytes"] = bundle["entry"]["bytes"][:-2] + "00"
            proof.write_text(json.dumps(bundle))
            self.assertEqual(run("verify-proof", str(proof)).returncode, 2)
        self.refused("prove", "0x" + "00" * 32, "0", "--node", self.node.url, "--out", "-")
        self.refused("prove", block, "2", "--node", self.node.url, "--out", "-")
        self.refused("prove", "0x12", "0", "--node", self.node.url, "--out", "-")

    def test_the_log_answers_whoever_remembers(self):
        blocks = self.write(6)
        for path in ["consistency?from=0&to=6", "consistency?from=4&to=3", "consistency?from=1&to=7",
                     "consistency?from=x&to=7", "consistency", "inclusion", "inclusion?block=0x12",
                     f"inclusion?block={blocks[3]}&size=3", f"inclusion?block={blocks[3]}&size=7"]:
            self.assertEqual(self.get("/api/v1/log/" + path)[0], 400, path)
        self.assertEqual(self.get("/api/v1/log/inclusion?block=0x" + "00" * 32)[0], 404)
        status, inclusion = self.get(f"/api/v1/log/inclusion?block={blocks[3]}&size=4")
        self.assertEqual((status, inclusion["index"], inclusion["size"]), (200, 3, 4))
        self.assertEqual(self.get("/api/v1/log/consistency?from=6&to=6")[1]["proof"], [])
        status, _ = http("POST", self.node.url + "/api/v1/log/anchor", {})
        self.assertEqual(status, 401)

    def test_a_witness_signs_what_only_grew(self):
        self.write(3)
        with tempfile.TemporaryDirectory() as folder:
            state = Path(folder) / "seen.json"
            head = self.head()
            sign = ["co-sign", "--log", head["log"], "--node", self.node.url, "--dev-account", "3",
                    "--state", str(state)]
            self.assertIn("ledger.no_anchor", self.refused(*sign))
            self.anchor()
            self.assertIn("Nothing was remembered", self.done(*sign))
            self.write(4)
            self.anchor()
            self.assertIn("anchor 1, 7 blocks", self.done(*sign))
            self.assertIn("Co-signed before", self.done(*sign))
            witness = "0x90F79bf6EB2c4f870365E785982E1f101E93b906"
            code, report = self.audit("--witness", witness)
            self.assertEqual(code, 0)
            self.assertIn(witness.lower(), report["vouching"].lower())
            seen = json.loads(state.read_text())
            for change in [{"root": "0x" + "11" * 32}, {"size": 9}, {"size": 5}, {"size": 99}]:
                state.write_text(json.dumps(seen | change))
                self.write(1)
                self.anchor()
                done = run(*sign)
                self.assertEqual(done.returncode, 2, done.stdout)
                self.assertEqual(json.loads(state.read_text()), seen | change)

    def test_kills_leave_a_ledger_that_is_whole(self):
        self.open_node(1)
        writer = self.writer(400)
        for _ in range(4):
            wait_for = self.head()["size"] + 20
            wait_until(lambda: self.head()["size"] >= wait_for or writer.poll() is not None, 60,
                       "the writer stands still")
            self.node.kill()
            self.node.start()
        out, fault = writer.communicate(timeout=120)
        self.assertEqual(fault, "")
        self.assertEqual(len(out.split()), 400)
        wait_until(lambda: self.anchored() == 400, 60, "the log was not anchored after the kills")
        code, report = self.audit()
        self.assertEqual((code, report["good"]), (0, True), report)
        self.assertEqual((report["blocks"], report["anchored"]), (400, 400))

    def test_a_flipped_byte_is_found_and_named(self):
        blocks = self.write(30)
        self.anchor()
        self.assertEqual(self.audit()[0], 0)
        status = self.node.status()
        domain = ["--contract", status["contracts"]["ledgerAnchor"], "--chain-id",
                  str(status["chainId"]), "--json"]
        self.node.kill()
        self.change("sealed-17-")
        done = run("audit", *self.audited_database(), *domain)
        self.assertEqual(done.returncode, 2, done.stderr)
        report = json.loads(done.stdout)
        self.assertTrue(report["findings"])
        for finding in report["findings"]:
            self.assertEqual(finding["table"], "ledger_block")
            self.assertEqual(finding["row"], "place 17")
            self.assertEqual(finding["block"], blocks[17])
        self.node.start()

    def change(self, text):
        """One bit of the file, where the text stands; its log is written back first."""
        file = self.node.datadir / "salus.sqlite"
        with contextlib.closing(sqlite3.connect(file)) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        content = bytearray(file.read_bytes())
        place = content.index(text.encode())
        self.assertEqual(content.count(text.encode()), 1)
        content[place + len(text)] ^= 1
        file.write_bytes(content)


class LedgerOnAnvil(Ledger):
    def open_chain(self):
        return Anvil()

    def test_a_reorganisation_is_made_good(self):
        self.open_node(1)
        before = rpc(self.chain.url, "evm_snapshot")
        self.write(5)
        wait_until(lambda: self.anchored() == 5, 60, "the log was not anchored")
        self.assertTrue(rpc(self.chain.url, "evm_revert", before))
        rpc(self.chain.url, "anvil_mine", "0x3")
        at = self.head().get("anchor")

        def anchored_elsewhere():
            now = self.head().get("anchor")
            return now is not None and now["blockHash"] != at["blockHash"] and now["size"] == 5

        wait_until(anchored_elsewhere, 90, "the log was not anchored again")
        code, report = self.audit()
        self.assertEqual((code, report["anchors"], report["anchored"]), (0, 1, 5), report)


class LedgerOnPostgres(Ledger):
    def setUp(self):
        self.records = PostgresDatabase()
        self.addCleanup(self.records.drop)
        self.shred = PostgresDatabase("shred")
        self.addCleanup(self.shred.drop)
        super().setUp()

    def flags(self):
        return ["--db", self.records.url, "--db-shred", self.shred.url]

    def database(self):
        return self.records.url

    def audited_database(self):
        return ["--db", self.records.url]

    def change(self, text):
        self.records.query("UPDATE ledger_block SET block = overlay(block PLACING '\\x00'::bytea FROM "
                           f"position('{text}'::bytea IN block) + {len(text)}) "
                           f"WHERE position('{text}'::bytea IN block) > 0")

    def refuses_to_start(self, flags, words):
        datadir = tempfile.mkdtemp(prefix="salus-e2e-")
        try:
            done = run("serve", "--dev", "--datadir", datadir, "--http.port", "0", *flags)
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertIn(words, done.stderr)
        finally:
            shutil.rmtree(datadir)

    def test_the_shred_store_is_another_database(self):
        self.refuses_to_start(["--db", self.records.url], "--db-shred")
        self.refuses_to_start(["--db", self.records.url, "--db-shred", self.records.url],
                              "one of its own")
        self.refuses_to_start(["--db-shred", self.shred.url], "goes with --db")


if __name__ == "__main__":
    main()

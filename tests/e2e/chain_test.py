#!/usr/bin/env python3
"""`salus chain …` as an operator uses it: beside a running node, and after the disk was damaged."""

import json
import random
import shutil
import tempfile
import unittest
from pathlib import Path

from crash_test import bundle
from harness import Node, main, rpc, run


class Chain(unittest.TestCase):
    def setUp(self):
        self.node = Node()
        self.addCleanup(self.node.stop)
        self.folder = Path(tempfile.mkdtemp(prefix="salus-chain-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.codes = []
        for number in range(6):
            status, answer = self.node.post_fhir(bundle(number))
            self.assertEqual(status, 200, answer)
            self.codes += [one["hcert"] for one in answer["issued"]]

    def chain(self, action, *more, datadir=None, expect=0):
        done = run("chain", action, "--datadir", datadir or self.node.datadir, *more)
        self.assertEqual(done.returncode, expect, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def head(self, node=None):
        return rpc((node or self.node).url, "eth_getBlockByNumber", "latest", False)

    def verify_all(self, node):
        done = run("verify", *node.client(), "--brief", "-", stdin="\n".join(self.codes))
        self.assertEqual(done.returncode, 0, done.stdout[-500:] + done.stderr[-500:])

    def test_check_export_and_backup_beside_a_running_node(self):
        report = json.loads(self.chain("check", "--json"))
        self.assertTrue(report["good"], report)
        self.assertEqual(report["headHash"], self.head()["hash"])

        blocks = self.folder / "blocks.rlp"
        self.chain("export", blocks)
        said = self.chain("import", blocks, "--dev", datadir=self.folder / "imported")
        self.assertIn(self.head()["hash"], said)
        said = self.chain("import", blocks, "--dev", datadir=self.folder / "imported")
        self.assertIn("0 blocks imported", said)

        self.chain("backup", self.folder / "backup")
        self.assertIn("must not exist", self.chain("backup", self.folder / "backup", expect=1))
        self.node.kill()
        shutil.rmtree(self.node.datadir / "chain")
        shutil.move(self.folder / "backup" / "chain", self.node.datadir / "chain")
        self.node.start()
        self.verify_all(self.node)

    def test_a_damaged_chain_is_repaired(self):
        before = self.head()
        self.node.kill()
        self.chain("check")
        blocks = int(before["number"], 16)
        moments = random.Random(20261122)
        self.flip_bits(moments)
        said = run("chain", "check", "--datadir", self.node.datadir)
        self.assertNotEqual(said.returncode, 0, said.stdout)
        said = self.chain("repair", "--dev")
        self.assertIn("repaired: head is block", said)
        self.chain("check")
        self.node.start()
        self.assertLessEqual(int(self.head()["number"], 16), blocks + 200)
        status, answer = self.node.post_fhir(bundle(99))
        self.assertEqual(status, 200, answer)
        self.codes = [one["hcert"] for one in answer["issued"]]
        self.verify_all(self.node)

    def flip_bits(self, moments):
        """In the newest log, which holds the newest blocks, past its middle."""
        logs = sorted((self.node.datadir / "chain").glob("*.log"), key=lambda p: p.stat().st_size)
        content = bytearray(logs[-1].read_bytes())
        at = len(content) * 2 // 3
        for _ in range(3):
            content[at + moments.randrange(1000)] ^= 1 << moments.randrange(8)
        logs[-1].write_bytes(content)

    def test_mistakes_are_named(self):
        self.assertIn("no chain is stored there", self.chain("check", datadir=self.folder, expect=1))
        self.assertIn("in_use", self.chain("repair", "--dev", expect=1))
        bad = self.folder / "bad.rlp"
        bad.write_text("hello")
        said = self.chain("import", bad, "--dev", datadir=self.folder / "new", expect=1)
        self.assertIn("transfer.not_a_block", said)
        said = self.chain("import", self.folder / "none", datadir=self.folder / "new", expect=1)
        self.assertIn("file.cannot_read", said)
        self.assertIn("chain.bad_range_asked", self.chain("export", "-", "--from", "99", expect=1))


if __name__ == "__main__":
    main()

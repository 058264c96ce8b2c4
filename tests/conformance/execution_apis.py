#!/usr/bin/env python3
"""The request and response files of ethereum/execution-apis as hive runs them: `salus chain import`
takes their chain, `salus serve --engine` serves it with the head that their consensus client chose,
and execution_apis_test (SALUS_EXECUTION_APIS_TEST) replays and judges every file over HTTP.

Answers 77 where the files are absent.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))
from engine_node import EngineNode  # noqa: E402
from harness import DATA, ROOT, run  # noqa: E402

FILES = DATA / "ethereum/execution-apis-chain"
JUDGE = ROOT / "build/release/tests/conformance/execution_apis_test"
BLOCKS = 54


def import_chain(node):
    done = run("chain", "import", str(FILES / "chain.rlp"), "--genesis", str(node.genesis),
               "--datadir", str(node.datadir))  # fmt: skip
    if done.returncode != 0:
        sys.exit(f"salus chain import: {done.stdout}{done.stderr}")


def main():
    if not FILES.is_dir():
        print(f"SKIPPED: the chain of execution-apis is absent at {FILES} (SALUS_TEST_DATA)")
        return 77
    genesis = json.loads((FILES / "genesis.json").read_text())
    node = EngineNode(genesis, ["--rpc.testing"], import_chain)
    try:
        chosen = json.loads((FILES / "headfcu.json").read_text())["params"]
        status = node.engine("engine_forkchoiceUpdatedV3", *chosen)["payloadStatus"]["status"]
        if status != "VALID" or int(node.head()["number"], 16) != BLOCKS:
            sys.exit(f"the head of the files is {status}: {node.head()['number']}")
        judge = os.environ.get("SALUS_EXECUTION_APIS_TEST", str(JUDGE))
        environment = {**os.environ, "SALUS_RPC_URL": node.url}
        return subprocess.run([judge, *sys.argv[1:]], env=environment, check=False).returncode
    finally:
        node.stop()


if __name__ == "__main__":
    sys.exit(main())

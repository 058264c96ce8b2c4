#!/usr/bin/env python3
"""Bulk issue: very many vaccinations from a table or FHIR files, whatever is killed meanwhile.

SALUS_BULK sets how many the test of kills issues (2,000; scripts/bulk takes 100,000).
"""

import csv
import http.server
import json
import os
import random
import signal
import subprocess
import tempfile
import threading
import time
import unittest
from pathlib import Path

from bulk_input import COLUMNS, resources, row, write_ndjson, write_table
from harness import BINARY, Node, main, rpc, run, wait_until

COUNT = int(os.environ.get("SALUS_BULK", "2000"))
KILLS = 3


def lines_of(path):
    return [json.loads(line) for line in Path(path).read_text().splitlines()]


def table_of(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class BulkCase(unittest.TestCase):
    extra = ()

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="salus-bulk-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.table = self.folder / "table.csv"
        self.node = Node(extra=self.extra)
        self.addCleanup(self.node.stop)

    def bulk(self, *arguments):
        return run("issue", *self.node.client(), "--json", "--bulk", *map(str, arguments))

    def issue(self, *arguments):
        done = self.bulk(*arguments)
        self.assertIn(done.returncode, (0, 1), done.stderr)
        return json.loads(done.stdout)

    def on_chain(self):
        topic = rpc(self.node.url, "web3_sha3", "0x" + b"Issued(address,bytes32,uint64)".hex())
        contract = self.node.status()["contracts"]["vaccinePassport"]
        found = []
        head = int(rpc(self.node.url, "eth_blockNumber"), 16)
        for number in range(head + 1):  # by receipts: one block may hold more logs than a query gives
            for receipt in rpc(self.node.url, "eth_getBlockReceipts", hex(number)):
                for log in receipt["logs"]:
                    if log["address"] == contract and log["topics"][0] == topic:
                        found.append((log["topics"][2], log["transactionHash"]))
        return found


class Bulk(BulkCase):
    def test_a_table_from_preview_to_certificates(self):
        write_table(self.table, 30)
        preview = self.issue(self.table, "--preview")
        self.assertEqual((preview["new"], preview["known"], preview["refused"]), (30, 0, 0))
        self.assertEqual(sum(entry["count"] for entry in preview["vaccines"]), 30)
        self.assertEqual(len(preview["first"]), 5)
        self.assertEqual(self.node.status()["certificates"]["issued"], 0)
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), ["table.csv"])

        done = self.issue(self.table)
        self.assertEqual((done["issued"], done["already"], done["refused"]), (30, 0, 0))
        certificates = lines_of(done["certificates"])
        self.assertEqual([c["id"] for c in certificates], [row(i)[0] for i in range(30)])
        self.assertEqual([c["line"] for c in certificates], list(range(2, 32)))
        self.assertEqual({c["commitment"] for c in certificates}, {c for c, _ in self.on_chain()})
        self.assertEqual(len({hash_ for _, hash_ in self.on_chain()}), 1, "one transaction")
        status, verdict = self.node.verify(certificates[0]["hcert"])
        self.assertEqual((status, verdict["overall"]), (0, "valid"))

    def test_fed_again_gives_the_first_certificates(self):
        write_table(self.table, 20)
        first = lines_of(self.issue(self.table)["certificates"])
        again = self.issue(self.table)  # its journal says that all is done
        self.assertEqual(again["issued"], 20)
        write_table(self.table, 25)  # the input has grown
        more = self.issue(self.table)
        self.assertEqual((more["issued"], more["already"]), (5, 20))
        both = {c["id"]: c["commitment"] for c in lines_of(more["certificates"])}
        for certificate in first:
            self.assertEqual(both[certificate["id"]], certificate["commitment"])
        self.assertEqual(len(self.on_chain()), 25)
        self.assertEqual(self.issue(self.table, "--preview")["known"], 25)

    def test_what_is_wrong_comes_back_to_be_mended(self):
        bad = [
            (3, 3, "1990-02-30", "birth_date", "primitive.format"),
            (5, 0, "", "id", "row.required"),
            (6, 5, "2199-01-01", "date", "date.future"),
            (8, 6, "cvs", "vaccine_system", "row.vaccine_system"),
            (9, 9, "second", "dose", "row.dose"),
        ]
        cells = [row(i) for i in range(12)]
        for number, column, value, _, _ in bad:
            cells[number][column] = value
        with open(self.table, "w", newline="") as out:
            table = csv.writer(out, delimiter=";")
            table.writerow(COLUMNS.split(","))
            table.writerows(cells[:11])
            out.write('"open;quote\n')
            table.writerow(cells[11])
        preview = self.issue(self.table, "--preview")
        self.assertEqual((preview["new"], preview["refused"]), (7, 6))
        done = self.issue(self.table)
        self.assertEqual((done["issued"], done["refused"]), (7, 6))
        errors = table_of(done["errors"])
        self.assertEqual(table_of(preview["errors"]), errors)
        for (number, _, _, column, rule), error in zip(bad, errors):
            self.assertEqual((error["error_column"], error["error_rule"]), (column, rule))
            self.assertTrue(error["error_message"].startswith(f"line {number + 2}: "), error)
        self.assertEqual(errors[5]["error_rule"], "csv.unclosed_quote")
        self.assertEqual(errors[5]["id"], '"open;quote')

        names = COLUMNS.split(",")
        for (number, column, _, _, _), error in zip(bad, errors):
            error[names[column]] = row(number)[column]
        mended = self.folder / "mended.csv"
        with open(mended, "w", newline="") as out:
            table = csv.DictWriter(out, errors[0].keys())
            table.writeheader()
            table.writerows(errors[:5])
        again = self.issue(mended)
        self.assertEqual((again["issued"], again["refused"]), (5, 0))
        self.assertEqual(len(self.on_chain()), 12)

    def test_one_identifier_never_gives_two_certificates(self):
        write_table(self.table, 3)
        self.issue(self.table)
        text = self.table.read_text()
        changed = self.folder / "changed.csv"
        changed.write_text(text.replace("LOT1", "LOTX"))
        done = self.issue(changed)
        self.assertEqual((done["issued"], done["already"], done["refused"]), (0, 2, 1))
        error = table_of(done["errors"])[0]
        self.assertEqual((error["error_column"], error["error_rule"]), ("id", "issue.identity_taken"))
        self.assertIn("revoke that certificate first: 0x", error["error_message"])
        twice = self.folder / "twice.csv"
        write_table(twice, 2, first=100)
        one, other = twice.read_text().splitlines()[1:]
        with open(twice, "a") as out:
            out.write(one + "\r\n" + other.replace("LOT", "NEW") + "\r\n")
        preview = self.issue(twice, "--preview")
        self.assertEqual((preview["new"], preview["repeated"], preview["refused"]), (2, 1, 1))

    def test_what_was_revoked_stays_revoked(self):
        write_table(self.table, 2)
        first = lines_of(self.issue(self.table)["certificates"])
        done = run("revoke", *self.node.client(), first[0]["commitment"], "--reason", "2")
        self.assertEqual(done.returncode, 0, done.stderr)
        (self.folder / "table.csv.journal").unlink()
        again = self.issue(self.table)
        self.assertEqual((again["issued"], again["already"], again["refused"]), (0, 1, 1))
        self.assertEqual(table_of(again["errors"])[0]["error_rule"], "issue.was_revoked")

    def test_fhir_files(self):
        paths = write_ndjson(self.folder, 12)
        with open(paths[0], "a") as out:
            lost = resources(90)[1]
            out.write(json.dumps(lost) + "\n")
            bad = resources(3)[1] | {"id": "bad", "status": "finished"}
            del bad["identifier"]
            out.write(json.dumps(bad) + "\n")
            bundle = [{"resource": resource} for resource in resources(50)]
            whole = {"resourceType": "Bundle", "type": "collection", "entry": bundle}
            out.write(json.dumps(whole) + "\nnot json\n")
        done = self.issue(*paths)
        self.assertEqual((done["issued"], done["refused"]), (13, 3))
        errors = lines_of_mixed(done["errors"])
        outcomes = [e for e in errors if isinstance(e, dict) and "issue" in e]
        rules = [o["issue"][0]["details"]["text"] for o in outcomes]
        self.assertEqual(rules, ["reference.unresolved", "binding.required", "json.malformed"])
        self.assertEqual(outcomes[0]["issue"][0]["expression"], ["Immunization.patient"])
        self.assertEqual(outcomes[1]["issue"][0]["expression"], ["Immunization.status"])
        self.assertIn("line 13", outcomes[0]["issue"][0]["diagnostics"])

        mended = self.folder / "mended.ndjson"
        text = Path(done["errors"]).read_text().replace('"finished"', '"completed"')
        patient = json.dumps(resources(90)[0])
        mended.write_text(text.replace("not json\n", patient + "\n"))
        again = self.issue(mended)
        self.assertEqual((again["issued"], again["refused"]), (2, 0))

    def test_refusals_that_concern_all(self):
        for text, rule in [
            ("", "table.no_header"),
            ("id,family,birth_date\n", "table.column_missing"),
            ("id,family,birth_date,date,shoe_size\n", "table.unknown_column"),
            ("id,family,birth_date,date,ID\n", "table.column_twice"),
        ]:
            self.table.write_text(text)
            done = self.bulk(self.table)
            self.assertEqual(done.returncode, 1)
            self.assertIn(rule, done.stderr)
        self.assertIn("bulk.input", self.bulk("/dev/stdin").stderr)
        other = self.folder / "other.ndjson"
        other.write_text("{}\n")
        write_table(self.table, 1)
        self.assertIn("bulk.mixed", self.bulk(self.table, other).stderr)
        self.assertEqual(len(self.on_chain()), 0)

    def test_nothing_is_written_over(self):
        write_table(self.table, 2)
        before = self.table.read_bytes()
        beside = str(self.folder / "." / "table.csv")
        for flag in ("--certificates", "--errors", "--journal"):
            done = self.bulk(self.table, flag, beside)
            self.assertEqual(done.returncode, 1)
            self.assertIn("bulk.output", done.stderr)
            self.assertEqual(self.table.read_bytes(), before)
        same = str(self.folder / "out")
        self.assertIn("bulk.output", self.bulk(self.table, "--errors", same, "--journal", same).stderr)
        notes = self.folder / "notes.txt"
        notes.write_text("mine\n")
        self.assertIn("bulk.no_journal", self.bulk(self.table, "--journal", notes).stderr)
        self.assertEqual(notes.read_text(), "mine\n")
        self.assertEqual(len(self.on_chain()), 0)

    def test_what_an_earlier_input_left_is_kept(self):
        write_table(self.table, 2)
        done = self.issue(self.table)
        first = Path(done["certificates"]).read_text()
        self.table.write_text(self.table.read_text().replace(row(1)[0], "VAC-OTHER"))
        again = self.issue(self.table)
        self.assertEqual((again["issued"], again["already"]), (1, 1))
        self.assertEqual(Path(done["certificates"] + ".1").read_text(), first)
        self.assertEqual(len(lines_of(again["certificates"])), 2)

    def test_one_deep_line_does_not_stop_the_others(self):
        patient, shot = resources(0)
        deep = "[" * 61 + "]" * 61
        lines = [json.dumps(patient), json.dumps(shot)[:-1] + f',"note":{deep}}}', json.dumps(shot)]
        source = self.folder / "deep.ndjson"
        source.write_text("\n".join(lines) + "\n")
        done = self.issue(source)
        self.assertEqual((done["issued"], done["refused"]), (1, 1))
        self.assertIn("json.too_deep", Path(done["errors"]).read_text())

    def test_a_suspended_key_stops_all_and_loses_nothing(self):
        write_table(self.table, 3)
        about = self.node.status()["hospital"]
        place = [about["account"], "--kid", about["kid"], *self.node.client(), "--dev"]
        done = run("authority", "suspend-key", *place)
        self.assertEqual(done.returncode, 0, done.stderr)
        stopped = self.bulk(self.table)
        self.assertEqual(stopped.returncode, 1)
        self.assertIn("bulk.stopped", stopped.stderr)
        self.assertFalse((self.folder / "table.csv.errors.csv").exists())
        self.assertEqual(run("authority", "reinstate-key", *place).returncode, 0)
        self.assertEqual(self.issue(self.table)["issued"], 3)

    def test_the_template_is_an_input(self):
        printed = run("issue", "--template")
        self.assertEqual(printed.returncode, 0)
        self.assertIn("birth_date*", printed.stderr)
        self.table.write_text(printed.stdout)
        self.assertEqual(self.issue(self.table)["issued"], 1)


class BusyNode(http.server.BaseHTTPRequestHandler):
    """Says ten times that it is busy, then issues."""

    refusals = 10

    def do_GET(self):
        account = "0x" + "11" * 20
        self.answer(200, {"genesis": "0x00", "contracts": {"vaccinePassport": account},
                          "hospital": {"account": account}})

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if BusyNode.refusals > 0:
            BusyNode.refusals -= 1
            self.answer(503, {"code": "http.busy", "detail": "Too many."})
            return
        issued = {"state": "issued", "commitment": "0x00", "hcert": "HC1:"}
        self.answer(200, {"results": [issued | {"item": i} for i in range(len(body["items"]))]})

    def answer(self, status, body):
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


class BulkOfABusyNode(unittest.TestCase):
    def test_it_is_waited_for(self):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), BusyNode)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        with tempfile.TemporaryDirectory(prefix="salus-bulk-") as folder:
            table = Path(folder) / "table.csv"
            write_table(table, 3)
            node = ["--node", f"http://127.0.0.1:{server.server_port}", "--token", "x", "--json"]
            stopped = run("issue", *node, "--wait", "0", "--bulk", str(table))
            self.assertEqual(stopped.returncode, 1)
            self.assertIn("node.busy", stopped.stderr)
            done = run("issue", *node, "--bulk", str(table))
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(json.loads(done.stdout)["issued"], 3)


def lines_of_mixed(path):
    out = []
    for line in Path(path).read_text().splitlines():
        try:
            out.append(json.loads(line))
        except ValueError:
            out.append(line)
    return out


class BulkKills(BulkCase):
    extra = ("--block-time", "1")

    def test_killed_three_times(self):
        """Client and node are killed in turn; in the end each record has one certificate."""
        moments = random.Random(int(os.environ.get("SALUS_SEED", "20261123")))
        write_table(self.table, COUNT)
        begin = time.monotonic()
        command = [str(BINARY), "issue", *self.node.client(), "--json", "--bulk", str(self.table)]
        if COUNT <= 10_000:
            command += ["--batch", "50", "--parallel", "3"]
        journal = Path(str(self.table) + ".journal")
        killed, marks = [], []
        for number in range(KILLS):
            client = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            goal = COUNT * (number + 1) // (KILLS + 1)
            wait_until(lambda: items_in(journal) >= goal, 600, "the bulk issue does not get on")
            time.sleep(moments.uniform(0.0, 0.7))
            self.assertIsNone(client.poll(), "all is issued before the last kill")
            victims = [("client",), ("node",), ("client", "node")][number]
            if "node" in victims:
                self.node.kill()
            if "client" in victims:
                client.send_signal(signal.SIGKILL)
                client.communicate()
            if "node" in victims:
                self.node.start()
            killed.append("+".join(victims))
            marks.append(items_in(journal))
            if "client" not in victims:  # it waits for the node and goes on
                here = items_in(journal)
                wait_until(lambda: items_in(journal) > here, 300, "the client did not go on")
                client.send_signal(signal.SIGKILL)
                client.communicate()
        done = self.issue(self.table)
        took = time.monotonic() - begin
        self.assert_whole(done)
        print(f"{COUNT} vaccinations, killed {killed} at {marks}: {took:.1f} s, of which the "
              f"restarts are a part; {done['issued']} new, {done['already']} known by identifier")

    def assert_whole(self, done):
        self.assertEqual(done["issued"] + done["already"], COUNT)
        self.assertEqual(done["refused"], 0)
        certificates = lines_of(done["certificates"])
        self.assertEqual([c["id"] for c in certificates], [row(i)[0] for i in range(COUNT)])
        wait_until(lambda: self.node.status()["certificates"]["pending"] == 0, 60, "pending rows")
        self.assertEqual(self.node.status()["certificates"]["issued"], COUNT)
        chain = [commitment for commitment, _ in self.on_chain()]
        self.assertEqual(len(chain), len(set(chain)))
        self.assertEqual(set(chain), {c["commitment"] for c in certificates})
        some = [c["hcert"] for c in certificates[:: max(1, COUNT // 200)]]
        checked = run("verify", *self.node.client(), "--brief", "-", stdin="\n".join(some))
        self.assertEqual(checked.returncode, 0, checked.stdout[-500:])


def items_in(journal):
    if not journal.exists():
        return 0
    marks = [line for line in journal.read_text().splitlines(keepends=True) if line.endswith("\n")]
    return json.loads(marks[-1])["items"] if len(marks) > 1 else 0


if __name__ == "__main__":
    main()

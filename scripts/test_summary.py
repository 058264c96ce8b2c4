#!/usr/bin/env python3
"""Adds up ctest's JUnit file and the JSON files of vitest and Playwright; names what was skipped, with its reason.

Usage: test_summary.py CTEST_XML NPM_JSON...
Exits 1 where a test failed or a file is missing.
"""

import json
import re
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path


def read_ctest(path):
    for case in ElementTree.parse(path).getroot().iter("testcase"):
        status = case.get("status")
        output = case.findtext("system-out") or ""
        if status == "fail":
            yield "failed", case.get("name"), ""
        elif status == "run":
            yield "passed", case.get("name"), ""
        else:
            yield "skipped", case.get("name"), skip_reason(output)


def skip_reason(output):
    """The message of GTEST_SKIP, or the first line that says SKIPPED."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    for i, line in enumerate(lines):
        if re.search(r": Skipped$", line) and i + 1 < len(lines):
            return lines[i + 1]
        if line.startswith("SKIPPED"):
            return line
    return "no reason given"


def read_playwright(suite):
    for spec in suite.get("specs", []):
        for test in spec["tests"]:
            kind = {"expected": "passed", "flaky": "passed", "skipped": "skipped"}.get(test["status"], "failed")
            reasons = [note.get("description", "") for note in test.get("annotations", [])]
            yield kind, spec["title"], " ".join(reasons)
    for inner in suite.get("suites", []):
        yield from read_playwright(inner)


def read_npm(path):
    report = json.loads(path.read_text())
    if "suites" in report:
        yield from read_playwright(report)
        return
    for file in report["testResults"]:
        for test in file["assertionResults"]:
            kind = {"passed": "passed", "failed": "failed"}.get(test["status"], "skipped")
            yield kind, test["fullName"], ""


def main():
    totals = {"passed": 0, "failed": 0, "skipped": 0}
    missing = 0
    for name in sys.argv[1:]:
        path = Path(name)
        if not path.exists():
            print(f"no report: {path}")
            missing += 1
            continue
        for kind, test, reason in read_ctest(path) if path.suffix == ".xml" else read_npm(path):
            totals[kind] += 1
            if kind != "passed":
                print(f"{kind.upper()} {test} {reason}".rstrip())
    print("{passed} passed, {failed} failed, {skipped} skipped".format(**totals))
    return 1 if totals["failed"] or missing else 0


if __name__ == "__main__":
    sys.exit(main())

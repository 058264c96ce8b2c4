#!/usr/bin/env python3
"""Runs clang-tidy over the C++ sources named on standard input, two at a time.

A source that was clean is not read again while its preprocessed text, the checks and clang-tidy
itself stay the same: clean results are kept in the user's cache folder.

Usage: ... | tidy_changed.py BUILD_FOLDER
"""

import concurrent.futures
import hashlib
import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

TIDY = "clang-tidy-14"
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "salus-tidy"


def commands(build):
    entries = json.loads((build / "compile_commands.json").read_text())
    return {Path(e["file"]).resolve(): e for e in entries}


def preprocessed(entry):
    words = shlex.split(entry["command"])
    out = words.index("-o")
    words = words[:out] + words[out + 2 :]
    words = [w for w in words if w != "-c"]
    while words and "=" in words[0] or words[0] in {"env", "ccache"}:
        words.pop(0)
    done = subprocess.run(
        [*words, "-E", "-P"], cwd=entry["directory"], capture_output=True, check=False
    )
    return done.stdout if done.returncode == 0 else None


def check(path, entry, build, salt):
    text = preprocessed(entry)
    key = hashlib.sha256(salt + path.read_bytes() + (text or b"")).hexdigest()
    if text is not None and (CACHE / key).exists():
        return True, ""
    done = subprocess.run(
        [TIDY, "-p", str(build), "--quiet", str(path)], capture_output=True, text=True, check=False
    )
    if done.returncode == 0 and text is not None:
        (CACHE / key).touch()
    return done.returncode == 0, done.stdout


def main():
    build = Path(sys.argv[1])
    CACHE.mkdir(parents=True, exist_ok=True)
    known = commands(build)
    salt = Path(".clang-tidy").read_bytes() + subprocess.check_output([TIDY, "--version"])
    paths = [Path(line.strip()).resolve() for line in sys.stdin if line.strip()]
    paths = [p for p in paths if p in known]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = [pool.submit(check, p, known[p], build, salt) for p in paths]
        for done, job in enumerate(jobs, 1):
            ok, text = job.result()
            failed += not ok
            if not ok:
                print(text)
            if done % 25 == 0:
                print(f"clang-tidy: {done} of {len(paths)}", file=sys.stderr)
    print(f"clang-tidy: {len(paths)} sources, {failed} with findings")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Checks the walls of the house; exits 1 and names every breach.

  1. Every #include of a room's header follows an arrow of tools/rooms.txt (transitively).
  2. No arrow circle, and no arrow that no include needs.
  3. Pure rooms include nothing that reads the world: no I/O, clock, randomness, threads, logging.
  4. Third-party headers stay in the rooms that own them.
  5. No file over 500 lines but those in tools/long_files.txt, which must still need it.
  6. Every room has a README of at most 10 lines.

Usage: walls.py [ROOT]
"""

import re
import sys
from pathlib import Path

MAX_LINES = 500
MAX_README_LINES = 10
PURE = {"evm", "state", "codec", "fhir", "rules", "consent"}
IMPURE_HEADERS = re.compile(
    r"base/(log|clock|random|thread_pool)\.hpp|fstream|iostream|filesystem|cstdio|stdio\.h|thread"
    r"|future|random|ctime|time\.h|condition_variable|sys/.*|unistd\.h|fcntl\.h"
)
# <chrono> itself is pure (calendars, durations); its clocks are not.
CLOCKS = re.compile(r"\b(system|steady|high_resolution|utc|tai|gps|file)_clock\b")
# A header prefix, and the rooms that may include it. Test files may include test frameworks.
VENDOR = {
    r"openssl/": {"crypto", "http"},  # http: TLS and entity tags
    r"secp256k1|sodium|gmp": {"crypto"},
    r"zlib\.h|cbor\.h|cbor/|qrencode\.h|png\.h|jpeglib\.h|ZXing/|boost/json": {"codec"},
    r"rocksdb/|sqlite3\.h": {"store"},
    r"boost/(asio|beast)": {"http"},
    r"spdlog/": {"base"},
    r"cairo/|pango/": {"print"},
    r"CLI/": {"app"},
}
TEST_FILE = re.compile(r"_test\.[ch]pp$|_fixture\.hpp$|(^|/)test_\w+\.hpp$|(^|/)testing/")
TEST_ONLY = re.compile(r"gtest/|gmock/|benchmark/")
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^">]+)[">]', re.M)
SOURCE_SUFFIXES = {".cpp", ".hpp", ".h", ".ts", ".vue", ".sol", ".mjs", ".sh", ".py"}
SKIPPED_FOLDERS = {"node_modules", "build", "dist", "artifacts", ".git"}


def read_rooms(root):
    arrows = {}
    for line in (root / "tools/rooms.txt").read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            room, uses = line.split(":", 1)
            arrows[room.strip()] = uses.split()
    return arrows


def reachable(room, arrows, seen=None):
    seen = set() if seen is None else seen
    for used in arrows.get(room, []):
        if used not in seen:
            seen.add(used)
            reachable(used, arrows, seen)
    return seen


def check_arrows(arrows):
    for room, uses in arrows.items():
        for used in uses:
            if used not in arrows:
                yield f"tools/rooms.txt: {room} uses unknown room {used}"
        if room in reachable(room, arrows):
            yield f"tools/rooms.txt: {room} reaches itself"


def sources(root, room):
    return sorted(p for p in (root / "src" / room).rglob("*") if p.suffix in {".cpp", ".hpp"})


def check_room(root, room, arrows):
    allowed = reachable(room, arrows) | {room, "base"}
    used = set()
    for path in sources(root, room):
        where = path.relative_to(root)
        is_test = bool(TEST_FILE.search(path.as_posix()))
        text = path.read_text()
        if room in PURE and not is_test and CLOCKS.search(text):
            yield f"{where}: pure room {room} reads a clock"
        for header in INCLUDE.findall(text):
            target = header.split("/")[0]
            if "/" in header and target in arrows:
                used.add(target)
                if target not in allowed:
                    yield f"{where}: {room} may not include {header} (no arrow to {target})"
            if room in PURE and not is_test and IMPURE_HEADERS.fullmatch(header):
                yield f"{where}: pure room {room} includes {header}"
            for pattern, owners in VENDOR.items():
                if re.match(pattern, header) and room not in owners and not is_test:
                    yield f"{where}: {header} belongs to {', '.join(sorted(owners))} alone"
            if (TEST_ONLY.match(header) or TEST_FILE.search(header)) and not is_test:
                yield f"{where}: product code includes the test header {header}"
    if sources(root, room):
        for arrow in arrows[room]:
            covered = reachable(arrow, arrows) | {arrow}
            if arrow != "base" and not covered & used:
                yield f"tools/rooms.txt: the arrow {room} -> {arrow} is no longer needed"


def check_readme(root, room):
    readme = root / "src" / room / "README.md"
    if not readme.exists():
        yield f"src/{room}: no README.md"
    elif len(readme.read_text().splitlines()) > MAX_README_LINES:
        yield f"src/{room}/README.md: over {MAX_README_LINES} lines"


def check_lengths(root):
    listed_file = root / "tools/long_files.txt"
    listed = set()
    if listed_file.exists():
        lines = listed_file.read_text().splitlines()
        listed = {line.split()[0] for line in lines if line.strip() and not line.startswith("#")}
    long_files = set()
    for path in sorted(root.rglob("*")):
        parts = path.relative_to(root).parts
        if SKIPPED_FOLDERS & set(parts) or path.suffix not in SOURCE_SUFFIXES or not path.is_file():
            continue
        if len(path.read_text(errors="replace").splitlines()) > MAX_LINES:
            long_files.add("/".join(parts))
    for name in sorted(long_files - listed):
        yield f"{name}: over {MAX_LINES} lines: two things in one file?"
    for name in sorted(listed - long_files):
        yield f"tools/long_files.txt: {name} is not over {MAX_LINES} lines (any more)"


def breaches(root):
    arrows = read_rooms(root)
    yield from check_arrows(arrows)
    present = {p.name for p in (root / "src").iterdir() if p.is_dir()}
    for room in sorted(present - set(arrows)):
        yield f"src/{room}: not in tools/rooms.txt"
    for room in sorted(set(arrows) - present):
        yield f"tools/rooms.txt: room {room} does not exist"
    for room in sorted(present & set(arrows)):
        yield from check_room(root, room, arrows)
        yield from check_readme(root, room)
    yield from check_lengths(root)


def main():
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent.parent).resolve()
    found = list(breaches(root))
    for breach in found:
        print(breach)
    print(f"walls: {len(found)} breaches" if found else "walls: clean")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

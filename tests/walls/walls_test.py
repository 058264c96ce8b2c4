#!/usr/bin/env python3
"""The walls script finds each kind of breach, and nothing in a house that has none."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "tools/walls.py"


class Walls(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.root = Path(self.folder.name)
        self.write("tools/rooms.txt", "base:\ncodec: base\nstore: base\nhttp: codec\n")
        for room in ("base", "codec", "store", "http"):
            self.write(f"src/{room}/README.md", f"# {room}\n")
        self.write("src/http/server.cpp", '#include "codec/json.hpp"\n')

    def tearDown(self):
        self.folder.cleanup()

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def run_walls(self):
        done = subprocess.run(
            [sys.executable, SCRIPT, self.root], capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout

    def assert_breach(self, text):
        code, out = self.run_walls()
        self.assertEqual(code, 1, out)
        self.assertIn(text, out)

    def test_a_sound_house_is_clean(self):
        self.assertEqual(self.run_walls(), (0, "walls: clean\n"))

    def test_an_include_without_an_arrow(self):
        self.write("src/codec/a.cpp", '#include "store/sql.hpp"\n')
        self.assert_breach("codec may not include store/sql.hpp")

    def test_an_arrow_that_nothing_needs(self):
        self.write("src/http/server.cpp", "int x;\n")
        self.assert_breach("the arrow http -> codec is no longer needed")

    def test_a_circle(self):
        self.write("tools/rooms.txt", "base:\ncodec: http\nstore:\nhttp: codec\n")
        self.assert_breach("codec reaches itself")

    def test_a_clock_in_a_pure_room(self):
        self.write("src/codec/a.cpp", "auto t = std::chrono::system_clock::now();\n")
        self.assert_breach("pure room codec reads a clock")

    def test_threads_in_a_pure_room(self):
        self.write("src/codec/a.cpp", "#include <thread>\n")
        self.assert_breach("pure room codec includes thread")

    def test_logging_in_a_pure_room(self):
        self.write("src/codec/a.cpp", '#include "base/log.hpp"\n')
        self.assert_breach("pure room codec includes base/log.hpp")

    def test_a_vendor_header_outside_its_room(self):
        self.write("src/http/server.cpp", '#include "codec/a.hpp"\n#include <sodium.h>\n')
        self.assert_breach("sodium.h belongs to crypto alone")

    def test_a_test_header_in_the_product(self):
        self.write("src/store/a.cpp", "#include <gtest/gtest.h>\n")
        self.assert_breach("product code includes the test header gtest/gtest.h")

    def test_a_test_world_in_the_product(self):
        self.write("src/store/a.cpp", '#include "store/testing/faulty.hpp"\n')
        self.assert_breach("product code includes the test header store/testing/faulty.hpp")

    def test_test_files_may_include_test_headers(self):
        self.write("src/store/world_test.hpp", "#include <gtest/gtest.h>\n")
        self.write("src/store/testing/faulty.hpp", "#include <gtest/gtest.h>\n")
        self.assertEqual(self.run_walls(), (0, "walls: clean\n"))

    def test_a_long_file_and_a_stale_exception(self):
        self.write("src/store/a.cpp", "//\n" * 501)
        self.assert_breach("src/store/a.cpp: over 500 lines")
        self.write("tools/long_files.txt", "src/store/a.cpp a table\nsrc/store/b.cpp gone\n")
        self.assert_breach("src/store/b.cpp is not over 500 lines")

    def test_a_room_that_no_line_names(self):
        self.write("src/attic/README.md", "# attic\n")
        self.assert_breach("src/attic: not in tools/rooms.txt")

    def test_a_room_without_a_short_readme(self):
        self.write("src/store/README.md", "x\n" * 11)
        self.assert_breach("src/store/README.md: over 10 lines")


if __name__ == "__main__":
    unittest.main()

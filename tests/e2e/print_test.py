#!/usr/bin/env python3
"""A certificate on paper: what poppler says of the PDF, and its code read out of the page's picture."""

import json
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from bulk_input import resources
from harness import BINARY, Node, http, main, run

TITLES = {
    "ar": "شهادة تطعيم",
    "zh": "疫苗接种证书",
    "en": "Vaccination certificate",
    "fr": "Certificat de vaccination",
    "ru": "Сертификат о вакцинации",
    "es": "Certificado de vacunación",
}
DPI = 150  # of a middling office scanner


def output_of(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


class Print(unittest.TestCase):
    def setUp(self):
        if shutil.which("pdftoppm") is None:
            raise unittest.SkipTest("SKIPPED: poppler-utils (pdftoppm) is absent")
        folder = tempfile.TemporaryDirectory(prefix="salus-print-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.node = Node(extra=["--hospital.name", "Klinikum Musterstadt"])
        self.addCleanup(self.node.stop)
        entry = [{"resource": resource} for resource in resources(0)]
        bundle = {"resourceType": "Bundle", "type": "collection", "entry": entry}
        status, answer = self.node.post_fhir(bundle)
        self.assertEqual(status, 200, answer)
        self.code = answer["issued"][0]["hcert"]

    def post(self, **body):
        return http("POST", self.node.url + "/api/v1/print", {"code": self.code} | body)

    def test_every_language_and_layout(self):
        for language, title in TITLES.items():
            for layout in ("sheet", "card"):
                with self.subTest(language=language, layout=layout):
                    status, pdf = self.post(language=language, layout=layout)
                    self.assertEqual(status, 200)
                    path = self.folder / f"{language}-{layout}.pdf"
                    path.write_bytes(pdf)
                    self.assert_good(path, title, language)

    def assert_good(self, path, title, language):
        text = " ".join(output_of("pdftotext", str(path), "-").split())
        for expected in (title, "Zoë Müßig-Ångström", "1950-01-01", "Comirnaty", "1/2"):
            self.assertIn(expected, text)
        fonts = output_of("pdffonts", str(path)).splitlines()[2:]
        self.assertGreaterEqual(len(fonts), 2)
        for font in fonts:  # … encoding, emb, sub, uni, object, ID
            self.assertEqual(font.split()[-5:-2], ["yes", "yes", "yes"], font)
        about = output_of("pdfinfo", str(path))
        self.assertIn(title, about)
        self.assertRegex(about, r"Pages: +1\n")
        self.assertRegex(about, r"Tagged: +yes")
        self.assertRegex(about, r"A4")
        self.assertIn(f"/Lang ({language})".encode(), path.read_bytes())
        self.assertNotIn(b"/Subtype /Image", path.read_bytes(), "the code is drawn, not a picture")
        page = path.with_suffix("")
        output_of("pdftoppm", "-r", str(DPI), "-png", "-singlefile", str(path), str(page))
        done = run("verify", *self.node.client(), "--json", f"{page}.png")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout)[0]["overall"], "valid")

    def test_without_a_node(self):
        code = self.folder / "code.txt"
        code.write_text(self.code + "\n")
        out = self.folder / "out.pdf"
        done = run("print", str(code), "--language", "ar", "--layout", "card", "--out", str(out))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assert_good(out, TITLES["ar"], "ar")
        refused = run("print", "HELLO", "--out", str(out))
        self.assertEqual(refused.returncode, 1)
        code.write_text("HELLO\n")
        refused = run("print", str(code), "--out", str(out))
        self.assertIn("structure.not_ours", refused.stderr)

    def test_a_long_name_stands_whole(self):
        patient, shot = resources(0)
        family = "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh-Cholmondeley"
        patient["name"] = [{"family": family, "given": ["Hubert Blaine Adolph Charles David"]}]
        shot["identifier"] = [{"value": "long-name"}]
        entry = [{"resource": resource} for resource in (patient, shot)]
        _, answer = self.node.post_fhir({"resourceType": "Bundle", "type": "collection",
                                         "entry": entry})
        self.code = answer["issued"][0]["hcert"]
        for layout in ("sheet", "card"):
            path = self.folder / "long.pdf"
            path.write_bytes(self.post(language="ar", layout=layout)[1])
            text = "".join(output_of("pdftotext", str(path), "-").split())
            self.assertIn(family.replace("-", ""), text.replace("-", ""), layout)  # poppler joins lines

    def test_letters_that_no_font_has(self):
        fonts, own = self.folder / "fonts.conf", self.folder / "fonts"
        own.mkdir()
        fonts.write_text(f"<?xml version='1.0'?><!DOCTYPE fontconfig SYSTEM 'fonts.dtd'>"
                         f"<fontconfig><dir>{own}</dir><cachedir>{own}</cachedir></fontconfig>")
        out = self.folder / "out.pdf"
        done = subprocess.run(
            [BINARY, "print", self.code, "--language", "zh", "--out", out], text=True,
            capture_output=True, check=False, env={**os.environ, "FONTCONFIG_FILE": str(fonts)})
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("print.no_font", done.stderr)
        self.assertFalse(out.exists())

    def test_refusals(self):
        self.assertEqual(self.post(language="de")[0], 400)
        self.assertEqual(self.post(layout="poster")[0], 400)
        status, body = self.post(code="HELLO")
        self.assertEqual((status, json.loads(body)["code"]), (422, "structure.not_ours"))


if __name__ == "__main__":
    main()

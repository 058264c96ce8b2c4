#!/usr/bin/env python3
"""Writes src/consent/codes/*.csv as the C++ tables that consent/folder_tables.hpp declares.

usage: folder_tables.py FOLDER OUT.cpp

types.csv: the folder of each FHIR resource type. kinds.csv: other folders for some of a type, by a
code in it. codes.csv: codes that put a resource into a sensitive folder, whatever its type. There an
ICD-10 code stands for all below it, or is a range of such ("F10-F19"), and one that ends with * is a
prefix. Every row names its source.
"""
import csv
import pathlib
import sys

FOLDERS = {"substance-use", "mental-health", "sexual-health", "reproductive", "genetics",
           "particulars", "claims", "documents", "conditions", "medication", "procedures",
           "encounters", "laboratory", "imaging", "vitals", "vaccinations", "emergency", "audit"}
SYSTEMS = {
    "SCT": "http://snomed.info/sct",
    "LOINC": "http://loinc.org",
    "ATC": "http://www.whocc.no/atc",
    "RXNORM": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "ICD-10": "ICD-10",
    "LABEL": "http://terminology.hl7.org/CodeSystem/v3-ActCode",
    "WORD": "WORD",
    "OBS-CATEGORY": "http://terminology.hl7.org/CodeSystem/observation-category",
    "V2-0074": "http://terminology.hl7.org/CodeSystem/v2-0074",
}


def text(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def rows_of(path: pathlib.Path) -> list[dict]:
    with path.open(encoding="utf-8", newline="") as lines:
        out = list(csv.DictReader(lines))
    for row in out:
        if None in row or None in row.values() or not all(row.values()):
            sys.exit(f"{path}: a row lacks a field: {row}")
        if row["folder"] not in FOLDERS:
            sys.exit(f"{path}: no such folder: {row}")
        if row.get("system", "SCT") not in SYSTEMS:
            sys.exit(f"{path}: unknown code system: {row}")
        row["enum"] = "Folder::" + row["folder"].replace("-", "_")
    return out


def code_row(row: dict) -> tuple[bool, list[str]]:
    """Whether the row is a pattern, and its sort key: system, first and last code."""
    system, code = row["system"], row["code"]
    if system == "ICD-10":
        first, _, last = code.partition("-")
        return True, [system, first, last or first]
    if code.endswith("*"):
        return True, [SYSTEMS[system], code[:-1], code[:-1]]
    return False, [SYSTEMS[system], code, ""]


def table(struct: str, name: str, rows: list[list[str]]) -> list[str]:
    out = [f"namespace {{\nconstexpr {struct} k_{name}[] = {{"]
    out += ["    {" + ", ".join(row) + "}," for row in rows]
    return out + [f"}};\n}} // namespace\nstd::span<const {struct}> {name}() {{\n"
                  f"    return k_{name};\n}}\n"]


def main() -> None:
    folder, target = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    types = sorted(rows_of(folder / "types.csv"), key=lambda row: row["type"])
    kinds = sorted(rows_of(folder / "kinds.csv"),
                   key=lambda row: (row["type"], SYSTEMS[row["system"]], row["code"]))
    exact, patterns = [], []
    for row in rows_of(folder / "codes.csv"):
        is_pattern, key = code_row(row)
        (patterns if is_pattern else exact).append((key, row))
    for rows in (exact, patterns):
        rows.sort(key=lambda pair: pair[0])
        for before, after in zip(rows, rows[1:]):
            if before[0] == after[0]:
                sys.exit(f"codes.csv: twice: {after[1]}")
    out = ["// Made by tools/folder_tables.py from src/consent/codes. Not to be edited.",
           '#include "consent/folder_tables.hpp"', "", "namespace salus::consent {", ""]
    out += table("TypeRow", "type_rows", [[text(r["type"]), r["enum"]] for r in types])
    out += table("KindRow", "kind_rows",
                 [[text(r["type"]), text(SYSTEMS[r["system"]]), text(r["code"]), r["enum"]]
                  for r in kinds])
    out += table("CodeRow", "code_rows",
                 [[text(k[0]), text(k[1]), r["enum"], text(r["name"])] for k, r in exact])
    out += table("PatternRow", "pattern_rows",
                 [[text(k[0]), text(k[1]), text(k[2]), r["enum"], text(r["name"])]
                  for k, r in patterns])
    out.append("} // namespace salus::consent\n")
    target.write_text("\n".join(out), encoding="utf-8")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Writes src/fhir/codes/*.csv as the C++ tables that fhir/made_tables.hpp declares.

usage: code_tables.py FOLDER OUT.cpp

Each row struct has the members of the table's header but `source`, all texts; rows are in the order
of their system and code, for binary search. A short name of a code system becomes its URI.
"""
import csv
import pathlib
import sys

SYSTEMS = {
    "SCT": "http://snomed.info/sct",
    "LOINC": "http://loinc.org",
    "CVX": "http://hl7.org/fhir/sid/cvx",
    "ATC": "http://www.whocc.no/atc",
    "ICD-11": "http://id.who.int/icd/release/11/mms",
    "PREQUAL": "http://smart.who.int/pcmt-vaxprequal/CodeSystem/PreQualProductIds",
}
# table: row struct. The order of members is that of the header.
TABLES = {
    "answers": "AnswerRow",
    "diseases": "DiseaseRow",
    "holders": "HolderRow",
    "products": "ProductRow",
    "tests": "TestRow",
    "vaccines": "VaccineRow",
}


def text(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def rows_of(path: pathlib.Path) -> list[list[str]]:
    out = []
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if None in row or None in row.values():
                sys.exit(f"{path}: a row has not as many fields as the header: {row}")
            if not row.pop("source"):
                sys.exit(f"{path}: a row without source: {row}")
            if "system" in row:
                if row["system"] not in SYSTEMS:
                    sys.exit(f"{path}: unknown code system {row['system']}")
                row["system"] = SYSTEMS[row["system"]]
            out.append(list(row.values()))
    return sorted(out)


def main() -> None:
    folder, target = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    out = ["// Made by tools/code_tables.py from src/fhir/codes. Not to be edited.",
           '#include "fhir/made_tables.hpp"', "", "namespace salus::fhir {", ""]
    for table, struct in TABLES.items():
        rows = rows_of(folder / f"{table}.csv")
        out.append(f"namespace {{\nconstexpr {struct} k_{table}[] = {{")
        out += ["    {" + ", ".join(text(field) for field in row) + "}," for row in rows]
        out.append(f"}};\n}} // namespace\nstd::span<const {struct}> made_{table}_table() {{\n"
                   f"    return k_{table};\n}}\n")
    out.append("} // namespace salus::fhir\n")
    target.write_text("\n".join(out), encoding="utf-8")


if __name__ == "__main__":
    main()

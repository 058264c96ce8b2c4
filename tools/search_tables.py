#!/usr/bin/env python3
"""Writes src/gateway/search/parameters.csv as the C++ table of gateway/search_parameters.hpp.

usage: search_tables.py PARAMETERS.csv TYPES.csv OUT.cpp

A row: types (blank between; * for all), name, kind, path, target. TYPES.csv has a column `type` with
all resource types of R4, so that a row of another type is found here.
"""
import csv
import pathlib
import sys

KINDS = {"number", "date", "string", "token", "reference", "quantity", "uri"}


def main() -> None:
    source, types_file, target = (pathlib.Path(name) for name in sys.argv[1:4])
    with types_file.open(encoding="utf-8", newline="") as lines:
        known = {row["type"] for row in csv.DictReader(lines)} | {"*"}
    rows = {}
    with source.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if None in row or None in row.values() or not (row["path"] and row["name"]):
                sys.exit(f"{source}: a row lacks a field: {row}")
            if row["kind"] not in KINDS or not row["path"].isascii():
                sys.exit(f"{source}: no such kind: {row}")
            for name in row["types"].split() + row["target"].split():
                if name not in known:
                    sys.exit(f"{source}: no type of R4: {name}")
            for name in row["types"].split():
                key = (name, row["name"])
                if key in rows:
                    sys.exit(f"{source}: twice: {key}")
                rows[key] = row
    out = ["// Made by tools/search_tables.py from src/gateway/search/parameters.csv. Not to be edited.",
           '#include "gateway/search_parameters.hpp"', "", "namespace salus::gateway {", "",
           "namespace {", "constexpr SearchParameter kParameters[] = {"]
    for (resource, name), row in sorted(rows.items()):
        out.append(f'    {{"{resource}", "{name}", ParameterKind::{row["kind"]}, '
                   f'"{row["path"]}", "{row["target"]}"}},')
    out += ["};", "} // namespace", "", "std::span<const SearchParameter> search_parameters() {",
            "    return kParameters;", "}", "", "} // namespace salus::gateway", ""]
    target.write_text("\n".join(out), encoding="utf-8")


if __name__ == "__main__":
    main()

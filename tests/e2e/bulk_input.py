"""Made-up people and vaccinations for bulk issue: tables (CSV) and FHIR bulk files (ndjson)."""

import csv
import json

FAMILIES = ["Müßig-Ångström", "O'Neil", "Nguyễn", "Ivanova", "García, López", "Smith", "Çelik"]
GIVENS = ["Zoë", "Ada Maria", "Bo", "Ольга", "Jean-Luc", "Fatima"]
VACCINES = [  # system, code, SNOMED CT of the disease, doses
    ("cvx", "208", "840539006", 2),
    ("cvx", "207", "840539006", 2),
    ("cvx", "140", "6142004", 1),
    ("cvx", "37", "16541001", 1),
    ("atc", "J07BC01", "66071002", 3),
]
SYSTEMS = {"cvx": "http://hl7.org/fhir/sid/cvx", "atc": "http://www.whocc.no/atc"}
COLUMNS = "id,family,given,birth_date,gender,date,vaccine_system,vaccine,disease,dose,doses,lot"


def row(number):
    """The cells of one vaccination: the same number gives the same."""
    system, code, disease, doses = VACCINES[number % len(VACCINES)]
    return [
        f"BULK-{number:07}",
        FAMILIES[number % len(FAMILIES)],
        GIVENS[number % len(GIVENS)],
        f"19{50 + number % 50}-{1 + number % 12:02}-{1 + number % 28:02}",
        ["female", "male", "other", "unknown"][number % 4],
        f"202{number % 5}-{1 + number // 7 % 12:02}-{1 + number // 3 % 28:02}",
        system,
        code,
        disease,
        1 + number % doses,
        doses,
        f"LOT{number % 997}",
    ]


def write_table(path, count, first=0):
    with open(path, "w", encoding="utf-8-sig", newline="") as out:
        table = csv.writer(out)
        table.writerow(COLUMNS.split(","))
        table.writerows(row(number) for number in range(first, first + count))


def resources(number):
    """The same vaccination as FHIR: a Patient and an Immunization that refers to it."""
    id_, family, given, born, gender, date, system, code, disease, dose, doses, lot = row(number)
    patient = {
        "resourceType": "Patient",
        "id": f"p{number}",
        "name": [{"family": family, "given": given.split()}],
        "birthDate": born,
        "gender": gender,
    }
    immunization = {
        "resourceType": "Immunization",
        "id": f"i{number}",
        "identifier": [{"system": "urn:example:bulk", "value": id_}],
        "status": "completed",
        "vaccineCode": {"coding": [{"system": SYSTEMS[system], "code": code}]},
        "patient": {"reference": f"Patient/p{number}"},
        "occurrenceDateTime": date,
        "lotNumber": lot,
        "protocolApplied": [
            {
                "targetDisease": [
                    {"coding": [{"system": "http://snomed.info/sct", "code": disease}]}
                ],
                "doseNumberPositiveInt": dose,
                "seriesDosesPositiveInt": doses,
            }
        ],
    }
    return patient, immunization


def write_ndjson(folder, count):
    """Patients behind the Immunizations that refer to them, in a file of their own."""
    paths = [folder / "Immunization.ndjson", folder / "Patient.ndjson"]
    with open(paths[0], "w") as shots, open(paths[1], "w") as people:
        for number in range(count):
            patient, immunization = resources(number)
            people.write(json.dumps(patient, ensure_ascii=False) + "\n")
            shots.write(json.dumps(immunization) + "\n")
    return paths

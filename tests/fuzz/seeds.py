#!/usr/bin/env python3
"""Lays out seeds for the fuzz targets from the official suites.

Usage: seeds.py OUT_DIR [--credentials]
OUT_DIR/TARGET/ gets one small file a seed, once for each place of the data: $SALUS_TEST_DATA, by
default ../shared/data beside the repository. Where that is absent, only the seeds that need none
are written. --credentials: none of Ethereum's suites, which take a minute to unpack.
"""

import base64
import hashlib
import itertools
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

MAX_SEED = 20_000
MOST = 400  # of one target

POINT = b"0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"

SENTENCES = {
    "http": [
        b"\x00GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"\x00POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello",
        b"\x00POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
        b"\x00GET /a HTTP/1.1\r\nHost: localhost\r\n\r\nGET /b HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"\x01Origin: http://localhost\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n",
        b"\x02\x81\x85abcd\x09\x07\x0f\x08\x0e",  # "hello", masked
        b"\x02\x01\x82abcd\x09\x0b\x80\x81abcd\x00",  # in two frames
        b"\x02\x89\x80abcd\x88\x82abcd\x62\x8a",  # ping, close 1000
        b"\x02\x82\x81abcd\x00",  # binary
        b"\x02\x81\x84aaaa\x0c\x00\x0f\x18",  # "many"
        b"\x02\x81\xfe\x20\x00abcd" + bytes(8192),  # over the limit
        b"\x02\x81\x83aaaa\x03\x18\x04",  # "bye"
    ],
    "consent": [
        # Canonical JSON (docs/consent.md): a grant, a node's copy, an emergency, a request, a resource.
        b'{"access":"read","dependant":"0x%s","folders":[{"epoch":9,"key":"0x%s","name":"vitals",'
        b'"salt":"0x%s"}],"from":1,"grantee":"0x%s","granteeKey":"0x%s","grantor":"0x%s","guardian":'
        b'"0x%s","patient":"0x%s","purpose":"TREAT","records":["77777777-7777-7777-7777-777777777777"],'
        b'"salt":"0x%s","until":2,"version":1}'
        % (b"99" * 20, POINT, b"44" * 16, b"33" * 20, POINT, b"22" * 20, b"aa" * 20, b"11" * 32, b"66" * 32),
        b'{"access":"read write","folders":[{"epoch":9,"key":"0x%s","nameHash":"0x%s"}],"from":1,'
        b'"grantee":"0x%s","granteeKey":"0x%s","grantor":"0x%s","patient":"0x%s","purpose":"COC",'
        b'"records":[],"salt":"0x%s","until":2,"version":1}'
        % (POINT, b"44" * 32, b"33" * 20, POINT, b"22" * 20, b"11" * 32, b"66" * 32),
        b'{"account":"0x%s","custodians":["0x%s"],"delay":60,"epoch":3,"key":"0x%s","patient":"0x%s",'
        b'"salt":"0x%s","threshold":1,"version":1,"window":3600}'
        % (b"22" * 20, b"33" * 20, POINT, b"11" * 32, b"66" * 32),
        b'{"access":"read","askedAt":1,"asker":"0x%s","askerKey":"0x%s","askerName":"A","expiresAt":2,'
        b'"folders":["claims"],"from":1,"id":"77777777-7777-7777-7777-777777777777","kind":"insurer",'
        b'"patient":"0x%s","purpose":"HPAYMT","reason":"b","records":[],"until":2,"version":1}'
        % (b"22" * 20, POINT, b"11" * 32),
        b'{"resourceType":"Condition","code":{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10-cm",'
        b'"code":"F10.20"},{"system":"http://www.whocc.no/atc","code":"N05AX"}],"text":"HIV"}}',
    ],
    "csv": [
        b"id,family,birth_date\r\n1,Example,1990-05-17\r\n",
        b'\xef\xbb\xbfid;family\n"1";"two\r\nlines, ""quoted"""\n\n2;x',
        b'id\tfamily\r1\t"open\r2\tx\r',
        b'a,b\n"closed"x,1\n1,2,3\n\xff,\x00\n',
        b'""\n\n"",""\n,',
    ],
    "mrz": [  # the specimens of ICAO 9303 parts 4 to 7 and 11
        b"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10",
        b"I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<",
        b"I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6",
        b"V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL8988901C4XXX4009078F96121096ZE184226B<<<<<<",
        b"V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nL8988901C4XXX4009078F9612109<<<<<<<<",
        b"I<UTOD23145890<7349<<<<<<<<<<<\n3407127M9507122UTO<<<<<<<<<<<2\nSTEVENSON<<PETER<JOHN<<<<<<<<<",
    ],
}


def unpack(archive, out):
    subprocess.run(["tar", "--zstd", "-xf", str(archive), "-C", str(out)], check=True)


def raw(text):
    return bytes.fromhex(text.removeprefix("0x"))


def cases(folder):
    """Every named case of every small JSON file below a folder, in an order that mixes them."""
    files = [path for path in folder.rglob("*.json") if path.stat().st_size < 400_000]
    for path in sorted(files, key=lambda it: hashlib.sha1(it.name.encode()).digest())[:300]:
        try:
            content = json.loads(path.read_text())
        except ValueError:
            continue
        if isinstance(content, dict):
            yield from ((name, case) for name, case in content.items() if isinstance(case, dict))


def bytes_of(value):
    """Hexadecimal strings at any depth."""
    if isinstance(value, str) and value.startswith("0x") and len(value) % 2 == 0:
        try:
            yield raw(value)
        except ValueError:
            return
    elif isinstance(value, dict):
        for item in value.values():
            yield from bytes_of(item)
    elif isinstance(value, list):
        for item in value:
            yield from bytes_of(item)


def of_state_tests(folder):
    for name, case in cases(folder):
        yield "statetest", json.dumps({name: case}, separators=(",", ":")).encode()
        for posts in case.get("post", {}).values():
            for post in posts if isinstance(posts, list) else []:
                if "txbytes" in post:
                    yield "transaction", raw(post["txbytes"])
                    yield "rlp", raw(post["txbytes"])


def of_block_tests(folder):
    for name, case in cases(folder):
        yield "statetest", json.dumps({name: case}, separators=(",", ":")).encode()
        yield "genesis", json.dumps({"config": {}, "alloc": case.get("pre", {})}).encode()
        for block in case.get("blocks", []):
            for target in ("block", "import", "rlp"):
                yield target, raw(block["rlp"])


def of_engine_tests(folder):
    for _, case in cases(folder):
        for payload in case.get("engineNewPayloads", []):
            for parameter in payload["params"]:
                yield "engine", json.dumps(parameter, separators=(",", ":")).encode()


def of_small_suites(folder):
    for path in folder.rglob("*.json"):
        content = json.loads(path.read_text())
        if "RLPTests" in path.parts:
            for data in bytes_of(content):
                yield "rlp", data
                yield "trie", data
        if "GenesisTests" in path.parts:
            yield "genesis", path.read_bytes()


def of_requests(folder):
    for path in folder.rglob("*.io"):
        for line in path.read_text().splitlines():
            if line.startswith(">> "):
                yield "rpc", line[3:].encode()
            for word in line.split('"'):  # the nodes of proofs
                if word.startswith("0xf") and len(word) > 60 and len(word) % 2 == 0:
                    yield "trie", raw(word)


def of_certlogic(folder):
    """Expressions with data, of CertLogic's suites and of the rules of countries."""

    def pair(expression, data):
        return json.dumps([expression, data], separators=(",", ":")).encode()

    for path in sorted((folder / "certlogic").rglob("*estSuite/*.json")):
        for case in json.loads(path.read_text())["cases"]:
            expression = case.get("certLogicExpression")
            for assertion in case.get("assertions", [{}]):
                own = assertion.get("certLogicExpression", expression)
                yield "certlogic", pair(own, assertion.get("data"))
    for path in sorted((folder / "eu-business-rules").rglob("rule.json")):
        logic = json.loads(path.read_text())["Logic"]
        for test in sorted(path.parent.glob("tests/*.json"))[:2]:
            case = json.loads(test.read_text())
            case["external"].pop("valueSets", None)
            yield "certlogic", pair(logic, {k: case[k] for k in ("payload", "external")})


def of_health_cards(folder):
    for path in sorted(folder.glob("smart-health-cards-*/**/*")):
        if path.suffix in (".txt", ".json", ".smart-health-card") and path.is_file():
            yield "jws", path.read_bytes()


def of_trust(folder):
    """What is imported, and what was signed (kept beside this file)."""
    for path in sorted((Path(__file__).parent / "trust").iterdir()):
        yield "trust", path.read_bytes()
    for path in sorted(folder.glob("eu-dgc-testdata/*/2DCode/raw/1.json")):
        context = json.loads(path.read_text())["TESTCTX"]
        certificate = context.get("CERTIFICATE", "")
        if certificate.startswith("MI"):
            yield "trust", base64.b64decode(certificate)
            entry = {"country": path.parts[-4], "certificateType": "DSC", "rawData": certificate}
            yield "trust", json.dumps([entry]).encode()
    for path in sorted(folder.glob("smart-health-cards-*/**/*.json")):
        if path.stat().st_size < MAX_SEED and '"keys"' in path.read_text(errors="replace"):
            yield "trust", path.read_bytes()


def of_dgc(folder):
    """Each step of the EU's certificates, from the picture down to the CBOR."""
    for path in sorted(folder.glob("eu-dgc-testdata/*/2DCode/raw/*.json")):
        case = json.loads(path.read_text())
        text = case.get("PREFIX") or ""
        yield "hcert", text.encode()
        yield "codec", json.dumps(case.get("JSON") or {}, ensure_ascii=False).encode()
        yield "base45", (case.get("BASE45") or "").encode()
        for target, field in (("deflate", "COMPRESSED"), ("cose", "COSE"), ("cose", "CBOR")):
            try:
                yield target, bytes.fromhex(case.get(field) or "")
            except ValueError:
                continue  # cases of the corpus that are meant to be broken
        if len(text) < 400:
            yield "image", b"\x01" + text.encode()
    for path in sorted(folder.glob("eu-dgc-testdata/*/2DCode/raw/1.json")):
        picture = json.loads(path.read_text()).get("2DCODE") or ""
        yield "image", base64.b64decode(picture)


def of_fhir(folder):
    for path in sorted((folder / "r4-examples").glob("*.json")):
        yield "fhir", path.read_bytes()
        yield "consent", path.read_bytes()


def of_sd_jwt():
    """Payloads with their disclosures: flat, in a list, one within the other, and as a text."""

    def b64(data):
        return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

    def disclosure(*parts):
        return b64(json.dumps(list(parts)).encode())

    def digest(text):
        return b64(hashlib.sha256(text.encode()).digest())

    name, item = disclosure("s1", "name", "Example"), disclosure("s2", {"code": "836374004"})
    inner = disclosure("s3", "family", "Example")
    outer = disclosure("s4", "person", {"_sd": [digest(inner)]})
    flat = {"iss": "a", "_sd": [digest(name)], "_sd_alg": "sha-256"}
    for payload, shown in (
        (flat, [name]),
        ({"doses": [{"...": digest(item)}, 1], "_sd_alg": "sha-256"}, [item]),
        ({"_sd": [digest(outer)], "_sd_alg": "sha-256"}, [outer, inner]),
    ):
        yield "\n".join([json.dumps(payload), *shown]).encode()
        header = b64(json.dumps({"alg": "ES256", "typ": "dc+sd-jwt"}).encode())
        jwt = ".".join([header, b64(json.dumps(payload).encode()), b64(bytes(64))])
        yield "~".join([jwt, *shown, ""]).encode()


def write(out, target, data, counts):
    if not data or len(data) > MAX_SEED or counts.get(target, 0) >= MOST:
        return
    counts[target] = counts.get(target, 0) + 1
    folder = out / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / hashlib.sha1(data).hexdigest()).write_bytes(data)


def of_ethereum(data, out, counts):
    archives = {
        "state-eest-osaka": of_state_tests,
        "blockchain-legacy-cancun": of_block_tests,
        "small-suites": of_small_suites,
        "execution-apis": of_requests,
        "engine-benchmark-eest": of_engine_tests,
    }
    for name, reader in archives.items():
        archive = data / f"{name}.tar.zst"
        if not archive.exists():
            print(f"no seeds from {name}: {archive} is absent")
            continue
        with tempfile.TemporaryDirectory() as folder:
            unpack(archive, folder)
            for target, seed in reader(Path(folder)):
                write(out, target, seed, counts)
    genesis = data / "execution-apis-chain" / "genesis.json"
    if genesis.exists():
        write(out, "genesis", genesis.read_bytes(), counts)


def main():
    beside = Path(__file__).resolve().parents[2] / ".." / "shared" / "data"
    root, out = Path(os.environ.get("SALUS_TEST_DATA") or beside), Path(sys.argv[1])
    mark, source = out / ".source", str(root) if root.exists() else "no data"
    if mark.exists() and mark.read_text() == source:
        return
    counts = {}
    for target, seeds in {**SENTENCES, "sd_jwt": of_sd_jwt()}.items():
        for seed in seeds:
            write(out, target, seed, counts)
    if "--credentials" not in sys.argv:
        of_ethereum(root / "ethereum", out, counts)
    credentials = root / "credentials"
    for target, seed in itertools.chain(
        of_certlogic(credentials),
        of_health_cards(credentials),
        of_trust(credentials),
        of_dgc(credentials),
        of_fhir(root / "fhir"),
    ):
        write(out, target, seed, counts)
    mark.write_text(source)
    print(", ".join(f"{target} {count}" for target, count in sorted(counts.items())), "seeds")


if __name__ == "__main__":
    main()

"""Starts the built program and an Ethereum node of other make, and speaks to them as a user would.

Environment: SALUS_BINARY (the program), SALUS_ANVIL (anvil), SALUS_TEST_DATA (third-party data).
"""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("SALUS_BINARY", ROOT / "build/release/src/app/salus"))
ANVIL = Path(os.environ.get("SALUS_ANVIL", ROOT / "node_modules/.bin/anvil"))
DATA = Path(os.environ.get("SALUS_TEST_DATA", ROOT.parent / "shared/data"))
DEMO = ROOT / "demo"
START_SECONDS = 120


def require(path, what):
    """Skips the test by name where something that cannot be shipped is absent."""
    if not Path(path).exists():
        raise unittest.SkipTest(f"SKIPPED: {what} is absent at {path}")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def http(method, url, body=None, headers=None, timeout=60):
    """(status, body bytes); an error status is an answer, not an exception."""
    data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, method=method, headers=headers or {})
    if data is not None and "Content-Type" not in (headers or {}):
        request.add_header("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def rpc(url, method, *params):
    _, body = http("POST", url, {"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
    answer = json.loads(body)
    if "error" in answer:
        raise RuntimeError(answer["error"])
    return answer["result"]


def wait_until(condition, seconds, what):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.05)
    raise TimeoutError(what)


class Anvil:
    def __init__(self, chain_id=31337):
        require(ANVIL, "anvil")
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = subprocess.Popen(
            [str(ANVIL), "--port", str(self.port), "--chain-id", str(chain_id), "--silent"],
            stdout=subprocess.DEVNULL,
        )
        wait_until(self.answers, 30, "anvil did not start")

    def answers(self):
        with contextlib.suppress(OSError, RuntimeError):
            return rpc(self.url, "eth_chainId") is not None
        return False

    def stop(self):
        self.process.terminate()
        self.process.wait(10)


class PostgresDatabase:
    """A database of its own on the server that ctest's fixture `postgres` started."""

    def __init__(self, purpose="e2e"):
        server = Path(os.environ.get("SALUS_POSTGRES_URL_FILE", ""))
        require(server if server.is_file() else "/PostgreSQL", "the PostgreSQL server of ctest")
        words = dict(word.split("=") for word in server.read_text().split())
        self.host, self.user = words["host"], words["user"]
        self.name = f"salus_{purpose}_{os.getpid()}"
        self.url = f"postgresql://{self.user}@/{self.name}?host={self.host}"
        self.run("createdb")

    def run(self, program, *arguments):
        subprocess.run([program, "-h", self.host, "-U", self.user, *arguments, self.name], check=True)

    def query(self, sql):
        self.run("psql", "-q", "-v", "ON_ERROR_STOP=1", "-c", sql)

    def drop(self):
        self.run("dropdb")


class Node:
    """`salus serve --dev` in a folder of its own."""

    answers = "/readiness"  # the path that says 200 when it has started
    environment = None  # of its own, instead of the test's

    def __init__(self, eth_rpc=None, datadir=None, extra=(), port=None, answers="/readiness"):
        require(BINARY, "the salus program")
        self.owns_datadir = datadir is None
        self.datadir = Path(datadir or tempfile.mkdtemp(prefix="salus-e2e-"))
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.arguments = ["serve", "--dev", "--datadir", str(self.datadir)]
        self.arguments += ["--http.port", str(self.port), *extra]
        if eth_rpc:
            self.arguments += ["--eth-rpc", eth_rpc]
        self.log = open(self.datadir / "serve.log", "ab")
        self.process = None
        self.answers = answers
        try:
            self.start()
        except (RuntimeError, TimeoutError):
            self.stop()
            raise

    def start(self, ready_within=START_SECONDS):
        self.process = subprocess.Popen(
            [str(BINARY), *self.arguments], stderr=self.log, env=self.environment
        )
        wait_until(self.ready, ready_within, "salus serve did not become ready")

    def ready(self):
        if self.process.poll() is not None:
            raise RuntimeError("salus serve stopped:\n" + self.log_text()[-3000:])
        with contextlib.suppress(OSError):
            return http("GET", self.url + self.answers, timeout=2)[0] == 200
        return False

    def log_text(self):
        return (self.datadir / "serve.log").read_text(errors="replace")

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop_process(self):
        """As stop(); start() takes it up again."""
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(30)

    def stop(self):
        self.stop_process()
        self.log.close()
        if self.owns_datadir:
            shutil.rmtree(self.datadir, ignore_errors=True)

    def status(self):
        return json.loads(http("GET", self.url + "/api/v1/status")[1])

    def token(self):
        return (self.datadir / "api-token").read_text().strip()

    def client(self):
        return ["--node", self.url, "--datadir", str(self.datadir)]

    def issue(self, *paths):
        """The parsed output of `salus issue --json`."""
        done = run("issue", *self.client(), "--json", "--fhir", *map(str, paths))
        if done.returncode not in (0, 1) or not done.stdout:
            raise RuntimeError(done.stderr)
        return json.loads(done.stdout)

    def post_fhir(self, resource, timeout=60):
        headers = {"Authorization": "Bearer " + self.token()}
        status, body = http("POST", self.url + "/api/v1/issue", resource, headers, timeout)
        return status, json.loads(body)

    def verify(self, code):
        """(exit status, verdict) of `salus verify --json -`."""
        return verdict_of(run("verify", *self.client(), "--json", "-", stdin=code))


def run(*arguments, stdin=None, timeout=600):
    return subprocess.run(
        [str(BINARY), *arguments],
        input=stdin,
        text=True,
        capture_output=True,
        timeout=timeout,
        check=False,
    )


def verdict_of(done):
    if not done.stdout:
        raise RuntimeError(f"salus verify printed nothing ({done.returncode}): {done.stderr}")
    return done.returncode, json.loads(done.stdout)[0]


def check(verdict, name):
    """One check of a verdict, as (outcome, code)."""
    for entry in verdict["checks"]:
        if entry["name"] == name:
            return entry["outcome"], entry.get("code")
    raise KeyError(name)


def immunizations(path):
    resource = json.loads(Path(path).read_text())
    entries = [entry["resource"] for entry in resource.get("entry", [])] or [resource]
    return [r for r in entries if r.get("resourceType") == "Immunization"]


class Commands:
    """The program's commands, for a test case."""

    def done(self, *arguments):
        out = run(*map(str, arguments))
        self.assertEqual(out.returncode, 0, out.stderr)
        return out.stdout

    def refused(self, *arguments):
        out = run(*map(str, arguments))
        self.assertEqual(out.returncode, 1, out.stdout)
        return out.stderr


SKIPPED_STATUS = 77  # what ctest takes for "skipped"


def main():
    """Runs the classes named on the command line; 77 where every test was skipped."""
    done = unittest.main(module="__main__", exit=False, verbosity=2)
    for test, reason in done.result.skipped:
        print(f"{reason} ({test.id()})")
    if not done.result.wasSuccessful():
        raise SystemExit(1)
    if done.result.testsRun <= len(done.result.skipped):  # a whole class skipped runs no test
        raise SystemExit(SKIPPED_STATUS)

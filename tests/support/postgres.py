#!/usr/bin/env python3
"""Starts and stops a PostgreSQL server for the tests.

Usage: postgres.py start|stop FOLDER
It listens on a socket in a folder of its own alone, and forgets everything when it stops. FOLDER/url
says how to open it. PostgreSQL refuses to run as root: it then runs as the user that Debian's package
made. Where there is no PostgreSQL, nothing is started, and the tests skip by name.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path


def programs():
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda it: int(it.parent.name))
    return folders[-1] if folders else None


def as_server(command):
    """The command, run by a user that PostgreSQL accepts."""
    if os.geteuid() == 0:
        command = ["runuser", "-u", "postgres", "--", *command]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")


def start(folder):
    stop(folder)
    binaries = programs()
    if binaries is None:
        print("SKIPPED: PostgreSQL is absent; install the package postgresql")
        return
    home = Path(tempfile.mkdtemp(prefix="salus-pg-"))  # short: a socket's path has 107 bytes
    if os.geteuid() == 0:
        os.chown(home, pwd.getpwnam("postgres").pw_uid, -1)
    data = home / "data"
    as_server([str(binaries / "initdb"), "-D", str(data), "-A", "trust", "-U", "salus",
               "-E", "UTF8", "--no-sync", "--data-checksums"])
    as_server([str(binaries / "pg_ctl"), "-D", str(data), "-w", "-l", str(home / "log"),
               "-o", f"-k {home} -c listen_addresses='' -c max_connections=200", "start"])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "home").write_text(str(home))
    (folder / "url").write_text(f"host={home} user=salus dbname=postgres")


def stop(folder):
    if not (folder / "home").exists():
        return
    home = Path((folder / "home").read_text())
    if (home / "data" / "postmaster.pid").exists():
        as_server([str(programs() / "pg_ctl"), "-D", str(home / "data"), "-m", "immediate", "stop"])
    shutil.rmtree(home, ignore_errors=True)
    shutil.rmtree(folder)


{"start": start, "stop": stop}[sys.argv[1]](Path(sys.argv[2]))

"""What the black-box tests share: an office in a temporary folder, its programs, and a TAP runner.

Tests start the real programs, speak to the real socket and read the real journal. Nothing here
waits for a fixed time: wait_for() waits for a condition, with a deadline."""
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIN = os.path.join(TOP, os.environ.get("B", "build"), "bin")

# A file system namespace of a program's own; an ordinary user needs a user namespace for it too.
OWN_MOUNTS = ["unshare", "-m" if os.geteuid() == 0 else "-rm"]

CONFIG = """
[office]
name = อบต. ทดสอบ
hours = always
[kiosk]
state-dir = {dir}/state
socket = {dir}/sock
[service general]
prefix = A
title.th = งานทั่วไป
title.en = General
standard-minutes = 10
[service tax]
prefix = B
title.th = ภาษี
title.en = Tax
standard-minutes = 5
[counter 1]
services = general
[counter 2]
services = tax general
"""


def wait_for(condition, what, seconds=10):
    """Returns the first true value of condition(); fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError("waited %s s for %s" % (seconds, what))
        time.sleep(0.01)


class Connection:
    """One connection to kioskd's socket."""

    def __init__(self, path):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(20)
        self.sock.connect(path)
        self.file = self.sock.makefile("rb")
        self.id = 0
        self.events = []

    def send_raw(self, data):
        self.sock.sendall(data)

    def read(self):
        line = self.file.readline()
        if not line:
            raise EOFError("kioskd closed the connection")
        return json.loads(line)

    def ask(self, do, **arguments):
        self.id += 1
        self.send_raw(json.dumps(dict(arguments, id=self.id, do=do)).encode() + b"\n")
        while True:
            message = self.read()
            if "event" in message:
                self.events.append(message)
            else:
                assert message.get("id") == self.id, message
                return message

    def event(self, kind=None):
        """The next event, or the next one of a kind."""
        while True:
            message = self.events.pop(0) if self.events else self.read()
            if kind is None or message["event"] == kind:
                return message

    def close(self):
        self.file.close()
        self.sock.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Office:
    """A temporary folder with a configuration and whatever programs were started on it."""

    def __init__(self, config=CONFIG, extra=""):
        self.dir = tempfile.mkdtemp(prefix="khiosk-")
        self.config = os.path.join(self.dir, "khiosk.ini")
        self.socket = os.path.join(self.dir, "sock")
        self.journal = os.path.join(self.dir, "state", "khiosk.db")
        self.processes = []
        os.mkdir(os.path.join(self.dir, "state"))
        with open(self.config, "w") as file:
            file.write(config.format(dir=self.dir) + extra.format(dir=self.dir))

    def start(self, program, *options, env=None, stdin=subprocess.DEVNULL, prefix=()):
        """Starts a program; its stderr goes to a file that log() reads."""
        log = open(os.path.join(self.dir, program + ".log"), "ab")
        process = subprocess.Popen(
            [*prefix, os.path.join(BIN, program), "-c", self.config, *options],
            stdin=stdin, stdout=log, stderr=log, env=dict(os.environ, **(env or {})), cwd=self.dir)
        log.close()
        self.processes.append(process)
        return process

    def log(self, program):
        with open(os.path.join(self.dir, program + ".log"), errors="replace") as file:
            return file.read()

    def start_kioskd(self, *options, **more):
        process = self.start("kioskd", *options, **more)
        wait_for(lambda: self.answers() or process.poll() is not None, "kioskd to answer")
        assert process.poll() is None, self.log("kioskd")
        return process

    def answers(self):
        try:
            with Connection(self.socket):
                return True
        except OSError:
            return False

    def connect(self):
        return Connection(self.socket)

    def ctl(self, *words, check=True):
        """Runs queuectl --json; returns its answer (a dict), or (status, stdout, stderr)."""
        done = subprocess.run([os.path.join(BIN, "queuectl"), "-c", self.config, "--json", *words],
                              capture_output=True, text=True, timeout=120, cwd=self.dir)
        if not check:
            return done.returncode, done.stdout, done.stderr
        assert done.returncode == 0, (words, done.returncode, done.stdout, done.stderr)
        return json.loads(done.stdout)

    def sql(self, query, *arguments):
        with sqlite3.connect("file:%s?mode=ro" % self.journal, uri=True) as db:
            return db.execute(query, arguments).fetchall()

    def stop(self, process, how=signal.SIGTERM):
        if process.poll() is None:
            process.send_signal(how)
        process.wait(20)
        if process in self.processes:
            self.processes.remove(process)
        return process.returncode

    def close(self):
        for process in list(self.processes):
            self.stop(process, signal.SIGKILL)
        shutil.rmtree(self.dir, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class TapResult(unittest.TestResult):
    count = 0

    def line(self, good, test, note=""):
        self.count += 1
        print("%s %d - %s%s" % ("ok" if good else "not ok", self.count, test, note), flush=True)

    def addSuccess(self, test):
        self.line(True, test)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.line(True, test, " # SKIP " + reason)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err:
            self.line(False, subtest)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        print(self.failures[-1][1])
        self.line(False, test)

    def addError(self, test, err):
        super().addError(test, err)
        print(self.errors[-1][1])
        self.line(False, test)


def main():
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])
    result = suite.run(TapResult())
    print("1..%d" % result.count)
    sys.exit(0 if result.wasSuccessful() else 1)

"""Keys 1 to 9 of standard input as buttons: a terminal, a pipe, nothing at all."""
import json
import os
import pty
import select
import signal
import socket
import struct
import subprocess
import termios
import unittest

import harness
from harness import wait_for

KEYS = """
[gpio]
chip = keys
[button general]
line = 1
press = ticket general
long-press = ticket general --priority
[button tax]
line = 2
press = ticket tax
"""


class Keys(unittest.TestCase):
    def setUp(self):
        self.office = harness.Office(extra=KEYS)
        self.addCleanup(self.office.close)

    def open_terminal(self):
        self.master, self.terminal = pty.openpty()
        self.addCleanup(os.close, self.terminal)
        self.addCleanup(lambda: os.close(self.master))

    def wait_tickets(self, *tickets):
        wait_for(lambda: [row[0] for row in self.office.sql(
            "SELECT ticket FROM event WHERE kind='issued' ORDER BY seq")] == list(tickets),
            "tickets %s" % " ".join(tickets))

    def answers(self):
        self.assertTrue(self.office.ctl("status")["ok"])

    def trouble(self):
        return self.office.ctl("status").get("buttons", "")

    def busy(self, process):
        """Processor time used so far, in clock ticks."""
        with open("/proc/%d/stat" % process.pid) as file:
            return sum(int(value) for value in file.read().rsplit(")", 1)[1].split()[11:13])

    def test_pipe(self):
        kioskd = self.office.start_kioskd(stdin=subprocess.PIPE)
        kioskd.stdin.write(b"2x1")
        kioskd.stdin.flush()
        self.wait_tickets("B001", "A001")
        kioskd.stdin.write(b"222")
        kioskd.stdin.close()
        wait_for(lambda: self.office.sql("SELECT 1 FROM event WHERE kind='discarded'"),
                 "the discarded event")
        ((data,),) = self.office.sql("SELECT data FROM event WHERE kind='discarded'")
        self.assertEqual(json.loads(data)["count"], 3)
        before = self.busy(kioskd)
        for _ in range(20):
            self.answers()
        self.assertLess(self.busy(kioskd) - before, 50, "the end of a pipe keeps it busy")
        self.assertEqual(self.office.stop(kioskd), 0)

    def test_a_flood_of_other_keys(self):
        with subprocess.Popen(["yes", "x"], stdout=subprocess.PIPE) as flood:
            self.addCleanup(flood.kill)
            self.office.start_kioskd(stdin=flood.stdout)
            self.assertEqual(self.office.ctl("ticket", "general")["ticket"], "A001")
            flood.kill()

    def test_no_standard_input(self):
        kioskd = self.office.start_kioskd()
        self.assertEqual(self.trouble(), "")
        self.assertEqual(self.office.stop(kioskd), 0)

    def test_press_from_a_window(self):
        self.office.start_kioskd()
        with self.office.connect() as connection:
            self.assertTrue(connection.ask("press", line="2")["ok"])
            self.wait_tickets("B001")
            self.assertFalse(connection.ask("press", line="7")["ok"])

    def test_terminal(self):
        self.open_terminal()
        before = termios.tcgetattr(self.terminal)
        kioskd = self.office.start_kioskd(stdin=self.terminal, prefix=("setsid", "--ctty"))
        wait_for(lambda: not termios.tcgetattr(self.terminal)[3] & termios.ICANON, "the terminal")
        os.write(self.master, b"1")
        self.wait_tickets("A001")
        self.assertEqual(select.select([self.master], [], [], 0)[0], [], "keys are not echoed")
        os.write(self.master, b"\x03")
        self.assertEqual(kioskd.wait(10), 0, "Ctrl-C ends it")
        self.assertEqual(termios.tcgetattr(self.terminal), before)

    def test_terminal_that_hangs_up(self):
        self.open_terminal()
        kioskd = self.office.start_kioskd(stdin=self.terminal, prefix=("setsid",))
        os.write(self.master, b"1")
        self.wait_tickets("A001")
        nothing = os.open("/dev/null", os.O_RDONLY)
        os.dup2(nothing, self.master)
        os.close(nothing)
        wait_for(lambda: not self.trouble(), "no trouble once there is no terminal", 15)
        self.assertEqual(self.office.ctl("ticket", "tax")["ticket"], "B001")
        self.assertEqual(self.office.stop(kioskd), 0)

    def test_background_of_a_terminal(self):
        self.open_terminal()
        shell = ("setsid", "--ctty", "sh", "-c", 'set -m; "$@" & read go; fg', "sh")
        process = self.office.start("kioskd", stdin=self.terminal, prefix=shell)
        wait_for(self.office.answers, "kioskd in the background to answer")
        with self.office.connect() as connection:
            peer = connection.sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
            kioskd = struct.unpack("3i", peer)[0]
        self.addCleanup(lambda: process.poll() is None and os.kill(kioskd, signal.SIGKILL))
        self.assertIn("not in the foreground", self.trouble())
        self.assertEqual(self.office.ctl("ticket", "tax")["ticket"], "B001")
        os.write(self.master, b"go\n")
        wait_for(lambda: not self.trouble(), "its turn on the terminal", 15)
        os.write(self.master, b"1")
        self.wait_tickets("B001", "A001")
        os.write(self.master, b"\x03")
        process.wait(10)


if __name__ == "__main__":
    harness.main()

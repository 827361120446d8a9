"""What `make run` runs: systemd/foreground.sh, in a copy of the checkout, so that nobody's build/run
is touched."""
import fcntl
import json
import os
import pty
import shutil
import signal
import subprocess
import tempfile
import termios
import unittest

import harness
from harness import wait_for

PROGRAMS = ("kioskd", "queuectl", "printerd", "displayd")
INSTALLED = os.path.exists("/etc/khiosk/khiosk.ini")


def session_members(session):
    """Processes of a session, by pid, with their names; zombies are gone."""
    members = {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/stat" % pid) as file:
                head, _, rest = file.read().rpartition(")")
        except OSError:
            continue
        fields = rest.split()
        if int(fields[3]) == session and fields[0] != "Z":
            members[int(pid)] = head.partition("(")[2]
    return members


class Checkout:
    """A copy of what foreground.sh needs, and the runs of it."""

    def __init__(self):
        self.top = tempfile.mkdtemp(prefix="khiosk-run-")
        for folder in ("build/bin", "config", "systemd"):
            os.makedirs(os.path.join(self.top, folder))
        for program in PROGRAMS:
            shutil.copy(os.path.join(harness.BIN, program), self.path("build/bin"))
        for file in ("config/demo.ini", "systemd/foreground.sh"):
            shutil.copy(os.path.join(harness.TOP, file), self.path(file))
        self.runs = []

    def path(self, name):
        return os.path.join(self.top, name)

    def run(self, *options, stdin="terminal", ready=True):
        run = Run(self, options, stdin)
        self.runs.append(run)
        if ready:
            wait_for(lambda: "queuectl" in run.output() or run.ended(), "the banner")
            assert not run.ended(), run.output()
        return run

    def ctl(self, *words):
        """queuectl as a second terminal has it: no -c, in the checkout."""
        return subprocess.run([self.path("build/bin/queuectl"), *words], capture_output=True,
                              text=True, timeout=30, cwd=self.top)

    def tickets(self):
        folder = self.path("build/run/tickets")
        return sorted(name.partition("_")[2] for name in os.listdir(folder)
                      if not name.startswith(".")) if os.path.isdir(folder) else []

    def wait_for_tickets(self, *names):
        wait_for(lambda: set(names) <= set(self.tickets()), "tickets %s" % (names,))

    def close(self):
        for run in self.runs:
            run.close()
        shutil.rmtree(self.top)


class Run:
    def __init__(self, checkout, options, stdin):
        self.log = open(checkout.path("log-%d" % len(checkout.runs)), "w+b")
        self.master = self.slave = -1
        environment = dict(os.environ, SDL_VIDEODRIVER="dummy")
        environment.pop("B", None)
        command = ["systemd/foreground.sh", *options]
        claim = None
        if stdin == "terminal":
            self.master, self.slave = pty.openpty()
            stdin = self.slave

            def claim():
                fcntl.ioctl(0, termios.TIOCSCTTY, 0)
        elif stdin == "closed":
            command = ["bash", "-c", 'exec "$0" "$@" <&-', *command]
            stdin = None
        self.before = self.terminal()
        self.process = subprocess.Popen(command, cwd=checkout.top, env=environment, stdin=stdin,
                                        stdout=self.log, stderr=self.log, start_new_session=True,
                                        preexec_fn=claim)

    def terminal(self):
        return termios.tcgetattr(self.slave) if self.slave >= 0 else None

    def type(self, keys):
        os.write(self.master, keys)

    def output(self):
        self.log.seek(0)
        return self.log.read().decode(errors="replace")

    def ended(self):
        return self.process.poll() is not None

    def members(self):
        return session_members(self.process.pid)

    def pid_of(self, program):
        return next(pid for pid, name in self.members().items() if name == program)

    def wait(self):
        """Its exit status, once all of its session is gone."""
        status = self.process.wait(20)
        wait_for(lambda: not self.members(), "everything to be gone")
        return status

    def close(self):
        for pid in self.members():
            os.kill(pid, signal.SIGKILL)
        self.process.wait(20)
        if self.process.stdin:
            self.process.stdin.close()
        for fd in (self.master, self.slave):
            if fd >= 0:
                os.close(fd)
        self.log.close()


class TestRun(unittest.TestCase):
    def setUp(self):
        self.checkout = Checkout()
        self.addCleanup(self.checkout.close)

    def test_keys_in_a_terminal_and_ctrl_c(self):
        run = self.checkout.run()
        self.assertIn("1  ticket general\n", run.output())
        self.assertIn("Tickets: build/run/tickets", run.output())
        run.type(b"1")
        self.checkout.wait_for_tickets("A001.pdf", "A001.png")
        run.type(b"5")
        wait_for(lambda: self.counter(1).get("ticket") == "A001", "key 5 to call")
        wait_for(lambda: os.path.exists(self.checkout.path("build/run/screen.png")), "the picture")
        self.assertIn("screen.png", run.output())
        run.type(b"\x03")
        self.assertEqual(run.wait(), 0, run.output())
        self.assertEqual(run.terminal(), run.before)
        self.assertFalse(os.path.exists(self.checkout.path("build/run/kioskd.sock")))

    def counter(self, number):
        done = subprocess.run([self.checkout.path("build/bin/queuectl"), "-c", "config/demo.ini",
                               "--json", "status"], cwd=self.checkout.top, capture_output=True)
        return next(counter for counter in json.loads(done.stdout)["counters"]
                    if counter["counter"] == number)

    def test_the_next_run_goes_on_with_the_numbers(self):
        for number in ("A001", "A002"):
            run = self.checkout.run()
            run.type(b"1")
            self.checkout.wait_for_tickets(number + ".png")
            run.type(b"\x03")
            self.assertEqual(run.wait(), 0, run.output())
        self.assertEqual(self.checkout.tickets(),
                         ["A001.pdf", "A001.png", "A002.pdf", "A002.png"])

    @unittest.skipIf(INSTALLED, "/etc/khiosk/khiosk.ini exists, queuectl means that office")
    def test_queuectl_of_the_checkout_needs_no_option(self):
        self.checkout.run(stdin=subprocess.DEVNULL)
        for words, answer in ((("ticket", "general"), "A001"), (("next", "1"), "A001"),
                              (("recall", "1"), "A001"), (("noshow", "1"), "A001"),
                              (("status",), "counter 1")):
            done = self.checkout.ctl(*words)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertIn(answer, done.stdout)

    @unittest.skipIf(INSTALLED, "/etc/khiosk/khiosk.ini exists, it comes first")
    def test_default_configuration(self):
        def check(folder):
            done = subprocess.run([self.checkout.path("build/bin/kioskd"), "--check-config"],
                                  capture_output=True, text=True, cwd=folder)
            return done.returncode, done.stdout + done.stderr
        self.assertEqual(check(self.checkout.top),
                         (0, "config/demo.ini: the configuration is good\n"))
        for folder in "/", self.checkout.path("config"):
            status, text = check(folder)
            self.assertEqual(status, 2)
            self.assertIn("cannot read the configuration /etc/khiosk/khiosk.ini", text)
        os.remove(self.checkout.path("config/demo.ini"))
        self.assertEqual(check(self.checkout.top)[0], 2)

    def test_without_a_terminal(self):
        for stdin in (subprocess.DEVNULL, "closed"):
            run = self.checkout.run(stdin=stdin)
            self.assertIn("there is no terminal here", run.output())
            self.assertNotIn("rror", run.output())
            run.process.terminate()
            self.assertEqual(run.wait(), 0, run.output())

    def test_keys_from_a_pipe(self):
        run = self.checkout.run(stdin=subprocess.PIPE)
        run.process.stdin.write(b"12")
        run.process.stdin.flush()
        self.checkout.wait_for_tickets("A001.png", "B001.png")
        run.process.stdin.close()
        run.process.terminate()
        self.assertEqual(run.wait(), 0, run.output())

    def test_options_win_over_the_demo(self):
        run = self.checkout.run("-o", "printer.to=folder:build/run/elsewhere")
        self.assertIn("Tickets: build/run/elsewhere", run.output())
        run.type(b"1")
        wait_for(lambda: os.path.isdir(self.checkout.path("build/run/elsewhere")) and
                 len(os.listdir(self.checkout.path("build/run/elsewhere"))) == 2, "the ticket")
        self.assertEqual(self.checkout.tickets(), [])

    def test_a_second_run_says_that_one_is_running(self):
        first = self.checkout.run()
        second = self.checkout.run(ready=False)
        self.assertEqual(second.wait(), 1)
        self.assertIn("running already", second.output())
        self.assertFalse(first.ended())

    def test_a_kioskd_that_cannot_start(self):
        run = self.checkout.run("-o", "gpio.chip=", ready=False)
        self.assertEqual(run.wait(), 1)
        self.assertIn("kioskd does not start", run.output())
        self.assertIn("gpio.chip", run.output())

    def test_a_program_that_dies_ends_the_run(self):
        for program in ("printerd", "displayd", "kioskd"):
            run = self.checkout.run()
            wait_for(lambda: program in run.members().values(), program)
            os.kill(run.pid_of(program), signal.SIGKILL)
            self.assertEqual(run.wait(), 1, run.output())
            self.assertIn("%s has ended by itself" % program, run.output())
            self.assertEqual(run.terminal(), run.before)

    def test_nothing_outlives_a_killed_script(self):
        run = self.checkout.run(stdin=subprocess.DEVNULL)
        wait_for(lambda: "displayd" in run.members().values(), "displayd")
        run.process.kill()
        run.wait()


if __name__ == "__main__":
    harness.main()

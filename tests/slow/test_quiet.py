"""What the screen costs: wake-ups in a quiet minute, frames of a call, memory."""
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "live"))
import harness  # noqa: E402
from harness import wait_for  # noqa: E402

from test_display import EXTRA, Screen, needs_x  # noqa: E402

needs_strace = unittest.skipUnless(shutil.which("strace"), "strace is not installed")


class Cost(unittest.TestCase):
    def setUp(self):
        self.office = harness.Office(extra=EXTRA)
        self.addCleanup(self.office.close)
        self.office.start_kioskd()

    def start(self, *options, env=None):
        return self.office.start("displayd", *options, env=env)

    def trace(self, display, calls):
        """Attaches strace; returns a function that ends it and gives its lines."""
        path = os.path.join(self.office.dir, "trace")
        tracer = subprocess.Popen(["strace", "-f", "-e", "trace=" + calls, "-o", path, "-p",
                                   str(display.pid)], stderr=subprocess.PIPE, text=True)
        line = tracer.stderr.readline()
        if "attached" not in line:
            tracer.wait()
            self.skipTest("strace may not attach here: " + line.strip())

        def end():
            tracer.send_signal(signal.SIGINT)
            tracer.wait(20)
            tracer.stderr.close()
            with open(path) as file:
                return file.readlines()
        return end

    @needs_x
    @needs_strace
    def test_wake_ups_of_a_quiet_minute(self):
        with Screen() as screen:
            display = self.start("-o", "display.fullscreen=yes", env=screen.env)
            screen.window()
            wait_for(lambda: 5 < time.time() % 60 < 15, "the first quarter of a minute", 70)
            end = self.trace(display, "epoll_wait,poll,ppoll,futex,clock_nanosleep")
            stop = time.monotonic() + 60
            wait_for(lambda: time.monotonic() > stop, "a minute", 70)
            lines = end()
            # A wake-up is a wait that had to block and then came back.
            woken = [line for line in lines if re.search(r"epoll_wait.*, -1\) += [1-9]", line)]
            self.assertEqual(len(woken), 1, "only the minute of the clock: " + "".join(woken))

    @needs_strace
    def test_frames_of_one_call(self):
        display = self.start()
        picture = os.path.join(self.office.dir, "screen.png")
        wait_for(lambda: os.path.exists(picture), "the first picture")
        self.office.ctl("ticket", "general")
        wait_for(lambda: 5 < time.time() % 60 < 40, "a minute that does not end meanwhile", 70)
        end = self.trace(display, "rename,renameat,renameat2")
        self.office.ctl("next", "1")
        wait_for(lambda: self.office.sql("SELECT 1 FROM event WHERE kind = 'announced'"),
                 "the announcement")
        stop = time.monotonic() + 7
        wait_for(lambda: time.monotonic() > stop, "the light to go out")
        frames = [line for line in end() if "screen.png" in line and "= 0" in line]
        # Lit, three times dark and lit again, and out.
        self.assertEqual(len(frames), 8, "".join(frames))

    def pss(self, pid):
        with open("/proc/%d/smaps_rollup" % pid) as file:
            return int(re.search(r"^Pss: +(\d+)", file.read(), re.M).group(1)) / 1024

    def assert_slim(self, display):
        for i in range(3):
            self.office.ctl("ticket", "general")
            self.office.ctl("next", "1")
        wait_for(lambda: len(self.office.sql("SELECT 1 FROM event WHERE kind = 'announced'")) >= 3,
                 "three announcements", 30)
        mebibytes = self.pss(display.pid)
        print("# displayd has %.1f MiB (PSS)" % mebibytes)
        self.assertLess(mebibytes, 30)

    @needs_x
    def test_memory_in_a_window(self):
        with Screen(size=(1920, 1080)) as screen:
            display = self.start("-o", "display.fullscreen=yes", env=screen.env)
            wait_for(lambda: any(map(any, screen.lines())), "the first frame")
            self.assert_slim(display)

    def test_memory_without_a_display(self):
        display = self.start("-o", "display.size=1920x1080")
        wait_for(lambda: os.path.exists(os.path.join(self.office.dir, "screen.png")), "a picture")
        self.assert_slim(display)


if __name__ == "__main__":
    harness.main()

"""displayd on real parts: kioskd, a window on an X server without a monitor, a picture file."""
import ctypes
import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time
import unittest
import zlib

import harness
from harness import wait_for

# Never the desktop of whoever runs the tests, nor the machine's own screen.
for name in ("DISPLAY", "WAYLAND_DISPLAY"):
    os.environ.pop(name, None)
os.environ["SDL_VIDEODRIVER"] = "x11"
os.environ["SDL_AUDIODRIVER"] = "dummy"

EXTRA = """
[gpio]
chip = keys
[button general]
line = 1
press = ticket general
[display]
size = 480x320
fullscreen = no
picture = {dir}/screen.png
"""


def read_png(path):
    """Width, height and lines of RGB bytes of an 8 bit PNG."""
    with open(path, "rb") as file:
        data = file.read()
    assert data[:8] == b"\x89PNG\r\n\x1a\n", path
    at, packed = 8, b""
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colours = struct.unpack(">IIBB", body[:10])
            assert (depth, colours) == (8, 2), (depth, colours)
        elif kind == b"IDAT":
            packed += body
        at += 12 + length
    raw, lines, above = zlib.decompress(packed), [], bytes(width * 3)
    for y in range(height):
        start = y * (width * 3 + 1)
        above = unfilter(raw[start], raw[start + 1:start + 1 + width * 3], above)
        lines.append(above)
    return width, height, lines


def unfilter(kind, line, above):
    line = bytearray(line)
    for i in range(len(line)):
        a, b = line[i - 3] if i >= 3 else 0, above[i]
        if kind == 1:
            line[i] = line[i] + a & 255
        elif kind == 2:
            line[i] = line[i] + b & 255
        elif kind == 3:
            line[i] = line[i] + (a + b) // 2 & 255
        elif kind == 4:
            c = above[i - 3] if i >= 3 else 0
            p = a + b - c
            distances = abs(p - a), abs(p - b), abs(p - c)
            line[i] = line[i] + (a, b, c)[distances.index(min(distances))] & 255
    return bytes(line)


class ClientMessage(ctypes.Structure):
    """Xlib's XClientMessageEvent, as long as an XEvent."""
    _fields_ = [("type", ctypes.c_int), ("serial", ctypes.c_ulong), ("send_event", ctypes.c_int),
                ("display", ctypes.c_void_p), ("window", ctypes.c_ulong),
                ("message_type", ctypes.c_ulong), ("format", ctypes.c_int),
                ("data", ctypes.c_long * 5), ("rest", ctypes.c_long * 12)]


class Screen:
    """An X server whose picture can be read from a file."""

    def __init__(self, number=None, size=(480, 320)):
        self.dir = tempfile.mkdtemp(prefix="khiosk-x-")
        reader, writer = os.pipe()
        self.process = subprocess.Popen(
            ["Xvfb", *([":%d" % number] if number is not None else []), "-displayfd", str(writer),
             "-screen", "0", "%dx%dx24" % size, "-nolisten", "tcp", "-fbdir", self.dir,
             "-noreset"],  # else the end of an xdotool that was alone takes displayd with it
            pass_fds=[writer], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        os.close(writer)
        with os.fdopen(reader) as file:
            line = file.readline().strip()
        assert line, "Xvfb did not start"
        self.number = int(line)
        self.env = {"DISPLAY": ":%d" % self.number}

    def lines(self):
        """The lines of the screen as RGB bytes, from the X window dump."""
        with open(os.path.join(self.dir, "Xvfb_screen0"), "rb") as file:
            data = file.read()
        header = struct.unpack(">25I", data[:100])
        width, height, stride, colours = header[4], header[5], header[12], header[19]
        start = header[0] + 12 * colours
        rows = []
        for y in range(height):
            row = data[start + y * stride:start + y * stride + width * 4]
            rgb = bytearray(width * 3)
            rgb[0::3], rgb[1::3], rgb[2::3] = row[2::4], row[1::4], row[0::4]
            rows.append(bytes(rgb))
        return rows

    def do(self, *words):
        return subprocess.run(["xdotool", *words], env=dict(os.environ, **self.env), timeout=20,
                              capture_output=True, text=True)

    def window(self):
        """The number of displayd's window once it is there."""
        return wait_for(lambda: self.do("search", "--onlyvisible", "--name", "Khiosk")
                        .stdout.split(), "a window")[-1]

    def ask_to_close(self, window):
        """What a window manager's close button does."""
        x = ctypes.CDLL("libX11.so.6")
        x.XOpenDisplay.restype = ctypes.c_void_p
        x.XInternAtom.restype = ctypes.c_ulong
        display = ctypes.c_void_p(x.XOpenDisplay(self.env["DISPLAY"].encode()))
        protocols, close = (x.XInternAtom(display, name, 0)
                            for name in (b"WM_PROTOCOLS", b"WM_DELETE_WINDOW"))
        message = ClientMessage(type=33, window=int(window), message_type=protocols, format=32)
        message.data[0] = close
        x.XSendEvent(display, ctypes.c_ulong(int(window)), 0, 0, ctypes.byref(message))
        x.XCloseDisplay(display)

    def close(self):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(20)
        shutil.rmtree(self.dir, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


needs_x = unittest.skipUnless(shutil.which("Xvfb") and shutil.which("xdotool"),
                              "Xvfb or xdotool is not installed")


class DisplayTest(unittest.TestCase):
    def setUp(self):
        self.office = harness.Office(extra=EXTRA)
        self.addCleanup(self.office.close)
        self.picture = os.path.join(self.office.dir, "screen.png")

    def screenshot(self, *options, path=None, env=None):
        path = path or os.path.join(self.office.dir, "shot.png")
        done = subprocess.run(
            [os.path.join(harness.BIN, "displayd"), "-c", self.office.config, *options,
             "--screenshot", path], capture_output=True, text=True, timeout=60,
            env=dict(os.environ, **(env or {})))
        return done, path

    def same_as_screenshot(self, lines, *options):
        done, path = self.screenshot(*options)
        self.assertEqual(done.returncode, 0, done.stderr)
        return read_png(path)[2] == lines

    def announced(self):
        return sorted(json.loads(data)["of"] for data, in self.office.sql(
            "SELECT data FROM event WHERE kind = 'announced'"))

    def calls(self):
        return sorted(seq for seq, in self.office.sql(
            "SELECT seq FROM event WHERE kind IN ('called', 'recalled')"))

    def start_display(self, *options, env=None):
        """displayd with its first picture on the screen."""
        display = self.office.start("displayd", *options, env=env)
        if "DISPLAY" not in (env or {}):
            wait_for(lambda: os.path.exists(self.picture) or display.poll() is not None, "a picture")
            self.assertIsNone(display.poll(), self.office.log("displayd"))
        return display

    def test_screenshot_without_kioskd(self):
        done, path = self.screenshot()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("does not answer", done.stderr)
        self.assertEqual(read_png(path)[:2], (480, 320))

    def test_screenshot_shows_the_queue_in_portrait(self):
        self.office.start_kioskd()
        empty, path = self.screenshot("-o", "display.orientation=portrait")
        self.assertEqual((empty.returncode, empty.stderr), (0, ""))
        width, height, before = read_png(path)
        self.assertEqual((width, height), (320, 480))
        self.office.ctl("ticket", "general")
        self.assertFalse(self.same_as_screenshot(before, "-o", "display.orientation=portrait"))

    def test_screenshot_to_an_impossible_place(self):
        missing = os.path.join(self.office.dir, "nowhere", "shot.png")
        for path in (missing, self.office.dir):
            done, _ = self.screenshot(path=path)
            self.assertEqual(done.returncode, 1)
            self.assertIn(path, done.stderr)
        self.assertFalse([name for name in os.listdir(self.office.dir) if name.endswith(".part")])

    def test_missing_font_is_named_and_replaced(self):
        done, path = self.screenshot("-o", "display.font=/nowhere/Font.ttf")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("/nowhere/Font.ttf", done.stderr)
        self.assertIn("fonts-thai-tlwg", done.stderr)
        self.assertEqual(read_png(path)[:2], (480, 320))

    def test_without_a_display_the_picture_follows_the_queue(self):
        self.office.start_kioskd()
        self.start_display()
        self.assertEqual(self.office.log("displayd").count(self.picture), 1)
        wait_for(lambda: self.same_as_screenshot(read_png(self.picture)[2]), "the same picture")
        before = read_png(self.picture)[2]
        self.office.ctl("ticket", "general")
        wait_for(lambda: read_png(self.picture)[2] != before, "the waiting number to change")
        self.office.ctl("next", "1")
        wait_for(lambda: self.announced() == self.calls() != [], "the call to be announced")
        # What is lit goes out by itself, and then the picture is what anyone sees who comes in.
        wait_for(lambda: not self.same_as_screenshot(read_png(self.picture)[2]), "the light")
        wait_for(lambda: self.same_as_screenshot(read_png(self.picture)[2]), "the light to go out")
        self.assertEqual(self.office.log("displayd").count(self.picture), 1)

    def test_each_call_and_recall_is_announced_once(self):
        self.office.start_kioskd()
        self.start_display()
        for _ in range(4):
            self.office.ctl("ticket", "general")
        for words in (("next", "1"), ("recall", "1"), ("next", "2"), ("recall", "1"), ("next", "1"),
                      ("recall", "2")):
            self.office.ctl(*words)
        self.assertLess(len(self.announced()), 6, "each is announced when it has had its turn")
        wait_for(lambda: len(self.announced()) >= 6, "six announcements", 30)
        self.assertEqual(len(self.calls()), 6)
        self.assertEqual(self.announced(), self.calls())

    def voices(self):
        return [json.loads(data).get("voice") for data, in self.office.sql(
            "SELECT data FROM event WHERE kind = 'announced' ORDER BY seq")]

    def test_two_calls_at_one_moment_are_heard_one_after_the_other(self):
        self.office.start_kioskd()
        sound = os.path.join(self.office.dir, "sound")
        self.start_display(env={"SDL_AUDIODRIVER": "disk", "SDL_DISKAUDIOFILE": sound})
        for words in (("ticket", "general"), ("ticket", "tax"), ("next", "1"), ("next", "2")):
            self.office.ctl(*words)
        first, second = self.calls()
        wait_for(lambda: self.announced() == [first], "the first announcement")
        one = os.stat(sound).st_size
        self.assertGreater(one, 48000, "the chime, whole")
        self.assertIs(self.office.ctl("status")["counters"][1]["announced"], False)
        os.rename(sound, sound + ".first")
        wait_for(lambda: self.announced() == [first, second], "the second announcement")
        self.assertEqual(self.voices(), ["chimed", "chimed"])
        with open(sound + ".first", "rb") as a, open(sound, "rb") as b:
            self.assertEqual(a.read().strip(b"\0"), b.read().strip(b"\0"), "the same chime twice")
        counter = self.office.ctl("status")["counters"][1]
        self.assertEqual((counter["announced"], counter["voice"]), (True, "chimed"))

    def test_without_a_sound_device_calls_are_shown(self):
        self.office.start_kioskd()
        self.start_display(env={"SDL_AUDIODRIVER": "nonsuch"})
        for words in (("ticket", "general"), ("next", "1")):
            self.office.ctl(*words)
        wait_for(lambda: self.voices() == ["silent"], "the announcement")
        self.assertIn("no sound", self.office.log("displayd"))

    def test_kioskd_goes_and_comes_back(self):
        kioskd = self.office.start_kioskd()
        self.office.ctl("ticket", "general")
        self.office.ctl("next", "1")
        display = self.start_display()
        busy = read_png(self.picture)[2]
        self.office.stop(kioskd, signal.SIGKILL)
        wait_for(lambda: read_png(self.picture)[2] != busy, "the number to go")
        wait_for(lambda: self.same_as_screenshot(read_png(self.picture)[2]), "no connection")
        self.office.start_kioskd()
        wait_for(lambda: "is back" in self.office.log("displayd"), "kioskd to be back")
        wait_for(lambda: self.same_as_screenshot(read_png(self.picture)[2]), "the queue again")
        log = self.office.log("displayd")
        self.assertEqual((log.count("does not answer"), log.count("is back")), (1, 1), log)
        self.assertEqual(self.office.stop(display), 0)

    def test_a_call_made_while_it_was_away_is_announced(self):
        kioskd = self.office.start_kioskd()
        self.start_display()
        self.office.ctl("ticket", "general")
        self.office.stop(kioskd, signal.SIGKILL)
        wait_for(lambda: "does not answer" in self.office.log("displayd"), "the loss")
        self.office.start_kioskd()
        self.office.ctl("next", "1")
        wait_for(lambda: self.announced() == self.calls(), "the announcement")
        self.assertEqual(len(self.calls()), 1)

    def test_a_picture_that_cannot_be_saved_is_said_once_and_announces_nothing(self):
        self.office.start_kioskd()
        path = os.path.join(self.office.dir, "later", "screen.png")
        self.office.start("displayd", "-o", "display.picture=" + path)
        wait_for(lambda: "cannot be saved" in self.office.log("displayd"), "the complaint")
        for words in (("ticket", "general"), ("ticket", "general"), ("next", "1")):
            self.office.ctl(*words)
        os.mkdir(os.path.dirname(path))
        self.office.ctl("next", "2")
        wait_for(lambda: self.announced() == self.calls(), "both calls, drawn at last")
        self.assertEqual(self.office.log("displayd").count("cannot be saved"), 1)

    def test_signals_end_it_cleanly(self):
        for how in (signal.SIGTERM, signal.SIGINT):
            display = self.start_display()
            self.assertEqual(self.office.stop(display, how), 0, self.office.log("displayd"))
            os.unlink(self.picture)

    def test_readiness_and_watchdog(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
            path = os.path.join(self.office.dir, "notify")
            notify.bind(path)
            notify.settimeout(20)
            display = self.office.start("displayd", env={"NOTIFY_SOCKET": path,
                                                         "WATCHDOG_USEC": "200000"})
            said = set()
            while not {"READY=1", "WATCHDOG=1"} <= said:
                said.update(notify.recv(4096).decode().split("\n"))
            self.assertEqual(self.office.stop(display), 0)

    def assert_quiet(self, display):
        """Soon no wake-up in five seconds: longer than a call stays lit, short of a minute."""
        def switches():
            with open("/proc/%d/status" % display.pid) as file:
                return int(file.read().split("\nvoluntary_ctxt_switches:")[1].split()[0])

        last, since = switches(), time.monotonic()

        def quiet():
            nonlocal last, since
            if switches() != last:
                last, since = switches(), time.monotonic()
            return time.monotonic() - since > 5

        wait_for(quiet, "five seconds without a wake-up", 20)

    def test_no_wake_ups_while_quiet_without_a_display(self):
        self.office.start_kioskd()
        self.assert_quiet(self.start_display())

    @needs_x
    def test_window_shows_what_the_screenshot_shows_and_is_quiet(self):
        self.office.start_kioskd()
        self.office.ctl("ticket", "tax")
        with Screen() as screen:
            display = self.start_display("-o", "display.fullscreen=yes", env=screen.env)
            wait_for(lambda: self.same_as_screenshot(screen.lines()), "the same on the screen")
            self.office.ctl("next", "2")
            wait_for(lambda: self.announced() == self.calls() != [], "the announcement")
            wait_for(lambda: not self.same_as_screenshot(screen.lines()), "the light")
            wait_for(lambda: self.same_as_screenshot(screen.lines()), "the light to go out")
            self.assert_quiet(display)
            self.assertFalse(os.path.exists(self.picture))
            self.assertEqual(self.office.stop(display), 0, self.office.log("displayd"))

    @needs_x
    def test_keys_in_the_window_are_buttons(self):
        self.office.start_kioskd()
        with Screen() as screen:
            display = self.start_display(env=screen.env)
            window = screen.window()
            screen.do("windowfocus", "--sync", window)
            screen.do("key", "1")
            wait_for(lambda: self.office.sql("SELECT 1 FROM event WHERE kind = 'issued'"),
                     "a ticket")
            screen.do("key", "9")
            wait_for(lambda: "refuses" in self.office.log("displayd"), "the refusal in the log")
            self.assertEqual(len(self.office.sql("SELECT 1 FROM event WHERE kind = 'issued'")), 1)
            self.assertEqual(self.office.stop(display), 0)

    @needs_x
    def test_the_window_can_be_resized_and_closed(self):
        self.office.start_kioskd()
        with Screen() as screen:
            display = self.start_display(env=screen.env)
            window = screen.window()
            screen.do("windowmove", "--sync", window, "0", "0")
            screen.do("windowsize", "--sync", window, "400", "300")

            def drawn():
                part = [line[:400 * 3] for line in screen.lines()[:300]]
                return self.same_as_screenshot(part, "-o", "display.size=400x300")

            wait_for(drawn, "the picture in the new size")
            screen.ask_to_close(window)
            self.assertEqual(display.wait(20), 0, self.office.log("displayd"))
            self.office.processes.remove(display)

    @needs_x
    def test_a_display_that_comes_later_is_used(self):
        self.office.start_kioskd()
        with Screen() as early:
            number, env = early.number, early.env
        display = self.office.start("displayd", "-o", "display.picture=", env=env)
        wait_for(lambda: "no display can be opened" in self.office.log("displayd"), "the complaint")
        self.office.ctl("ticket", "general")
        self.office.ctl("next", "1")
        with Screen(number) as screen:
            wait_for(lambda: self.same_as_screenshot(screen.lines()), "the screen", 30)
            self.assertEqual(self.announced(), [], "nobody saw that call light up")
            self.assertEqual(self.office.stop(display), 0, self.office.log("displayd"))


if __name__ == "__main__":
    harness.main()

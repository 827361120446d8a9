"""kioskd on a real GPIO driver: the kernel's gpio-sim, whose lines a test pulls up and down.

Runs inside the test kernel, see guest.sh. A finger is time that passes: pass_time() is how long it
stays somewhere; for what kioskd does about it the tests wait as all others do."""
import json
import os
import signal
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "live"))
import harness
from harness import wait_for

DEBOUNCE = 0.010  # seconds, as in BUTTONS
COOL_DOWN = 0.400
LONG_PRESS = 0.300
RETRY = 5  # seconds until kioskd tries again
EDGE = 0.025  # the simulated line tells of a change at the guest's next clock tick, 10 ms each

BUTTONS = """
[gpio]
chip = %s
debounce-ms = 10
cool-down-ms = 400
long-press-ms = 300
[button general]
line = 0
press = ticket general
long-press = ticket general --priority
lamp = 4
[button tax]
line = BTN_TAX
press = ticket tax
[button next]
line = 2
press = next 1
lamp = LAMP_NEXT
"""
NAMES = {1: "BTN_TAX", 5: "LAMP_NEXT"}


def pass_time(seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(0.001)


class Chip:
    """A chip of gpio-sim with eight lines: four for buttons to ground, four for lamps."""
    count = 0

    def __init__(self, names=NAMES, hogs=None):
        Chip.count += 1
        self.label = "office-buttons-%d" % Chip.count
        self.config = "/sys/kernel/config/gpio-sim/chip%d" % Chip.count
        self.bank = self.config + "/bank0"
        self.folders = [self.config, self.bank]
        os.mkdir(self.config)
        os.mkdir(self.bank)
        self.write(self.bank + "/num_lines", 8)
        self.write(self.bank + "/label", self.label)
        for offset in {**names, **(hogs or {})}:
            self.folders.append("%s/line%d" % (self.bank, offset))
            os.mkdir(self.folders[-1])
        for offset, name in names.items():
            self.write("%s/line%d/name" % (self.bank, offset), name)
        for offset, owner in (hogs or {}).items():
            self.folders.append("%s/line%d/hog" % (self.bank, offset))
            os.mkdir(self.folders[-1])
            self.write(self.folders[-1] + "/name", owner)
            self.write(self.folders[-1] + "/direction", "input")
        self.plug_in()

    def write(self, path, value):
        with open(path, "w") as file:
            file.write(str(value))

    def read(self, path):
        with open(path) as file:
            return file.read().strip()

    def plug_in(self):
        self.write(self.config + "/live", 1)
        self.name = self.read(self.bank + "/chip_name")
        self.path = "/dev/" + self.name
        wait_for(lambda: os.path.exists(self.path), self.path)
        self.lines = "/sys/devices/platform/%s/%s/sim_gpio" % (
            self.read(self.config + "/dev_name"), self.name)
        for offset in range(4):
            self.release(offset)

    def pull_out(self):
        self.write(self.config + "/live", 0)

    def remove(self):
        if self.read(self.config + "/live") == "1":
            self.pull_out()
        for folder in reversed(self.folders):
            os.rmdir(folder)

    def press(self, offset):
        self.write("%s%d/pull" % (self.lines, offset), "pull-down")

    def release(self, offset):
        self.write("%s%d/pull" % (self.lines, offset), "pull-up")

    def tap(self, offset, seconds=0.05):
        self.press(offset)
        pass_time(seconds)
        self.release(offset)

    def bounce(self, offset, down):
        """A contact that closes or opens, which it does many times within the debounce."""
        for _ in range(4):
            (self.press if down else self.release)(offset)
            pass_time(EDGE)
            (self.release if down else self.press)(offset)
            pass_time(EDGE)
        (self.press if down else self.release)(offset)

    def lit(self, offset):
        return self.read("%s%d/value" % (self.lines, offset)) == "1"


class Gpio(unittest.TestCase):
    def setUp(self):
        self.chip = self.make_chip()

    def make_chip(self, **options):
        chip = Chip(**options)
        self.addCleanup(chip.remove)
        return chip

    def make_office(self, chip=None, *options):
        """An office with kioskd running in it; the chip goes by its label."""
        office = harness.Office(extra=BUTTONS % (chip or self.chip.label))
        self.addCleanup(office.close)
        self.kioskd = office.start_kioskd(*options)
        office.ctl("status")  # an answer comes from the loop, which runs once the lines are asked for
        return office

    def tickets(self, office):
        return [row[0] for row in office.sql("SELECT ticket FROM event WHERE kind='issued'"
                                             " ORDER BY seq")]

    def wait_tickets(self, office, *tickets):
        wait_for(lambda: self.tickets(office) == list(tickets),
                 "tickets %s" % " ".join(tickets))

    def discarded(self, office):
        return [json.loads(row[0]) for row in
                office.sql("SELECT data FROM event WHERE kind='discarded' ORDER BY seq")]

    def trouble(self, office):
        return office.ctl("status").get("buttons", "")


class Presses(Gpio):
    def test_press_by_offset_and_by_name(self):
        office = self.make_office()
        self.chip.tap(0)
        self.wait_tickets(office, "A001")
        self.chip.tap(1)
        self.wait_tickets(office, "A001", "B001")
        self.assertEqual(self.trouble(office), "")

    def test_chip_by_path_and_by_name(self):
        for chip in (self.chip.path, self.chip.name):
            office = self.make_office(chip)
            self.chip.tap(1)
            self.wait_tickets(office, "B001")
            office.stop(self.kioskd)

    def test_button_counts_when_it_goes_down(self):
        office = self.make_office()
        self.chip.press(1)
        self.wait_tickets(office, "B001")
        self.chip.release(1)

    def test_button_held_at_start_is_no_press(self):
        self.chip.press(1)
        office = self.make_office()
        self.chip.release(1)
        self.chip.tap(0)
        self.wait_tickets(office, "A001")
        self.chip.tap(1)
        self.wait_tickets(office, "A001", "B001")

    def test_bounce_is_one_ticket(self):
        office = self.make_office(None, "-o", "gpio.debounce-ms=300")
        self.chip.bounce(1, down=True)
        self.wait_tickets(office, "B001")
        pass_time(0.3)
        self.chip.bounce(1, down=False)
        pass_time(0.3 + COOL_DOWN)
        self.chip.tap(1)
        self.wait_tickets(office, "B001", "B002")
        self.assertEqual(self.discarded(office), [])

    def test_hammering_is_one_ticket_and_one_report(self):
        office = self.make_office()
        for _ in range(60):
            self.chip.tap(1, 3 * DEBOUNCE)
            pass_time(3 * DEBOUNCE)
        self.wait_tickets(office, "B001")
        wait_for(lambda: self.discarded(office), "the discarded event")
        self.chip.tap(1)
        self.wait_tickets(office, "B001", "B002")
        (burst,) = self.discarded(office)
        self.assertEqual((burst["button"], burst["count"]), ("tax", 59))

    def test_short_press_is_regular_and_long_press_is_priority(self):
        office = self.make_office()
        self.chip.tap(0, LONG_PRESS / 3)
        self.wait_tickets(office, "A001")
        pass_time(COOL_DOWN)
        self.chip.press(0)
        self.wait_tickets(office, "A001", "A002")  # while it is still held
        self.chip.release(0)
        self.assertEqual(office.sql("SELECT ticket, class FROM visit ORDER BY ticket"),
                         [("A001", "regular"), ("A002", "priority")])
        pass_time(COOL_DOWN)
        self.chip.tap(0, LONG_PRESS / 3)
        self.wait_tickets(office, "A001", "A002", "A003")
        self.assertEqual(self.discarded(office), [])

    def test_edges_lost_while_kioskd_stands_still(self):
        office = self.make_office(None, "-o", "gpio.cool-down-ms=1500")
        self.chip.press(1)
        self.wait_tickets(office, "B001")
        self.kioskd.send_signal(signal.SIGSTOP)
        for _ in range(20):  # more edges than the kernel keeps; of those it drops, the last counts
            self.chip.release(1)
            pass_time(EDGE)
            self.chip.press(1)
            pass_time(EDGE)
        self.chip.release(1)
        pass_time(EDGE)
        self.kioskd.send_signal(signal.SIGCONT)
        self.assertTrue(office.ctl("status")["ok"])
        pass_time(2 * DEBOUNCE + 1.5)
        self.chip.tap(1)
        self.wait_tickets(office, "B001", "B002")


class Lamps(Gpio):
    def test_lamp_shows_whether_a_press_would_be_accepted(self):
        office = self.make_office()
        wait_for(lambda: self.chip.lit(4), "the ticket button's lamp")
        self.assertFalse(self.chip.lit(5), "nobody waits")
        self.chip.tap(0)
        wait_for(lambda: self.chip.lit(5), "the lamp of next")
        self.chip.tap(2)
        wait_for(lambda: not self.chip.lit(5), "the lamp of next to go dark")
        self.assertEqual(office.sql("SELECT ticket, counter FROM event WHERE kind='called'"),
                         [("A001", 1)])
        office.ctl("service", "close", "general")
        wait_for(lambda: not self.chip.lit(4), "the lamp of a closed service to go dark")

    def test_sigterm_ends_it_with_lamps_dark_and_lines_free(self):
        office = self.make_office()
        wait_for(lambda: self.chip.lit(4), "the ticket button's lamp")
        self.assertEqual(office.stop(self.kioskd, signal.SIGTERM), 0)
        self.assertFalse(self.chip.lit(4))
        office.start_kioskd()
        self.assertEqual(self.trouble(office), "")
        self.chip.tap(1)
        self.wait_tickets(office, "B001")


class Trouble(Gpio):
    def assert_trouble(self, office, *words):
        """kioskd goes on, and its status and its log name what is wrong."""
        trouble = self.trouble(office)
        for word in words:
            self.assertIn(word, trouble)
            self.assertIn(word, office.log("kioskd"))
        self.assertEqual(office.ctl("ticket", "tax")["ticket"], "B001")

    def test_missing_chip(self):
        self.assert_trouble(self.make_office("/dev/gpiochip77"), "/dev/gpiochip77", "No such file")

    def test_missing_label_says_which_there_are(self):
        self.assert_trouble(self.make_office("no-such-label"), "no-such-label", self.chip.name,
                            self.chip.label)

    def test_not_a_chip(self):
        self.assert_trouble(self.make_office("/dev/null"), "/dev/null")

    def test_missing_line_leaves_the_others(self):
        chip = self.make_chip(names={5: "LAMP_NEXT"})
        office = self.make_office(chip.label, "-o", "button next.line=9")
        self.assert_trouble(office, "button tax: no line named BTN_TAX on chip", chip.name,
                            "button next: no line 9 on chip")
        chip.tap(0)
        self.wait_tickets(office, "B001", "A001")

    def test_busy_line_names_its_user_and_leaves_the_others(self):
        chip = self.make_chip(hogs={2: "door-relay", 4: "door-lamp"})
        office = self.make_office(chip.label)
        self.assert_trouble(office, "button next: line 2 of", chip.name, "in use by door-relay",
                            "lamp of button general: line 4 of", "door-lamp")
        chip.tap(0)
        self.wait_tickets(office, "B001", "A001")

    def test_busy_line_works_once_it_is_free(self):
        first = self.make_office()
        holder = self.kioskd
        second = self.make_office()
        self.assertIn("line 0 of", self.trouble(second))
        self.assertIn("in use by khiosk", self.trouble(second))
        first.stop(holder)
        wait_for(lambda: not self.trouble(second), "the lines", 3 * RETRY)
        self.chip.tap(0)
        self.wait_tickets(second, "A001")
        said = [line for line in second.log("kioskd").splitlines() if "in use by" in line]
        self.assertEqual(len(said), 1, said)

    def test_chip_removed_and_back(self):
        office = self.make_office(self.chip.label)
        wait_for(lambda: self.chip.lit(4), "the ticket button's lamp")
        self.chip.tap(1)
        self.wait_tickets(office, "B001")
        self.chip.pull_out()
        wait_for(lambda: self.chip.label in self.trouble(office), "trouble in the status")
        self.assertIn("is lost", office.log("kioskd"))
        self.assertEqual(office.ctl("ticket", "general")["ticket"], "A001")
        self.chip.plug_in()
        wait_for(lambda: not self.trouble(office), "the chip", 3 * RETRY)
        self.assertIn("work again", office.log("kioskd"))
        wait_for(lambda: self.chip.lit(4) and self.chip.lit(5), "the lamps")
        self.chip.tap(1)
        self.wait_tickets(office, "B001", "A001", "B002")

    def test_chip_removed_while_a_button_is_held(self):
        office = self.make_office()
        self.chip.press(0)
        self.chip.pull_out()
        wait_for(lambda: self.trouble(office), "trouble in the status")
        pass_time(LONG_PRESS)
        self.chip.plug_in()
        wait_for(lambda: not self.trouble(office), "the chip", 3 * RETRY)
        self.chip.tap(1)
        self.wait_tickets(office, "B001")

    def test_one_chip_gone_is_said_once(self):
        office = self.make_office()
        self.chip.pull_out()
        wait_for(lambda: "has the name or label" in self.trouble(office), "a retry", 3 * RETRY)
        pass_time(RETRY + 1)
        log = office.log("kioskd")
        self.assertEqual((log.count("is lost"), log.count("has the name or label")), (1, 1))


class Rest(Gpio):
    def test_nothing_wakes_while_nothing_happens(self):
        office = self.make_office()
        self.chip.tap(1)
        self.wait_tickets(office, "B001")
        pass_time(1)

        def wake_ups():
            with open("/proc/%d/status" % self.kioskd.pid) as file:
                return [line for line in file if line.startswith("voluntary_ctxt")]

        before = wake_ups()
        pass_time(3)
        self.assertEqual(wake_ups(), before)


if __name__ == "__main__":
    harness.main()

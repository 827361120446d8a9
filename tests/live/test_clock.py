"""Days, hours and clocks that are wrong: kioskd under faketime, with boots of the test's making."""
import datetime
import glob
import json
import os
import shutil
import subprocess
import time
import unittest
import uuid

import harness
from harness import wait_for

FAKETIME = (glob.glob("/usr/lib/*/faketime/libfaketime.so.1") + [None])[0]
BANGKOK = datetime.timezone(datetime.timedelta(hours=7))

# libfaketime moves the timers of every clock, also of those that it was told to leave alone
# (github.com/wolfcw/libfaketime/issues/378). This gives the kernel's own back.
TIMERS = """
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>
int timerfd_settime(int fd, int flags, const struct itimerspec *new, struct itimerspec *old)
{
    return (int)syscall(SYS_timerfd_settime, fd, flags, new, old);
}
"""

OWN_BOOT = 'mount --bind "$BOOT_ID" /proc/sys/kernel/random/boot_id && exec "$@"'
NO_BOOTS = subprocess.run([*harness.OWN_MOUNTS, "true"], capture_output=True, text=True).stderr.strip()


def local(text):
    """Milliseconds since 1970 of a time in Bangkok, as "2028-03-01 10:00"."""
    return int(datetime.datetime.fromisoformat(text).replace(tzinfo=BANGKOK).timestamp() * 1000)


@unittest.skipUnless(FAKETIME and shutil.which("cc"), "faketime or cc is not installed")
class Clock(unittest.TestCase):
    settings = ()
    boots = False  # kioskd runs in boots of the test's making
    all_clocks = False  # boot time runs with wall time: time passes, and no clock is set

    def setUp(self):
        if self.boots and NO_BOOTS:
            self.skipTest(NO_BOOTS)
        self.office = harness.Office()
        self.addCleanup(self.office.close)
        self.timers = self.office.dir + "/timers.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-o", self.timers, "-xc", "-"], input=TIMERS,
                       text=True, check=True)
        self.offset = self.office.dir + "/offset"
        self.boot_id = self.office.dir + "/boot_id"
        self.new_boot()
        self.kioskd = None

    def set_clock(self, text):
        self.shift(local(text) / 1000 - time.time())

    def shift(self, seconds):
        with open(self.offset + ".new", "w") as file:
            file.write("%+.3f\n" % seconds)
        os.replace(self.offset + ".new", self.offset)
        self.shifted = seconds

    def now(self):
        return (time.time() + self.shifted) * 1000

    def new_boot(self):
        with open(self.boot_id, "w") as file:
            file.write("%s\n" % uuid.uuid4())

    def start(self):
        env = {"LD_PRELOAD": FAKETIME, "FAKETIME_TIMESTAMP_FILE": self.offset,
               "FAKETIME_NO_CACHE": "1", "BOOT_ID": self.boot_id}
        if not self.all_clocks:
            env["DONT_FAKE_MONOTONIC"] = "1"
            env["LD_PRELOAD"] = self.timers + " " + FAKETIME
        options = [word for setting in self.settings for word in ("-o", setting)]
        prefix = [*harness.OWN_MOUNTS, "sh", "-c", OWN_BOOT, "sh"] if self.boots else ()
        self.kioskd = self.office.start_kioskd(*options, env=env, prefix=prefix)

    def restart(self, how=15):
        self.office.stop(self.kioskd, how)
        self.start()

    def power_cut(self, clock):
        """The machine comes back with this time on its clock."""
        self.office.stop(self.kioskd, 9)
        self.new_boot()
        self.set_clock(clock)
        self.start()

    def ctl(self, *words):
        return self.office.ctl(*words)

    def error(self, *words):
        status, out, _ = self.office.ctl(*words, check=False)
        self.assertEqual(status, 1, out)
        return json.loads(out)["error"]

    def take(self, *more):
        answer = self.ctl("ticket", "general", *more)
        return answer["day"], answer["ticket"]

    def kinds(self, after):
        self.head()  # an answer: what kioskd does when it starts has been done
        return [row[0] for row in
                self.office.sql("select kind from event where seq > ? order by seq", after)]

    def head(self):
        return self.ctl("status")["seq"]

    def near(self, a, b, delta=2000):
        self.assertAlmostEqual(a, b, delta=delta)

    def verify(self):
        report = self.ctl("verify")
        self.assertTrue(report["ok"], report)


class Midnight(Clock):
    all_clocks = True

    def test_the_day_ends_at_the_offices_midnight(self):
        self.set_clock("2028-03-01 06:59")  # a minute before midnight in UTC
        self.start()
        self.assertEqual(self.take(), ("2028-03-01", "A001"))
        self.set_clock("2028-03-01 07:01")
        self.assertEqual(self.take(), ("2028-03-01", "A002"))
        self.set_clock("2028-03-01 23:59:30")
        self.assertEqual(self.take(), ("2028-03-01", "A003"))
        self.ctl("next", "1"), self.ctl("done", "1"), self.ctl("next", "1")
        self.take()
        self.ctl("hold", "1")
        head = self.head()
        self.set_clock("2028-03-02 00:00:01")
        self.assertEqual(self.take(), ("2028-03-02", "A001"))
        self.assertEqual(self.kinds(head), ["left", "left", "left", "day_closed", "day_opened",
                                            "counter_opened", "counter_opened", "issued"])
        days = self.office.sql("select day, count(*) from event where seq > ? group by day", head)
        self.assertEqual(days, [("2028-03-01", 4), ("2028-03-02", 4)])
        closed = self.office.sql("select data from event where kind = 'day_closed'")[0][0]
        self.assertEqual(json.loads(closed), {"count": 4})
        outcomes = self.office.sql("select ticket, outcome from visit where day = '2028-03-01'")
        self.assertEqual(outcomes, [("A001", "finished"), ("A002", "left"), ("A003", "left"),
                                    ("A004", "left")])
        status = self.ctl("status")
        self.assertEqual((status["day"], status["held"], status["calls"]), ("2028-03-02", 0, []))
        self.assertEqual([n["ticket"] for n in status["next"]], ["A001"])
        self.assertEqual(self.error("call", "1", "A002"), "unknown_ticket")
        self.assertEqual(self.office.sql("select day, left_at_close from daily_totals"),
                         [("2028-03-01", 3), ("2028-03-02", 0)])
        self.verify()

    def test_midnight_comes_by_itself(self):
        self.all_clocks = False
        self.set_clock("2028-03-01 23:59:58.500")
        self.start()
        self.take()
        with self.office.connect() as client:
            after = client.ask("subscribe")["seq"]
            self.assertEqual(client.event()["event"], "left")
            opened = client.event("day_opened")
            self.assertEqual(opened["day"], "2028-03-02")
            self.near(opened["wall_ms"], local("2028-03-02 00:00"))
            self.assertGreaterEqual(opened["wall_ms"], local("2028-03-02 00:00"))
        self.assertEqual(self.kinds(after),
                         ["left", "day_closed", "day_opened", "counter_opened", "counter_opened"])
        self.verify()

    def test_leap_days_and_new_years(self):
        self.set_clock("2028-02-28 12:00")
        self.start()
        for day in "2028-02-28", "2028-02-29", "2028-03-01", "2028-12-31", "2029-01-01", \
                "2029-02-28", "2029-03-01", "2032-02-29":
            self.set_clock(day + " 12:00")
            self.assertEqual([self.take(), self.take()], [(day, "A001"), (day, "A002")])
        self.assertEqual(self.office.sql("select count(*) from event where kind = 'day_opened'"),
                         [(8,)])
        self.verify()

    def test_restarts_in_the_day_and_after_days_off(self):
        self.set_clock("2028-03-01 10:00")
        self.start()
        self.take()
        self.restart()
        self.assertEqual(self.take(), ("2028-03-01", "A002"))
        self.office.stop(self.kioskd)
        self.set_clock("2028-03-12 08:00")
        head = self.office.sql("select max(seq) from event")[0][0]
        self.start()
        self.assertEqual(self.kinds(head), ["left", "left", "day_closed", "day_opened",
                                            "counter_opened", "counter_opened", "started_up"])
        self.assertEqual(self.take(), ("2028-03-12", "A001"))
        self.verify()


class Passing(Clock):
    all_clocks = True

    def pass_time(self, seconds):
        self.shift(self.shifted + seconds)

    def test_waiting_and_service_times(self):
        self.set_clock("2028-03-01 10:00")
        self.start()
        self.take()
        self.pass_time(600)
        self.ctl("next", "1")
        self.pass_time(300)
        self.ctl("transfer", "1", "tax")
        self.pass_time(120)
        self.ctl("next", "2")
        self.pass_time(60)
        self.ctl("done", "2")
        waits = self.office.sql("select wait_s from wait_times order by leg")
        services = self.office.sql("select service_s from service_times order by leg")
        for (value,), wanted in zip(waits + services, (600, 120, 300, 60), strict=True):
            self.near(value, wanted, delta=2)
        self.assertNotIn("clock_set", self.kinds(0))
        self.verify()

    def test_the_rating_window(self):
        self.set_clock("2028-03-01 10:00")
        self.start()
        for wait, good in (50, True), (70, False):
            self.take()
            self.ctl("next", "1"), self.ctl("done", "1")
            self.pass_time(wait)
            if good:
                self.assertTrue(self.ctl("rate", "1", "5")["ok"])
            else:
                self.assertEqual(self.error("rate", "1", "5"), "nothing_to_rate")

    def test_nobody_passes_a_regular_ticket_that_waited_half_an_hour(self):
        self.set_clock("2028-03-01 10:00")
        self.start()
        self.take(), self.take()
        self.take("--priority"), self.take("--priority")
        self.pass_time(29 * 60)
        self.assertEqual(self.ctl("next", "1")["ticket"], "A003")
        self.pass_time(2 * 60)
        self.assertEqual([self.ctl("next", "1")["ticket"] for _ in range(3)],
                         ["A001", "A002", "A004"])

    def test_promises_learn_from_the_offices_own_times(self):
        self.set_clock("2028-03-01 09:00")
        self.start()
        for _ in range(12):
            self.take()
            self.ctl("next", "1")
            self.pass_time(120)
            self.ctl("done", "1")
        self.ctl("counter", "close", "2")
        self.take(), self.take()
        self.ctl("next", "1")
        promise = self.ctl("ticket", "general")
        self.assertEqual(promise["ahead"], 1)
        self.near(promise["promise_low_s"], 120, delta=5)
        self.near(promise["promise_high_s"], 420, delta=10)
        self.set_clock("2028-03-02 09:00")
        self.restart()
        self.near(self.ctl("status")["services"][0]["promise_high_s"], 300, delta=5)


class Unset(Clock):
    boots = True

    def rows(self):
        return self.office.sql("select * from event order by seq")

    def visit(self, ticket):
        row = self.office.sql("select issued_ms, called_ms, ended_ms from visit where ticket = ? "
                              "order by day desc", ticket)
        return row[0]

    def unset(self, seq):
        data = self.office.sql("select data from event where seq = ?", seq)[0][0]
        return json.loads(data).get("clock_unset", False)

    def test_a_clock_behind_the_journal(self):
        self.set_clock("2028-03-01 10:00")
        self.start()
        self.take(), self.take()
        self.ctl("next", "1"), self.ctl("done", "1")
        self.assertTrue(self.ctl("status")["clock_set"])
        before = self.visit("A001")
        self.power_cut("2028-01-01 00:00")
        status = self.ctl("status")
        self.assertEqual((status["clock_set"], status["day"]), (False, "2028-03-01"))
        self.assertTrue(self.unset(status["seq"]))
        taken = self.ctl("ticket", "general")
        self.assertEqual((taken["day"], taken["ticket"]), ("2028-03-01", "A003"))
        self.assertTrue(self.unset(taken["seq"]))
        self.assertEqual(self.ctl("next", "1")["ticket"], "A002")
        self.restart(9)
        with self.office.connect() as client:
            known = {t["ticket"]: t["clock_set"] for t in client.ask("unprinted")["tickets"]}
            self.assertIs(known["A003"], False)
        unchanged = self.rows()
        self.set_clock("2028-03-01 10:30")
        self.assertEqual(self.ctl("ticket", "general")["ticket"], "A004")
        seq, data = self.office.sql("select seq, data from event where kind = 'clock_set'")[0]
        self.assertEqual(seq, len(unchanged) + 1)
        wanted = local("2028-03-01 10:30") - local("2028-01-01 00:00")
        self.near(json.loads(data)["correction_ms"], wanted, delta=10000)
        self.assertEqual(self.rows()[:len(unchanged)], unchanged)
        self.assertFalse(self.unset(seq + 1))
        self.assertTrue(self.ctl("status")["clock_set"])
        self.assertEqual(self.visit("A001"), before)
        self.near(self.visit("A003")[0], local("2028-03-01 10:30"), delta=10000)
        self.near(self.visit("A002")[0], local("2028-03-01 10:00"), delta=10000)
        self.near(self.visit("A002")[1], local("2028-03-01 10:30"), delta=10000)
        self.assertLessEqual(self.visit("A003")[0], self.now())
        self.assertEqual(self.ctl("next", "1")["ticket"], "A003")
        self.verify()
        self.restart()
        self.assertTrue(self.ctl("status")["clock_set"])
        self.verify()

    def test_tickets_in_the_room_when_the_clock_is_set_to_another_day(self):
        self.set_clock("2028-03-01 15:00")
        self.start()
        self.take()
        self.ctl("next", "1"), self.ctl("done", "1")
        self.power_cut("2028-02-01 00:00")  # next morning; nobody knows
        self.assertEqual(self.take(), ("2028-03-01", "A002"))
        self.assertEqual(self.take(), ("2028-03-01", "A003"))
        self.assertEqual(self.take(), ("2028-03-01", "A004"))
        self.ctl("next", "1")
        self.set_clock("2028-03-02 08:40")
        self.assertEqual(self.ctl("next", "1")["ticket"], "A003")
        self.assertIn("clock_set", self.kinds(0))
        self.near(self.visit("A003")[0], local("2028-03-02 08:40"), delta=10000)
        self.restart()
        self.assertEqual(self.take(), ("2028-03-01", "A005"))
        self.assertEqual([self.ctl("next", "1")["ticket"] for _ in range(2)], ["A004", "A005"])
        self.ctl("done", "1")
        # Nobody of this morning is left: now the day is the right one.
        self.assertEqual(self.take(), ("2028-03-02", "A001"))
        self.verify()

    def test_yesterday_s_tickets_go_when_the_clock_is_set(self):
        self.set_clock("2028-03-01 15:00")
        self.start()
        self.take()
        self.power_cut("2028-02-01 00:00")
        self.take()
        self.set_clock("2028-03-02 08:40")
        self.assertEqual(self.ctl("next", "1")["ticket"], "A002")
        self.assertEqual(self.office.sql("select outcome from visit where ticket = 'A001'"),
                         [("left",)])
        self.verify()

    def test_a_power_cut_overnight_with_a_clock_that_holds(self):
        self.set_clock("2028-03-01 15:00")
        self.start()
        self.take()
        head = self.head()
        self.power_cut("2028-03-02 08:00")
        self.assertEqual(self.kinds(head), ["left", "day_closed", "day_opened", "counter_opened",
                                            "counter_opened", "started_up"])
        self.assertEqual(self.take(), ("2028-03-02", "A001"))
        self.verify()

    def test_nobody_in_the_room_when_the_clock_is_set_to_another_day(self):
        self.set_clock("2028-03-01 15:00")
        self.start()
        self.take()
        self.power_cut("2028-02-01 00:00")
        self.set_clock("2028-03-02 08:40")
        self.assertEqual(self.take(), ("2028-03-02", "A001"))
        self.assertEqual(self.office.sql("select outcome from visit where day = '2028-03-01'"),
                         [("left",)])
        self.verify()

    def test_the_very_first_start_with_a_clock_of_2020(self):
        self.set_clock("2020-01-01 00:00")
        self.start()
        status = self.ctl("status")
        self.assertFalse(status["clock_set"])
        self.assertGreater(status["day"], "2026")
        day, ticket = self.take()
        self.assertEqual((day, ticket), (status["day"], "A001"))
        self.set_clock("2028-03-01 09:00")
        self.assertEqual(self.take(), (day, "A002"))
        self.assertEqual(self.ctl("next", "1")["ticket"], "A001")
        self.near(self.visit("A001")[0], local("2028-03-01 09:00"), delta=10000)
        self.power_cut("2028-03-02 09:00")
        self.assertEqual(self.take(), ("2028-03-02", "A001"))
        self.verify()

    def test_waits_are_not_measured_across_a_clock_that_nobody_set(self):
        self.set_clock("2028-03-01 10:00")
        self.start()
        self.take()
        self.power_cut("1970-01-02 00:00")
        self.ctl("next", "1"), self.ctl("done", "1")
        self.power_cut("2028-03-01 11:00")
        self.take()
        self.assertEqual(self.office.sql("select wait_s from wait_times where wait_s < 0"), [])
        self.verify()

    def test_a_rating_whose_time_cannot_be_known_is_discarded(self):
        self.set_clock("2028-03-01 10:00")
        self.start()
        self.take()
        self.ctl("next", "1"), self.ctl("done", "1")
        self.power_cut("2028-02-01 00:00")  # some hours later
        self.assertEqual(self.error("rate", "1", "1"), "nothing_to_rate")

    def test_hours_do_not_count_while_the_clock_is_unset(self):
        self.settings = ("office.hours=mon-fri 08:30-16:30",)
        self.set_clock("2028-03-01 17:00")
        self.start()
        self.assertEqual(self.error("ticket", "general"), "office_closed")
        self.power_cut("2028-02-01 00:00")
        self.assertEqual(self.take(), ("2028-03-01", "A001"))

    def test_two_boots_in_a_day_each_put_right(self):
        self.set_clock("2028-03-01 09:00")
        self.start()
        self.take()
        for hour in "10", "11", "12":
            self.power_cut("2028-02-01 00:00")
            self.take()
            self.set_clock("2028-03-01 %s:00" % hour)
            self.take()
        self.assertEqual([row[0] for row in self.office.sql("select count(*) from event "
                                                            "where kind = 'clock_set'")], [3])
        for ticket, hour in ("A002", 10), ("A003", 10), ("A004", 11), ("A006", 12):
            self.near(self.visit(ticket)[0], local("2028-03-01 %d:00" % hour), delta=10000)
        self.verify()


class Steps(Clock):
    def test_a_step_forward(self):
        self.set_clock("2028-03-01 09:00")
        self.start()
        self.take()
        self.set_clock("2028-03-01 10:00")
        self.take()
        corrections = self.office.sql("select data from event where kind = 'clock_set'")
        self.assertEqual(len(corrections), 1)
        self.near(json.loads(corrections[0][0])["correction_ms"], 3600000)
        issued = self.office.sql("select issued_ms from visit order by ticket")
        self.near(issued[0][0], local("2028-03-01 10:00"))
        self.verify()

    def test_a_step_back_and_the_way_to_it(self):
        self.set_clock("2028-03-01 10:00")
        self.start()
        self.take()
        self.set_clock("2028-03-01 09:00")
        self.take()
        self.assertFalse(self.ctl("status")["clock_set"])
        self.ctl("next", "1")
        self.set_clock("2028-03-01 10:00:30")
        self.ctl("next", "1")
        self.assertTrue(self.ctl("status")["clock_set"])
        times = self.office.sql("select issued_ms, called_ms from visit order by ticket")
        for issued, called in times:
            self.assertLessEqual(issued, called)
        self.verify()

    def test_idle_kioskd_sleeps(self):
        self.set_clock("2028-03-01 09:00")
        self.start()
        self.take()

        def switches():
            with open("/proc/%d/status" % self.kioskd.pid) as file:
                return next(line for line in file if line.startswith("voluntary_ctxt_switches"))
        quiet = [switches(), time.monotonic()]

        def quiet_for_a_second():
            if switches() != quiet[0]:
                quiet[:] = switches(), time.monotonic()
            return time.monotonic() - quiet[1] > 1
        wait_for(quiet_for_a_second, "a second without a wake-up")


class Hours(Clock):
    all_clocks = True
    settings = ("office.hours=mon-fri 08:30-12:00 13:00-16:30", "office.holidays=2028-03-06",
                "service tax.hours=sat 09:00-10:00")

    def opening(self):
        status = self.ctl("status")
        return [status["open"]] + [service["open"] for service in status["services"]]

    def test_the_week(self):
        self.set_clock("2028-03-01 07:00")  # a Wednesday
        self.start()
        for when, general, tax in (
                ("2028-03-01 08:29:50", False, False), ("2028-03-01 08:30:01", True, False),
                ("2028-03-01 11:59:50", True, False), ("2028-03-01 12:00:01", False, False),
                ("2028-03-01 13:00:01", True, False), ("2028-03-01 16:29:50", True, False),
                ("2028-03-01 16:30:01", False, False), ("2028-03-04 09:30", False, True),
                ("2028-03-05 09:30", False, False), ("2028-03-06 09:30", False, False),
                ("2028-03-07 09:30", True, False)):
            self.set_clock(when)
            for service, is_open in ("general", general), ("tax", tax):
                if is_open:
                    self.assertTrue(self.ctl("ticket", service)["ok"])
                else:
                    self.assertEqual(self.error("ticket", service), "office_closed", when)
            self.assertEqual(self.opening(), [general or tax, general, tax], when)
        self.verify()

    def test_staff_open_and_close_until_the_day_ends(self):
        self.set_clock("2028-03-04 12:00")
        self.start()
        self.assertEqual(self.error("ticket", "general"), "office_closed")
        self.ctl("service", "open", "general")
        self.assertEqual(self.take(), ("2028-03-04", "A001"))
        self.assertEqual(self.opening(), [True, True, False])
        self.restart(9)
        self.assertEqual(self.take(), ("2028-03-04", "A002"))
        self.set_clock("2028-03-05 12:00")
        self.assertEqual(self.error("ticket", "general"), "office_closed")
        self.set_clock("2028-03-07 09:00")
        self.ctl("service", "close", "general")
        self.assertEqual(self.error("ticket", "general"), "service_closed")
        self.set_clock("2028-03-08 09:00")
        self.assertEqual(self.take(), ("2028-03-08", "A001"))


if __name__ == "__main__":
    harness.main()

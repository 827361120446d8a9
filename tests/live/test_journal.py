"""The journal read, and written, by somebody else: hash chain and projection again in Python, from
what DESIGN and kiosk/journal/chain.h say about them."""
import contextlib
import datetime
import hashlib
import json
import os
import random
import sqlite3
import time
import unittest

import harness
from test_clock import BANGKOK, NO_BOOTS, Clock

SEED = int(os.environ.get("SEED", "20261123"))
COLUMNS = "seq wall_ms boot_ms boot_id day kind ticket counter data".split()
SCHEMA = os.path.join(harness.TOP, "kiosk", "journal", "schema.sql")


def chain(before, row):
    text = "".join("%s\n" % ("" if value is None else value) for value in row)
    return hashlib.blake2b(before + text.encode(), digest_size=32).digest()


class Projection:
    """visit and rating as the events of a whole journal make them."""

    def __init__(self, events):
        self.visits, self.ratings = {}, {}
        day = []
        for event in events:
            if event["kind"] == "day_opened":
                self.add_day(day)
                day = []
            day.append(event)
        self.add_day(day)

    def add_day(self, events):
        """Times are boot time plus what the boot's clock was behind it, as known in the end."""
        offsets = {}
        for event in events:
            offsets.setdefault(event["boot_id"], event["wall_ms"] - event["boot_ms"])
            if event["kind"] == "clock_set":
                offsets[event["boot_id"]] += event["correction_ms"]
        for event in events:
            self.add(event, event["boot_ms"] + offsets[event["boot_id"]])

    def add(self, event, at):
        kind = event["kind"]
        key = event["day"], event["ticket"], event.get("leg")
        visit = self.visits.get(key)
        if kind == "issued":
            self.visits[key] = self.leg(event["service"], event["class"], at,
                                        event["promise_low_s"], event["promise_high_s"])
        elif kind == "called":
            visit["counter"] = event["counter"]
            if visit["called_ms"] is None:
                visit.update(called_ms=at, in_order=int(event["in_order"]),
                             reason=event.get("reason"))
            if event.get("start_implied"):
                self.start(visit, at)
        elif kind == "started":
            self.start(visit, at)
        elif kind in ("finished", "cancelled", "left", "no_show", "transferred"):
            visit.update(ended_ms=at, outcome=kind)
            if kind == "no_show":
                visit["started_ms"] = None
            if kind == "transferred":
                self.visits[key[0], key[1], key[2] + 1] = self.leg(
                    event["to"], visit["class"], visit["issued_ms"])
        elif kind == "resumed":
            visit.update(ended_ms=None, outcome=None)
        elif kind == "rated":
            self.ratings[key] = (event["counter"], event["service"], event["score"], at)

    @staticmethod
    def leg(service, ticket_class, issued_ms, low=None, high=None):
        return {"service": service, "class": ticket_class, "counter": None, "issued_ms": issued_ms,
                "called_ms": None, "started_ms": None, "ended_ms": None, "outcome": None,
                "in_order": None, "reason": None, "promise_low_s": low, "promise_high_s": high}

    @staticmethod
    def start(visit, at):
        if visit["started_ms"] is None:
            visit["started_ms"] = at


class Month(Clock):
    all_clocks = True
    boots = not NO_BOOTS

    def random_turn(self, source, client, tickets):
        counter, ticket = source.choice([1, 2]), source.choice(tickets or ["A001"])
        do, arguments = source.choices([
            ("ticket", {"service": "general"}), ("ticket", {"service": "tax"}),
            ("ticket", {"service": "general", "class": "priority"}), ("next", {"counter": counter}),
            ("done", {"counter": counter}), ("noshow", {"counter": counter}),
            ("hold", {"counter": counter}), ("resume", {"counter": counter, "ticket": ticket}),
            ("start", {"counter": counter}), ("recall", {"counter": counter}),
            ("cancel", {"ticket": ticket}),
            ("transfer", {"counter": counter, "to": source.choice(["tax", "general"])}),
            ("call", {"counter": counter, "ticket": ticket, "reason": "ขอก่อน"}),
            ("rate", {"counter": counter, "score": source.randint(1, 5)})],
            [25, 15, 8, 30, 8, 5, 5, 5, 3, 3, 2, 4, 3, 12])[0]
        answer = client.ask(do, **arguments)
        if do == "ticket":
            tickets.append(answer["ticket"])

    def test_a_month(self):
        source = random.Random(SEED)
        self.set_clock("2028-02-20 08:00")
        self.start()
        for day in range(31):
            with self.office.connect() as client:
                tickets = []
                for _ in range(60):
                    self.random_turn(source, client, tickets)
                    if source.random() < 0.3:
                        self.shift(self.shifted + source.randrange(600))
            # Half the nights kioskd is off, and perhaps the machine too.
            if source.random() < 0.5:
                self.office.stop(self.kioskd, source.choice([9, 15]))
                if self.boots and source.random() < 0.7:
                    self.new_boot()
                    # In some boots boot time is true, and wall time jumps: a clock that is set.
                    self.all_clocks = source.random() < 0.5
            self.shift(self.shifted + source.choice([0, 12, 24, 24, 24, 48, -1]) * 3600)
            if self.kioskd.poll() is not None:
                self.start()
        self.verify()
        self.check()

    def check(self):
        rows = self.office.sql("select %s, hash from event order by seq" % ", ".join(COLUMNS))
        self.assertGreater(len(rows), 1500)
        self.assertEqual([row[0] for row in rows], list(range(1, len(rows) + 1)))
        head = bytes(32)
        for row in rows:
            head = chain(head, row[:-1])
            self.assertEqual(row[-1], head, "row %d" % row[0])
        self.assertEqual(self.ctl("verify")["head"], head.hex())
        events = [dict(zip(COLUMNS, row), **json.loads(row[8])) for row in rows]
        kinds = {event["kind"] for event in events}
        self.assertLessEqual({"issued", "called", "finished", "no_show", "held", "resumed",
                              "transferred", "cancelled", "rated", "discarded", "left",
                              "day_closed"}, kinds)
        projection = Projection(events)
        names = list(Projection.leg("", "", 0))
        visits = {row[:3]: dict(zip(names, row[3:])) for row in self.office.sql(
            "select day, ticket, leg, %s from visit" % ", ".join(names))}
        self.assertEqual(sorted(visits), sorted(projection.visits))
        for key in visits:
            self.assertEqual(visits[key], projection.visits[key], "%s, seed %d" % (key, SEED))
        ratings = {row[:3]: row[3:] for row in self.office.sql(
            "select day, ticket, leg, counter, service, score, wall_ms from rating")}
        self.assertEqual(ratings, projection.ratings)
        self.check_views(projection)

    def check_views(self, projection):
        waits, services, totals = [], [], {}
        for (day, ticket, leg), visit in projection.visits.items():
            before = projection.visits.get((day, ticket, leg - 1))
            if visit["called_ms"] is not None:
                since = before["ended_ms"] if before else visit["issued_ms"]
                waits.append((day, ticket, leg, (visit["called_ms"] - since) / 1000))
            if visit["started_ms"] is not None and visit["outcome"] in ("finished", "transferred"):
                services.append((day, ticket, leg,
                                 (visit["ended_ms"] - visit["started_ms"]) / 1000))
            total = totals.setdefault((day, visit["service"]), [0] * 4)
            total[0] += leg == 1
            total[1] += visit["outcome"] == "finished"
            total[2] += visit["outcome"] == "left"
            total[3] += visit["in_order"] == 0
        self.assertEqual(self.office.sql("select day, ticket, leg, wait_s from wait_times "
                                         "order by day, ticket, leg"), sorted(waits))
        self.assertEqual(self.office.sql("select day, ticket, leg, service_s from service_times "
                                         "order by day, ticket, leg"), sorted(services))
        rows = self.office.sql("select day, service, issued, finished, left_at_close, "
                               "out_of_order from daily_totals")
        self.assertEqual({row[:2]: list(row[2:]) for row in rows}, totals)


class Replay(unittest.TestCase):
    def setUp(self):
        self.office = harness.Office()
        self.addCleanup(self.office.close)
        self.kioskd = self.office.start_kioskd()

    def restart(self):
        self.office.stop(self.kioskd, 9)
        self.kioskd = self.office.start_kioskd()

    def status(self):
        status = self.office.ctl("status")
        return {key: status[key] for key in status if key not in ("wall_ms", "seq", "id")}

    def test_a_restart_gives_the_same_state(self):
        with self.office.connect() as client:
            for n in range(30):
                client.ask("ticket", service="tax" if n % 3 == 0 else "general",
                           **{"class": "priority" if n % 4 == 0 else "regular"})
            for n in range(8):
                client.ask("next", counter=1 + n % 2)
            client.ask("hold", counter=1)
            client.ask("next", counter=1)
            client.ask("noshow", counter=1)
            client.ask("call", counter=1, ticket="A015", reason="ผู้ป่วย")
            client.ask("transfer", counter=2, to="general")
            client.ask("cancel", ticket="A016")
            client.ask("service-close", service="tax")
            client.ask("counter-close", counter=2)
            before = self.status()
            unprinted = client.ask("unprinted")["tickets"]
        self.restart()
        self.assertEqual(self.status(), before)
        with self.office.connect() as client:
            self.assertEqual(client.ask("unprinted")["tickets"], unprinted)
            self.assertEqual(client.ask("counter-close", counter=2)["error"], "counter_closed")
            self.assertEqual(client.ask("ticket", service="tax")["error"], "service_closed")
        self.restart()
        self.assertEqual(self.status(), before)

    def test_the_bound_on_overtaking_survives_restarts(self):
        with self.office.connect() as client:
            for n in range(8):
                client.ask("ticket", service="general",
                           **{"class": "regular" if n < 3 else "priority"})
        calls = []
        for _ in range(8):
            calls.append(self.office.ctl("next", "1")["ticket"])
            self.restart()
        self.assertEqual(calls, "A004 A005 A001 A006 A007 A002 A008 A003".split())

    def test_a_rating_survives_a_restart_but_not_twice(self):
        self.office.ctl("ticket", "general")
        self.office.ctl("next", "1")
        self.office.ctl("done", "1")
        self.restart()
        self.assertEqual(self.office.ctl("rate", "1", "5")["ticket"], "A001")
        self.restart()
        self.assertEqual(self.office.ctl("rate", "1", "5", check=False)[0], 1)

    def test_the_file(self):
        self.assertEqual(self.office.sql("pragma journal_mode"), [("wal",)])
        self.assertEqual(self.office.sql("pragma user_version"), [(1,)])
        names = [row[1] for row in self.office.sql("pragma table_info(event)")]
        self.assertEqual(names, COLUMNS + ["hash"])
        names = {row[1] for row in self.office.sql("pragma table_info(visit)")}
        self.assertEqual(names, set("ticket leg day service class counter issued_ms called_ms "
                                    "started_ms ended_ms outcome in_order reason promise_low_s "
                                    "promise_high_s".split()))
        names = {row[1] for row in self.office.sql("pragma table_info(rating)")}
        self.assertEqual(names, set("day ticket leg counter service score wall_ms".split()))
        views = {row[0] for row in self.office.sql("select name from sqlite_schema "
                                                   "where type = 'view'")}
        self.assertEqual(views, {"wait_times", "service_times", "daily_totals", "satisfaction"})


class TenYears(unittest.TestCase):
    """A journal of a hundred thousand events that kioskd never wrote."""
    DAYS, TICKETS, LAST_DAY = 2400, 10, 200

    def setUp(self):
        self.office = harness.Office()
        self.addCleanup(self.office.close)
        self.rows, self.head = [], bytes(32)

    def add(self, kind, wall_ms, day, ticket=None, counter=None, **data):
        row = (len(self.rows) + 1, wall_ms, wall_ms - self.booted, self.boot_id, day, kind, ticket,
               counter, json.dumps(data, separators=(",", ":")))
        self.head = chain(self.head, row)
        self.rows.append(row + (self.head,))

    def add_day(self, day, start_ms, count, step_ms):
        at = start_ms
        self.booted, self.boot_id = at - 5000, hashlib.md5(day.encode()).hexdigest()
        self.add("day_opened", at, day)
        self.add("counter_opened", at, day, None, 1, services="general")
        self.add("counter_opened", at, day, None, 2, services="tax general")
        for n in range(1, count + 1):
            ticket, leg = "A%03d" % n, {"service": "general", "class": "regular", "leg": 1}
            self.add("issued", at, day, ticket, None, **leg, ahead=0, promise_low_s=0,
                     promise_high_s=600)
            self.add("printed", at + step_ms, day, ticket, None, copy=1)
            self.add("called", at + 2 * step_ms, day, ticket, 1, **leg, in_order=True,
                     start_implied=True)
            self.add("finished", at + 3 * step_ms, day, ticket, 1, **leg)
            at += 4 * step_ms

    def write(self):
        now = int(time.time() * 1000)
        today = datetime.datetime.fromtimestamp(now / 1000, BANGKOK).date()
        for back in range(self.DAYS, 0, -1):
            day = today - datetime.timedelta(days=back * 3 // 2)
            nine = datetime.datetime(day.year, day.month, day.day, 9, tzinfo=BANGKOK)
            self.add_day(day.isoformat(), int(nine.timestamp() * 1000), self.TICKETS, 60000)
            self.add("day_closed", self.rows[-1][1] + 1000, day.isoformat(), count=self.TICKETS)
        self.add_day(today.isoformat(), now - 100000, self.LAST_DAY, 100)
        with open(SCHEMA) as file:
            schema = file.read()
        with contextlib.closing(sqlite3.connect(self.office.journal)) as db, db:
            db.executescript(schema + "PRAGMA user_version = 1; BEGIN;")
            db.executemany("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", self.rows)
            events = (dict(zip(COLUMNS, row), **json.loads(row[8])) for row in self.rows)
            visits = Projection(events).visits
            names = ["day", "ticket", "leg"] + list(Projection.leg("", "", 0))
            db.executemany("INSERT INTO visit (%s) VALUES (%s)"
                           % (", ".join(names), ", ".join("?" * len(names))),
                           [key + tuple(visit.values()) for key, visit in visits.items()])

    def first_ticket(self):
        """Milliseconds from the start of the program to a ticket in the hand."""
        started = time.monotonic()
        kioskd = self.office.start("kioskd")
        while True:
            try:
                with self.office.connect() as client:
                    answer = client.ask("ticket", service="general")
                    break
            except OSError:
                self.assertIsNone(kioskd.poll(), self.office.log("kioskd"))
                self.assertLess(time.monotonic() - started, 20)
        took = (time.monotonic() - started) * 1000
        self.office.stop(kioskd)
        return answer["ticket"], took

    def test_it_is_taken_up_at_once(self):
        self.write()
        self.assertGreater(len(self.rows), 100000)
        report = self.office.ctl("verify")
        self.assertEqual((report["ok"], report["events"], report["days"], report["head"]),
                         (True, len(self.rows), self.DAYS + 1, self.head.hex()))
        first = [self.first_ticket() for _ in range(3)]
        self.assertEqual([ticket for ticket, _ in first],
                         ["A%03d" % n for n in range(self.LAST_DAY + 1, self.LAST_DAY + 4)])
        best = min(took for _, took in first)
        print("# start to first ticket, %d events, %d tickets today: %.0f ms"
              % (len(self.rows), self.LAST_DAY, best))
        self.assertLess(best, 1000)
        started = time.monotonic()
        self.assertTrue(self.office.ctl("verify")["ok"])
        print("# verify took %.1f s" % (time.monotonic() - started))


if __name__ == "__main__":
    harness.main()

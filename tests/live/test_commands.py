"""Every command through queuectl, and what each leaves in the journal."""
import json
import os
import subprocess
import unittest

import harness
from harness import wait_for

THREE = """
[service works]
prefix = C
[counter 3]
opens = staff
services = works
[gpio]
chip = keys
cool-down-ms = 0
[button general]
line = 1
press = ticket general
"""


class Commands(unittest.TestCase):
    options = ()

    def setUp(self):
        self.office = harness.Office(extra=THREE)
        self.addCleanup(self.office.close)
        self.kioskd = self.office.start_kioskd(*self.options)

    def ctl(self, *words):
        return self.office.ctl(*words)

    def refuse(self, error, *words, status=1):
        """queuectl answers with this refusal; returns the message."""
        code, out, _ = self.office.ctl(*words, check=False)
        self.assertEqual(code, status, (words, out))
        answer = json.loads(out)
        self.assertEqual((answer["ok"], answer["error"]), (False, error), answer)
        return answer["message"]

    def plain(self, *words):
        """What queuectl prints for people."""
        done = subprocess.run([os.path.join(harness.BIN, "queuectl"), "-c", self.office.config,
                               *words], capture_output=True, text=True, timeout=30)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def say(self, *words):
        """What queuectl says to people."""
        return subprocess.run([os.path.join(harness.BIN, "queuectl"), "-c", self.office.config,
                               *words], capture_output=True, text=True, timeout=60).stdout

    def take(self, service="general", *more):
        return self.ctl("ticket", service, *more)["ticket"]

    def event(self, kind):
        """The newest event of a kind: (ticket, counter, data)."""
        rows = self.office.sql("select ticket, counter, data from event where kind = ? "
                               "order by seq desc limit 1", kind)
        self.assertTrue(rows, "no event %s" % kind)
        return rows[0][0], rows[0][1], json.loads(rows[0][2])

    def visits(self, ticket):
        names = ("leg service class counter issued_ms called_ms started_ms ended_ms outcome "
                 "in_order reason promise_low_s promise_high_s").split()
        rows = self.office.sql("select %s from visit where ticket = ? order by leg"
                               % ", ".join(names), ticket)
        return [dict(zip(names, row)) for row in rows]

    def visit(self, ticket, leg=1):
        return self.visits(ticket)[leg - 1]

    def same_time(self, a, b):
        """visit holds corrected time, boot time and an offset: rounding may cost a millisecond."""
        self.assertAlmostEqual(a, b, delta=2)

    def verify(self):
        report = self.ctl("verify")
        self.assertTrue(report["ok"], report)


class Life(Commands):
    def test_normal_service(self):
        taken = self.ctl("ticket", "general")
        self.assertEqual((taken["ok"], taken["ticket"], taken["service"], taken["class"],
                          taken["ahead"]), (True, "A001", "general", "regular", 0))
        self.assertLessEqual(taken["promise_low_s"], taken["promise_high_s"])
        visit = self.visit("A001")
        self.same_time(visit["issued_ms"], taken["wall_ms"])
        self.assertEqual((visit["promise_low_s"], visit["promise_high_s"]),
                         (taken["promise_low_s"], taken["promise_high_s"]))
        for empty in "counter", "called_ms", "started_ms", "ended_ms", "outcome", "in_order":
            self.assertIsNone(visit[empty], empty)
        called = self.ctl("next", "1")
        self.assertEqual((called["ticket"], called["counter"], called["in_order"]),
                         ("A001", 1, True))
        visit = self.visit("A001")
        self.assertEqual((visit["counter"], visit["in_order"], visit["reason"]), (1, 1, None))
        self.same_time(visit["called_ms"], called["wall_ms"])
        self.assertEqual(visit["started_ms"], visit["called_ms"])
        self.assertEqual(self.ctl("recall", "1")["ticket"], "A001")
        self.ctl("start", "1")
        self.refuse("already_started", "start", "1")
        done = self.ctl("done", "1")
        visit = self.visit("A001")
        self.assertEqual(visit["outcome"], "finished")
        self.same_time(visit["ended_ms"], done["wall_ms"])
        self.assertEqual(visit["started_ms"], visit["called_ms"])
        for kind in "issued", "called", "recalled", "started", "finished":
            ticket, counter, data = self.event(kind)
            self.assertEqual((ticket, counter, data["service"], data["leg"]),
                             ("A001", None if kind == "issued" else 1, "general", 1), kind)
        self.refuse("no_ticket", "done", "1")
        for word in "recall", "start", "noshow", "hold":
            self.refuse("no_ticket", word, "1")
        self.refuse("no_ticket", "transfer", "1", "tax")
        self.verify()

    def test_next_ends_what_the_counter_has(self):
        self.take(), self.take()
        self.ctl("next", "1")
        self.assertEqual(self.ctl("next", "1")["ticket"], "A002")
        self.assertEqual(self.visit("A001")["outcome"], "finished")
        self.assertIn("finished", self.refuse("nobody_waiting", "next", "1"))
        self.assertEqual(self.visit("A002")["outcome"], "finished")
        self.refuse("nobody_waiting", "next", "1")

    def test_no_show_and_its_return(self):
        self.take()
        first = self.ctl("next", "1")
        gone = self.ctl("noshow", "1")
        visit = self.visit("A001")
        self.assertEqual((visit["outcome"], visit["started_ms"]), ("no_show", None))
        self.same_time(visit["called_ms"], first["wall_ms"])
        self.same_time(visit["ended_ms"], gone["wall_ms"])
        first_call = visit["called_ms"]
        self.assertEqual(self.office.sql("select count(*) from service_times"), [(0,)])
        back = self.ctl("resume", "a001", "2")
        self.assertEqual((back["ticket"], back["counter"], back["in_order"]), ("A001", 2, True))
        self.assertEqual(self.event("resumed")[:2], ("A001", 2))
        visit = self.visit("A001")
        self.assertEqual((visit["outcome"], visit["ended_ms"], visit["called_ms"],
                          visit["counter"]), (None, None, first_call, 2))
        self.same_time(visit["started_ms"], back["wall_ms"])
        self.ctl("done", "2")
        self.assertEqual(self.visit("A001")["outcome"], "finished")
        self.refuse("not_held", "resume", "A001", "2")
        self.verify()

    def test_hold_and_resume_keep_the_place_and_say_returned(self):
        first = self.ctl("ticket", "general")
        self.take()
        self.ctl("next", "1")
        self.ctl("hold", "1")
        self.assertEqual(self.ctl("status")["held"], 1)
        self.assertIsNone(self.visit("A001")["outcome"])
        self.ctl("next", "1")
        self.refuse("not_waiting", "call", "1", "A001")
        third = self.take()
        self.assertEqual(third, "A003")
        back = self.ctl("resume", "A001", "1")
        self.assertTrue(back["in_order"])  # nobody who waits was issued earlier
        self.assertEqual(self.visit("A002")["outcome"], "finished")
        self.same_time(self.visit("A001")["issued_ms"], first["wall_ms"])
        self.ctl("hold", "1")
        self.ctl("next", "1")
        self.take()  # A004 waits
        self.ctl("hold", "1")  # A003
        self.ctl("resume", "A001", "1")
        self.assertEqual(self.ctl("status")["held"], 1)
        self.assertEqual(self.ctl("next", "1")["ticket"], "A004")
        self.take()  # A005 waits, and was issued behind A003
        self.assertTrue(self.ctl("resume", "A003", "1")["in_order"])
        self.verify()

    def test_a_return_past_an_earlier_ticket_says_returned(self):
        self.take(), self.take(), self.take()
        self.ctl("call", "1", "A003", "--reason", "bus leaves")
        self.ctl("noshow", "1")
        back = self.ctl("resume", "A003", "1")
        self.assertEqual((back["in_order"], back["reason"]), (False, "returned"))
        # The first call is the one that the visit judges.
        self.assertEqual((self.visit("A003")["in_order"], self.visit("A003")["reason"]),
                         (0, "picked: bus leaves"))
        self.verify()

    def test_transfer_makes_a_second_leg(self):
        taken = self.ctl("ticket", "general")
        self.ctl("next", "1")
        self.refuse("same_service", "transfer", "1", "general")
        moved = self.ctl("transfer", "1", "tax")
        self.assertEqual(self.event("transferred")[2]["to"], "tax")
        one, two = self.visits("A001")
        self.assertEqual(one["outcome"], "transferred")
        self.same_time(one["ended_ms"], moved["wall_ms"])
        self.same_time(one["issued_ms"], taken["wall_ms"])
        self.assertEqual((two["leg"], two["service"], two["class"], two["issued_ms"],
                          two["called_ms"], two["counter"], two["outcome"]),
                         (2, "tax", "regular", one["issued_ms"], None, None, None))
        self.refuse("nobody_waiting", "next", "1")
        called = self.ctl("next", "2")
        self.assertEqual((called["ticket"], called["leg"]), ("A001", 2))
        self.ctl("done", "2")
        self.assertEqual(self.visit("A001", 2)["outcome"], "finished")
        wait = self.office.sql("select leg, wait_s from wait_times where ticket = 'A001' "
                               "order by leg")
        self.same_time(wait[1][1] * 1000, called["wall_ms"] - moved["wall_ms"])
        self.assertEqual(self.office.sql("select service, outcome from service_times order by leg"),
                         [("general", "transferred"), ("tax", "finished")])
        self.verify()

    def test_a_transferred_ticket_that_passes_a_line_says_transfer(self):
        self.take()
        self.take("tax")
        self.ctl("next", "1")
        self.ctl("transfer", "1", "tax")
        called = self.ctl("next", "2")
        self.assertEqual((called["ticket"], called["in_order"], called["reason"]),
                         ("A001", False, "transfer"))
        self.verify()

    def test_cancel(self):
        self.take(), self.take(), self.take()
        self.ctl("next", "1")
        self.ctl("cancel", "A001")  # at a counter
        self.ctl("cancel", "A002")  # waiting
        self.ctl("next", "1")
        self.ctl("hold", "1")
        self.ctl("cancel", "A003")  # held
        for ticket in "A001", "A002", "A003":
            self.assertEqual(self.visit(ticket)["outcome"], "cancelled")
            self.assertIsNotNone(self.visit(ticket)["ended_ms"])
        self.refuse("not_open", "cancel", "A002")
        status = self.ctl("status")
        self.assertEqual((status["held"], status["next"]), (0, []))
        self.assertNotIn("ticket", status["counters"][0])
        self.verify()

    def test_reprint(self):
        self.take()
        self.refuse("not_printed", "reprint", "A001")
        with self.office.connect() as kioskd:
            day = kioskd.ask("unprinted")["tickets"][0]["day"]
            self.assertEqual(kioskd.ask("print-failed", day=day, ticket="A001", copy=1,
                                        reason="no paper")["ok"], True)
            self.assertTrue(kioskd.ask("printed", day=day, ticket="A001", copy=1)["ok"])
            self.assertEqual(kioskd.ask("printed", day=day, ticket="A001", copy=1)["error"],
                             "already_printed")
            self.assertEqual(kioskd.ask("printed", day=day, ticket="A001", copy=2)["error"],
                             "not_wanted")
            self.assertEqual(kioskd.ask("unprinted")["tickets"], [])
            self.assertEqual(self.ctl("reprint", "A001")["copy"], 2)
            again = kioskd.ask("unprinted")["tickets"][0]
            self.assertEqual((again["copy"], again["copies"]), (2, 2))
        self.assertEqual(self.event("print_failed")[2], {"copy": 1, "reason": "no paper"})
        self.assertEqual(self.event("printed")[2], {"copy": 1})
        self.assertEqual(self.event("reprinted")[2], {"copy": 2})
        self.verify()


class Order(Commands):
    def test_out_of_order_needs_a_reason(self):
        self.take(), self.take()
        message = self.refuse("reason_needed", "call", "1", "A002")
        self.assertIn("A002", message)
        called = self.ctl("call", "1", "A002", "--reason", "รถเข็น")
        self.assertEqual((called["in_order"], called["reason"]), (False, "picked: รถเข็น"))
        self.assertEqual((self.visit("A002")["in_order"], self.visit("A002")["reason"]),
                         (0, "picked: รถเข็น"))
        self.assertEqual(self.office.sql("select out_of_order from daily_totals"), [(1,)])
        self.assertTrue(self.ctl("call", "1", "A001")["in_order"])  # the next one needs none
        self.refuse("not_waiting", "call", "1", "A001")
        self.verify()

    def test_a_reason_as_long_as_allowed_is_kept(self):
        reason = "ก" * 85
        self.assertEqual(len(reason.encode()), 255)
        self.take(), self.take()
        self.ctl("call", "1", "A002", "--reason", reason)
        kept = self.event("called")[2].get("reason", "")
        self.assertTrue(kept.startswith("picked: กกกก"), kept)
        self.assertEqual(self.visit("A002")["reason"], kept)
        self.verify()

    def test_the_next_ticket_by_name_is_called_as_next_would(self):
        self.take()
        self.take("general", "--priority")
        called = self.ctl("call", "1", "A002")
        self.assertEqual((called["in_order"], called["reason"]), (False, "priority"))

    def test_two_priority_tickets_pass_and_then_a_regular_one_goes(self):
        for _ in range(3):
            self.take()
        for _ in range(5):
            self.take("general", "--priority")
        status = self.ctl("status")["services"][0]
        self.assertEqual((status["waiting"], status["waiting_priority"]), (8, 5))
        calls = [self.ctl("next", "1") for _ in range(8)]
        self.assertEqual([call["ticket"] for call in calls],
                         "A004 A005 A001 A006 A007 A002 A008 A003".split())
        for call in calls:
            passed = call["class"] == "priority"
            self.assertEqual((call["in_order"], call.get("reason")),
                             (not passed, "priority" if passed else None), call)
        self.assertEqual(self.visit("A004")["reason"], "priority")
        self.verify()

    def test_fifo_over_the_services_of_a_counter(self):
        order = [self.take(service) for service in ("tax", "general", "tax", "general", "tax")]
        self.assertEqual(order, ["B001", "A001", "B002", "A002", "B003"])
        self.assertEqual([self.ctl("next", "2")["ticket"] for _ in order], order)


class NoPatience(Commands):
    options = ("-o", "kiosk.regular-max-wait=0", "-o", "kiosk.priority-run=100")

    def test_nobody_passes_a_regular_ticket_that_waited_too_long(self):
        first = self.ctl("ticket", "general")
        self.take("general", "--priority")
        wait_for(lambda: self.ctl("status")["wall_ms"] > first["wall_ms"], "a millisecond to pass")
        self.assertEqual(self.ctl("next", "1")["ticket"], "A001")


class StartButton(Commands):
    options = ("-o", "kiosk.start=button")

    def test_service_begins_with_the_button(self):
        self.take(), self.take()
        self.ctl("next", "1")
        self.assertIsNone(self.visit("A001")["started_ms"])
        self.assertEqual(self.ctl("status")["counters"][0]["state"], "called")
        started = self.ctl("start", "1")
        self.assertEqual(self.ctl("status")["counters"][0]["state"], "serving")
        self.same_time(self.visit("A001")["started_ms"], started["wall_ms"])
        self.ctl("next", "1")
        self.ctl("done", "1")
        self.assertIsNone(self.visit("A002")["started_ms"])
        self.assertEqual(self.office.sql("select ticket from service_times"), [("A001",)])
        self.verify()


class Rating(Commands):
    def test_only_the_last_finished_ticket_and_once(self):
        self.assertIn("no ticket", self.refuse("nothing_to_rate", "rate", "1", "5"))
        self.take(), self.take()
        self.ctl("next", "1")
        self.refuse("nothing_to_rate", "rate", "1", "5")  # still being served
        self.ctl("next", "1")
        rated = self.ctl("rate", "1", "4")
        self.assertEqual((rated["ticket"], rated["score"]), ("A001", 4))
        self.assertIn("already", self.refuse("nothing_to_rate", "rate", "1", "1"))
        self.ctl("noshow", "1")
        self.refuse("nothing_to_rate", "rate", "1", "2")  # A002 was not served
        self.refuse("nothing_to_rate", "rate", "2", "2")  # nobody was served there
        self.assertEqual(self.office.sql("select ticket, leg, counter, service, score from rating"),
                         [("A001", 1, 1, "general", 4)])
        discarded = self.office.sql("select ticket, counter, data from event "
                                    "where kind = 'discarded' order by seq")
        self.assertEqual([row[:2] for row in discarded],
                         [(None, 1), (None, 1), (None, 1), (None, 1), (None, 2)])
        self.assertEqual([json.loads(row[2])["score"] for row in discarded], [5, 5, 1, 2, 2])
        self.assertTrue(all(json.loads(row[2])["reason"] for row in discarded))
        self.verify()

    def test_the_window(self):
        self.take()
        self.ctl("next", "1")
        self.ctl("done", "1")
        self.office.stop(self.kioskd)
        self.office.start_kioskd("-o", "kiosk.rating-window=1")
        done = self.office.sql("select wall_ms from event where kind = 'finished'")[0][0]
        wait_for(lambda: self.ctl("status")["wall_ms"] > done + 1000, "the window to close")
        self.assertIn("late", self.refuse("nothing_to_rate", "rate", "1", "5"))

    def test_satisfaction(self):
        for score in 5, 5, 2:
            self.take()
            self.ctl("next", "1")
            self.ctl("done", "1")
            self.ctl("rate", "1", str(score))
        self.assertEqual(self.office.sql("select service, ratings, mean_score, score_5, score_4, "
                                         "score_3, score_2, score_1 from satisfaction"),
                         [("general", 3, 4.0, 2, 0, 0, 1, 0)])


class Opening(Commands):
    def test_counters(self):
        self.take("works")
        message = self.refuse("counter_closed", "next", "3")
        self.assertIn("counter open 3", message)
        self.ctl("counter", "open", "3")
        self.assertEqual(self.event("counter_opened"), (None, 3, {"services": "works"}))
        self.refuse("already_open", "counter", "open", "3")
        self.assertEqual(self.ctl("next", "3")["ticket"], "C001")
        self.ctl("counter", "close", "3")
        self.assertEqual(self.event("counter_closed"), (None, 3, {}))
        self.assertEqual(self.visit("C001")["outcome"], "finished")
        self.refuse("counter_closed", "counter", "close", "3")
        counters = self.ctl("status")["counters"]
        self.assertEqual([(c["counter"], c["open"]) for c in counters],
                         [(1, True), (2, True), (3, False)])

    def test_services(self):
        self.ctl("service", "close", "tax")
        self.assertEqual(self.event("service_closed"), (None, None, {"service": "tax"}))
        self.assertIn("tax", self.refuse("service_closed", "ticket", "tax"))
        self.refuse("already_closed", "service", "close", "tax")
        self.assertEqual([s["open"] for s in self.ctl("status")["services"]], [True, False, True])
        self.ctl("service", "open", "tax")
        self.assertEqual(self.event("service_opened"), (None, None, {"service": "tax"}))
        self.assertEqual(self.take("tax"), "B001")

    def test_start_leaves_its_events(self):
        self.ctl("status")  # the socket is there a moment before it is read
        kinds = [row[0] for row in self.office.sql("select kind from event order by seq")]
        self.assertEqual(kinds, ["day_opened", "counter_opened", "counter_opened", "started_up"])
        self.assertRegex(self.event("started_up")[2]["version"], r"^\d+\.\d+\.\d+$")
        self.verify()


class DailyLimit(Commands):
    options = ("-o", "service tax.daily-limit=2")

    def test_the_limit(self):
        self.take("tax"), self.take("tax")
        self.assertIn("tax", self.refuse("limit_reached", "ticket", "tax"))
        self.assertEqual(self.take(), "A001")


class Words(Commands):
    def test_unknown_things_are_named_with_what_would_be_right(self):
        self.take()
        for error, words, parts in (
                ("unknown_service", ("ticket", "passport"), ("passport", "general", "tax")),
                ("unknown_service", ("service", "open", "passport"), ("passport", "general")),
                ("unknown_counter", ("next", "9"), ("9", "1", "2", "3")),
                ("unknown_counter", ("counter", "open", "9"), ("9", "1", "2", "3")),
                ("unknown_ticket", ("cancel", "A777"), ("A777", "today")),
                ("unknown_ticket", ("call", "1", "Z001"), ("Z001", "today"))):
            message = self.refuse(error, *words)
            for part in parts:
                self.assertIn(part, message, words)

    def test_usage_errors_exit_2(self):
        for words, part in ((("fly",), "fly"), (("ticket",), "SERVICE"), (("next", "x"), "counter"),
                            (("next", "0"), "1 to 99"), (("next",), "COUNTER"),
                            (("rate", "1", "6"), "1 to 5"), (("rate", "1"), "SCORE"),
                            (("cancel", "!"), "A001"), (("next", "1", "2"), "2"),
                            (("ticket", "general", "--fast"), "--fast"),
                            (("call", "1", "A001", "--reason"), "--reason"),
                            (("call", "1", "A001", "--reason", ""), "reason"),
                            (("call", "1", "A001", "--reason", "x" * 256), "255"),
                            (("counter", "1"), "counter"), (("printed",), "printed"),
                            (("subscribe",), "subscribe"), (("discard",), "discard"),
                            (("watch", "--after", "x"), "watch"), (("verify", "--fast"), "verify"),
                            (("backup",), "backup"), ((), "command")):
            code, out, err = self.office.ctl(*words, check=False)
            self.assertEqual((code, out), (2, ""), (words, err))
            self.assertIn(part, err, words)
            self.assertIn("--help", err, words)

    def test_plain_text(self):
        def plain(*words):
            done = subprocess.run([os.path.join(harness.BIN, "queuectl"), "-c", self.office.config,
                                   *words], capture_output=True, text=True, timeout=20)
            return done.returncode, done.stdout + done.stderr
        self.assertRegex(plain("ticket", "general")[1], r"^A001: 0 ahead, .*minutes\n$")
        for words, part in ((("next", "1"), "A001 to counter 1"), (("recall", "1"), "A001"),
                            (("start", "1"), "A001"), (("hold", "1"), "A001"),
                            (("resume", "A001", "1"), "A001 to counter 1"), (("done", "1"), "A001"),
                            (("rate", "1", "5"), "A001"),
                            (("ticket", "tax", "--priority"), "B001"), (("cancel", "B001"), "B001"),
                            (("counter", "open", "3"), "counter 3 is open"),
                            (("service", "close", "works"), "works is closed"),
                            (("status",), "counter 3"), (("verify",), "chain is whole")):
            status, text = plain(*words)
            self.assertEqual(status, 0, text)
            self.assertIn(part, text)
        status, text = plain("next", "1")
        self.assertEqual(status, 1)
        self.assertIn("nobody_waiting", text)

    def test_thai_digits_and_small_letters_name_a_ticket(self):
        self.take()
        self.assertEqual(self.ctl("call", "1", "a๐๐๑")["ticket"], "A001")

    def test_status(self):
        self.take()
        self.take("tax", "--priority")
        called = self.ctl("next", "1")
        status = self.ctl("status")
        self.assertEqual((status["ok"], status["clock_set"], status["open"], status["seq"]),
                         (True, True, True, called["seq"]))
        self.assertEqual([s["service"] for s in status["services"]], ["general", "tax", "works"])
        for service in status["services"]:
            self.assertLessEqual(service["promise_low_s"], service["promise_high_s"])
        counter = status["counters"][0]
        self.assertEqual((counter["ticket"], counter["service"], counter["class"]),
                         ("A001", "general", "regular"))
        self.same_time(counter["called_ms"], called["wall_ms"])
        self.assertNotIn("ticket", status["counters"][1])
        self.same_time(status["calls"][0].pop("wall_ms"), called["wall_ms"])
        self.assertEqual(status["calls"], [{"seq": called["seq"], "ticket": "A001", "counter": 1,
                                            "service": "general", "class": "regular"}])
        self.assertEqual([(n["ticket"], n["class"]) for n in status["next"]],
                         [("B001", "priority")])

    def test_watch(self):
        watch = subprocess.Popen([os.path.join(harness.BIN, "queuectl"), "-c", self.office.config,
                                  "--json", "watch", "--after", "0"], stdout=subprocess.PIPE,
                                 text=True)
        self.addCleanup(watch.stdout.close)
        self.office.processes.append(watch)
        seen = [json.loads(watch.stdout.readline()) for _ in range(4)]
        self.take()
        seen.append(json.loads(watch.stdout.readline()))
        rows = self.office.sql("select seq, wall_ms, boot_ms, boot_id, day, kind, ticket, counter, "
                               "data from event order by seq")
        for event, row in zip(seen, rows, strict=True):
            expected = dict(zip("seq wall_ms boot_ms boot_id day event ticket counter".split(),
                                row), **json.loads(row[8]))
            self.assertEqual(event, {k: v for k, v in expected.items() if v is not None})
        self.office.stop(self.kioskd)
        self.assertEqual(watch.wait(20), 3)
        self.assertEqual(self.office.ctl("watch", check=False)[0], 3)

    def test_a_key_press_is_a_command(self):
        with self.office.connect() as kioskd:
            kioskd.ask("subscribe")
            self.assertTrue(kioskd.ask("press", line="1")["ok"])
            self.assertEqual(kioskd.event("issued")["ticket"], "A001")
            self.assertFalse(kioskd.ask("press", line="7")["ok"])

    def test_announced(self):
        self.take()
        seq = self.ctl("next", "1")["seq"]
        with self.office.connect() as kioskd:
            self.assertTrue(kioskd.ask("announced", ticket="A001", counter=1, of=seq)["ok"])
            self.assertEqual(self.event("announced"), ("A001", 1, {"of": seq}))
            answer = kioskd.ask("announced", ticket="A001", counter=1, of=seq + 1000)
            self.assertFalse(answer["ok"], "a call that never was cannot have been announced")

    def test_the_counter_sees_what_was_announced(self):
        def counter():
            return self.ctl("status")["counters"][0]

        self.take()
        seq = self.ctl("next", "1")["seq"]
        self.assertIs(counter()["announced"], False)
        self.assertIn("not announced yet", self.say("status"))
        with self.office.connect() as kioskd:
            told = dict(ticket="A001", counter=1, voice="spoken")
            self.assertTrue(kioskd.ask("announced", of=seq, **told)["ok"])
            self.assertEqual(self.event("announced"), ("A001", 1, {"of": seq, "voice": "spoken"}))
            self.assertEqual((counter()["announced"], counter()["voice"]), (True, "spoken"))
            self.assertIn("shown and spoken", self.say("status"))
            again = self.ctl("recall", "1")["seq"]
            self.assertIs(counter()["announced"], False, "the recall has still to be heard")
            told["voice"] = "silent"
            self.assertTrue(kioskd.ask("announced", of=again, **told)["ok"])
            self.assertEqual((counter()["announced"], counter()["voice"]), (True, "silent"))
            told["voice"] = "sung"
            self.assertEqual(kioskd.ask("announced", of=again, **told)["error"], "bad_argument")

    def test_totals(self):
        for _ in range(4):
            self.take()
        self.ctl("next", "1"), self.ctl("done", "1")
        self.ctl("next", "1"), self.ctl("noshow", "1")
        self.ctl("next", "1"), self.ctl("transfer", "1", "tax")
        self.ctl("cancel", "A004")
        self.assertEqual(
            self.office.sql("select service, issued, called, finished, no_show, cancelled, "
                            "transferred, left_at_close, out_of_order from daily_totals "
                            "order by service"),
            [("general", 4, 3, 1, 1, 1, 1, 0, 0), ("tax", 0, 0, 0, 0, 0, 0, 0, 0)])


class Unreachable(unittest.TestCase):
    def test_without_kioskd(self):
        with harness.Office() as office:
            for words in ("status",), ("ticket", "general"), ("watch",), ("next", "1"):
                code, _, err = office.ctl(*words, check=False)
                self.assertEqual(code, 3, err)
                self.assertIn(office.socket, err)
            # Configuration comes before reaching for kioskd.
            code, _, err = office.ctl("-o", "kiosk.fly=1", "status", check=False)
            self.assertEqual(code, 2, err)
            code, _, err = office.ctl("backup", office.dir + "/b", check=False)
            self.assertEqual(code, 1, err)


FAULTY = """
[office]
name =
hours = mon-fry 08:30-16:30
[kiosk]
state-dir = {dir}/state
socket = {dir}/sock
priority-run = many
colour = blue
[service general]
prefix = ab
[service tax]
prefix = B
[service works]
prefix = B
[counter 0]
services = general
[counter 1]
services = generl
[button one]
line = 1
press = fly to the moon
[moon]
phase = full
nonsense
[display]
size = big
"""


class Check(unittest.TestCase):
    def test_all_faults_at_once(self):
        wanted = (("office", "name", "empty"), ("office", "hours", "mon-fry"),
                  ("kiosk", "priority-run", "many"), ("kiosk", "colour", "expected one of"),
                  ("service general", "prefix", "capital letters"),
                  ("service works", "prefix", "tax"), ("counter 0", "services", "1 to 99"),
                  ("counter 1", "services", "generl"), ("button one", "press", "fly"),
                  ("moon", "phase", "unknown section"), ("display", "size", "1920x1080"))
        lines = FAULTY.splitlines()
        with harness.Office(config=FAULTY) as office:
            for program in "kioskd", "queuectl":
                done = subprocess.run([os.path.join(harness.BIN, program), "-c", office.config,
                                       "--check-config"], capture_output=True, text=True)
                self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
                for section, key, part in wanted:
                    at = lines.index("[%s]" % section)
                    number = 1 + next(i for i in range(at, len(lines))
                                      if lines[i].startswith(key + " ="))
                    place = "%s:%d: [%s] %s: " % (office.config, number, section, key)
                    named = [line for line in done.stderr.splitlines() if place in line]
                    self.assertTrue(named, place + "\n" + done.stderr)
                    self.assertIn(part, named[0])
                number = 1 + lines.index("nonsense")
                self.assertIn("%s:%d: \"nonsense\"" % (office.config, number), done.stderr)
                self.assertEqual(len(done.stderr.splitlines()), len(wanted) + 1, done.stderr)

    def test_a_good_file(self):
        with harness.Office() as office:
            done = subprocess.run([os.path.join(harness.BIN, "kioskd"), "-c", office.config,
                                   "--check-config"], capture_output=True, text=True)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertEqual(os.listdir(office.dir + "/state"), [])

    def test_options(self):
        def run(*words):
            done = subprocess.run([os.path.join(harness.BIN, "kioskd"), *words],
                                  capture_output=True, text=True, timeout=20)
            return done.returncode, done.stdout, done.stderr
        self.assertEqual(run("--version")[0], 0)
        self.assertRegex(run("--version")[1], r"^kioskd \(Khiosk\) \d")
        self.assertIn("--check-config", run("--help")[1])
        for words, part in ((("--fly",), "--fly"), (("-c",), "-c"), (("stray",), "stray"),
                            (("-c", "/nowhere/x.ini"), "/nowhere/x.ini"),
                            (("-c", "/nowhere/x.ini", "-o", "x"), "/nowhere/x.ini")):
            status, _, err = run(*words)
            self.assertEqual(status, 2, words)
            self.assertIn(part, err)
        with harness.Office() as office:
            for value, part in (("nonsense", "section.key=value"),
                                ("kiosk.colour=blue", "kiosk.colour"),
                                ("counter 1.services=x", "counter 1.services"),
                                ("moon.phase=full", "moon.phase")):
                status, _, err = run("-c", office.config, "-o", value, "--check-config")
                self.assertEqual(status, 2, value)
                self.assertIn(part, err)


class Status(Commands):
    def test_says_who_can_be_brought_back_and_why_nothing_is_printed(self):
        for _ in range(25):
            self.take()
        self.take("general", "--priority")
        self.ctl("next", "1"), self.ctl("hold", "1")
        self.ctl("next", "1"), self.ctl("noshow", "1")
        with self.office.connect() as printer:
            wanted = printer.ask("unprinted")["tickets"][0]
            self.assertTrue(printer.ask("print-failed", day=wanted["day"], ticket=wanted["ticket"],
                                        copy=1, reason="กระดาษหมด")["ok"])
            # Those that were never tried come first.
            self.assertNotEqual(printer.ask("unprinted")["tickets"][0]["ticket"], wanted["ticket"])
        text = self.plain("status")
        for part in ("and 4 more", "held, or did not come: A026 A001",
                     "tickets are not printed: กระดาษหมด"):
            self.assertIn(part, text)
        self.assertIn("A002 to counter 1\n", self.plain("next", "1"))
        self.assertIn("resume A002 1 brings it back", self.plain("hold", "1"))


if __name__ == "__main__":
    harness.main()

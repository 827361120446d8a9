"""Tickets on paper: printerd with a real kioskd, to a folder and through a real CUPS."""
import glob
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import time
import unittest

import cups
import harness
from harness import wait_for


class Printing(unittest.TestCase):
    """An office and a printerd that is started, killed and started again."""

    def setUp(self):
        self.office = harness.Office()
        self.addCleanup(self.office.close)
        self.printerd = None
        self.to = None
        self.env = {}

    def listen_for_readiness(self):
        """The socket at which systemd would hear that printerd is ready."""
        path = os.path.join(self.office.dir, "notify")
        readiness = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        readiness.bind(path)
        readiness.settimeout(20)
        self.env = dict(self.env, NOTIFY_SOCKET=path)
        return readiness

    def start_printerd(self):
        self.printerd = self.office.start("printerd", "-o", "printer.to=" + self.to, env=self.env)

    def kill_printerd(self):
        self.office.stop(self.printerd, signal.SIGKILL)

    def take(self, count=1):
        with self.office.connect() as kioskd:
            answers = [kioskd.ask("ticket", service="general") for _ in range(count)]
        for answer in answers:
            self.assertTrue(answer["ok"], answer)
        return [answer["ticket"] for answer in answers]

    def events(self, kind):
        return self.office.sql(
            "select ticket, data from event where kind = ? order by seq", kind)

    def printed(self):
        return [ticket for ticket, _ in self.events("printed")]

    def wait_printed(self, tickets, seconds=30):
        wait_for(lambda: set(self.printed()) >= set(tickets) or self.printerd.poll() is not None,
                 "all of %s to be printed" % (tickets,), seconds)
        self.assertIsNone(self.printerd.poll(), self.office.log("printerd"))


class Folder(Printing):
    def setUp(self):
        super().setUp()
        self.folder = os.path.join(self.office.dir, "paper", "tickets")
        self.to = "folder:" + self.folder

    def files(self):
        return sorted(os.listdir(self.folder)) if os.path.isdir(self.folder) else []

    def expect_files(self, tickets):
        """One whole pair of files for each ticket, and nothing else."""
        day = self.office.sql("select day from event where kind = 'issued'")[0][0]
        wanted = sorted("%s_%s%s" % (day, ticket, ending)
                        for ticket in tickets for ending in (".pdf", ".png"))
        self.assertEqual([name for name in self.files() if not name.endswith(".part")], wanted)
        for name in wanted:
            with open(os.path.join(self.folder, name), "rb") as file:
                data = file.read()
            if name.endswith(".pdf"):
                self.assertTrue(data.startswith(b"%PDF-") and b"%%EOF" in data[-16:], name)
            else:
                self.assertTrue(data.startswith(b"\x89PNG") and b"IEND" in data[-16:], name)

    def test_a_ticket_becomes_a_pdf_and_a_png(self):
        self.office.start_kioskd()
        self.start_printerd()
        tickets = self.take()
        self.wait_printed(tickets)
        self.expect_files(tickets)
        pdf = os.path.join(self.folder, next(n for n in self.files() if n.endswith(".pdf")))
        if not shutil.which("pdftotext"):
            self.skipTest("pdftotext (poppler-utils) is not installed")
        text = subprocess.run(["pdftotext", pdf, "-"], capture_output=True, text=True).stdout
        for words in tickets[0], "งานทั่วไป", "General", "อบต. ทดสอบ", "กรุณารอเรียกคิวตามลำดับ":
            self.assertIn(words, text)
        info = subprocess.run(["pdfinfo", pdf], capture_output=True, text=True).stdout
        width, height = map(float, re.search(r"Page size: +([\d.]+) x ([\d.]+)", info).groups())
        self.assertAlmostEqual(width, 72 / 25.4 * 72, delta=0.01)
        self.assertLess(height, 140 / 25.4 * 72)

    def test_tickets_issued_while_printerd_is_down_are_printed_in_order(self):
        self.office.start_kioskd()
        tickets = self.take(25)
        self.start_printerd()
        self.wait_printed(tickets)
        self.expect_files(tickets)
        self.assertEqual(self.printed(), tickets)

    def test_printerd_waits_for_kioskd(self):
        self.start_printerd()
        wait_for(lambda: "does not answer" in self.office.log("printerd"), "a line in the log")
        kioskd = self.office.start_kioskd()
        first = self.take()
        self.wait_printed(first)
        self.office.stop(kioskd, signal.SIGKILL)
        self.office.start_kioskd()
        second = self.take()
        self.wait_printed(first + second)
        self.assertEqual(self.printed(), first + second)
        self.assertEqual(self.office.log("printerd").count("does not answer"), 2)
        self.assertEqual(self.office.log("printerd").count("answers again"), 2)

    def test_a_reprint_is_a_second_copy(self):
        self.office.start_kioskd()
        self.start_printerd()
        ticket, = self.take()
        self.wait_printed([ticket])
        for copy in 2, 3:
            with self.office.connect() as kioskd:
                self.assertTrue(kioskd.ask("reprint", ticket=ticket)["ok"])
            wait_for(lambda: len(self.printed()) == copy, "copy %d" % copy)
        self.assertEqual(len(self.files()), 6)
        for ending in "_2.pdf", "_2.png", "_3.pdf", "_3.png":
            self.assertTrue([name for name in self.files() if name.endswith(ticket + ending)])

    def inodes(self):
        """A file that is written again is another file of the same name."""
        return {name: os.stat(os.path.join(self.folder, name)).st_ino
                for name in self.files() if name.endswith(".png")}

    def test_killed_at_random_moments_it_loses_nothing_and_prints_nothing_twice(self):
        self.office.start_kioskd()
        self.start_printerd()
        seed = random.randrange(1 << 32)
        moments = random.Random(seed)
        tickets, first_written = [], {}
        for _ in range(30):
            tickets += self.take()
            # From "it has only just been started" to "it has nothing left to do".
            done = len(tickets) - moments.randrange(3)
            wait_for(lambda: len(self.printed()) >= done, "some tickets to be printed")
            for _ in range(moments.randrange(100000)):
                pass
            self.kill_printerd()
            first_written = {**self.inodes(), **first_written}
            self.start_printerd()
        self.wait_printed(tickets)
        self.assertEqual(sorted(self.printed()), sorted(tickets), "seed %d" % seed)
        self.expect_files(tickets)
        self.assertEqual(self.inodes(), {**self.inodes(), **first_written}, "seed %d" % seed)

    def test_a_ticket_whose_report_was_lost_is_reported_and_not_written_again(self):
        kioskd = self.office.start_kioskd()
        tickets = self.take(3)
        self.office.stop(kioskd)
        state, before = os.path.dirname(self.office.journal), self.office.dir + "/before"
        shutil.copytree(state, before)
        kioskd = self.office.start_kioskd()
        self.start_printerd()
        self.wait_printed(tickets)
        self.kill_printerd()
        self.office.stop(kioskd)
        written = self.inodes()
        # As if printerd had died before its reports arrived.
        shutil.rmtree(state)
        shutil.copytree(before, state)
        self.office.start_kioskd()
        self.assertEqual(self.printed(), [])
        self.start_printerd()
        self.wait_printed(tickets)
        self.expect_files(tickets)
        self.assertEqual(self.inodes(), written)

    def test_a_folder_that_cannot_be_written_is_reported_once_and_tried_again(self):
        in_the_way = os.path.join(self.office.dir, "paper")
        with open(in_the_way, "w"):
            pass
        self.office.start_kioskd()
        self.start_printerd()
        tickets = self.take(2)
        wait_for(lambda: len(self.events("print_failed")) == 2, "both tickets to fail")
        self.assertIn("cannot write tickets to " + self.folder, self.events("print_failed")[0][1])
        wait_for(lambda: self.office.log("printerd").count("are not printed") == 1, "a warning")
        os.unlink(in_the_way)
        self.wait_printed(tickets)
        self.expect_files(tickets)
        self.assertEqual(len(self.events("print_failed")), 2)
        self.assertIn("printed again", self.office.log("printerd"))

    def test_it_is_ready_without_kioskd_and_stops_cleanly(self):
        with self.listen_for_readiness() as readiness:
            self.start_printerd()
            self.assertIn(b"READY=1", readiness.recv(4096))
            self.assertEqual(self.office.stop(self.printerd), 0)
            self.assertIn(b"STOPPING=1", readiness.recv(4096))

    def test_it_sleeps_while_nothing_happens(self):
        self.office.start_kioskd()
        self.start_printerd()
        self.wait_printed(self.take())

        def switches():
            count = 0
            for status in glob.glob("/proc/%d/task/*/status" % self.printerd.pid):
                with open(status) as file:
                    line = re.search(r"^voluntary_ctxt_switches:\s+(\d+)", file.read(), re.M)
                count += int(line[1])
            return count

        # Asleep: it has heard of its own report, and nothing wakes it in the next two seconds.
        quiet = [switches(), time.monotonic()]

        def quiet_for_two_seconds():
            if switches() != quiet[0]:
                quiet[:] = switches(), time.monotonic()
            return time.monotonic() - quiet[1] > 2

        wait_for(quiet_for_two_seconds, "two seconds without a wake-up")


    def test_a_counter_that_is_quicker_than_the_printer_takes_nobody_s_paper(self):
        self.office.start_kioskd()
        ticket = self.take()[0]
        self.office.ctl("next", "1")
        self.office.ctl("done", "1")
        self.start_printerd()
        self.wait_printed([ticket])

    def test_a_second_one_does_not_print_the_same_again(self):
        self.office.start_kioskd()
        self.start_printerd()
        self.wait_printed(self.take())
        other = self.office.start("printerd", "-o", "printer.to=" + self.to)
        self.assertEqual(other.wait(20), 1)
        self.assertIn("another printerd prints for this office already", self.office.log("printerd"))
        self.wait_printed(self.take())


class Nowhere(Printing):
    def test_none_prints_and_reports_nothing(self):
        self.to = "none"
        self.office.start_kioskd()
        self.take()
        with self.listen_for_readiness() as readiness, self.office.connect() as kioskd:
            kioskd.ask("subscribe")
            self.start_printerd()
            readiness.recv(4096)
            second, = self.take()
            self.assertEqual(kioskd.event()["ticket"], second)
        self.assertEqual(self.office.stop(self.printerd), 0)
        self.assertEqual(self.events("printed") + self.events("print_failed"), [])


class Draw(Printing):
    def draw(self, name, *options):
        return subprocess.run(
            [os.path.join(harness.BIN, "printerd"), "-c", self.office.config, "--draw",
             os.path.join(self.office.dir, name), *options], capture_output=True, text=True)

    def test_draw_makes_a_sample(self):
        for name, magic in ("a.png", b"\x89PNG"), ("a.pdf", b"%PDF-"):
            self.assertEqual(self.draw(name).returncode, 0)
            with open(os.path.join(self.office.dir, name), "rb") as file:
                self.assertTrue(file.read().startswith(magic))

    def test_draw_says_what_it_cannot_do(self):
        done = self.draw("a.gif")
        self.assertEqual(done.returncode, 2)
        self.assertIn(".png or .pdf", done.stderr)
        done = self.draw("missing/a.png")
        self.assertEqual(done.returncode, 1)
        self.assertIn("No such file", done.stderr)


@unittest.skipIf(cups.MISSING, cups.MISSING)
class Cups(Printing):
    def setUp(self):
        super().setUp()
        self.paper = cups.Paper()
        self.addCleanup(self.paper.close)
        self.server = cups.PrintServer()
        self.addCleanup(self.server.close)
        self.server.start()
        self.server.add_queue("roll", self.paper.port)
        self.to = "cups:roll"
        self.env = {"CUPS_SERVER": self.server.address}
        self.office.start_kioskd()

    def expect_jobs(self, tickets):
        """Exactly one job for each ticket came out of the printer, in this order."""
        wait_for(lambda: len(self.paper.jobs) >= len(tickets), "the paper")
        self.assertEqual(len(self.paper.jobs), len(tickets))
        self.assertEqual(len(self.server.jobs()), len(tickets))
        for job, ticket in zip(self.paper.jobs, tickets):
            self.assertTrue(job.startswith(b"%PDF-"), job[:20])
            self.assertIn(b"%%EOF", job[-16:])
            info = subprocess.run(["pdfinfo", "-"], input=job, capture_output=True).stdout.decode()
            self.assertRegex(info, "Title: .*" + ticket)
        self.assertEqual(self.printed(), tickets)

    def test_each_ticket_arrives_once(self):
        self.start_printerd()
        tickets = self.take(3)
        self.wait_printed(tickets)
        self.expect_jobs(tickets)

    def test_the_default_queue(self):
        self.server.run(cups.LPADMIN, "-d", "roll")
        self.to = "cups:"
        self.start_printerd()
        tickets = self.take()
        self.wait_printed(tickets)
        self.expect_jobs(tickets)

    def test_a_driver_gets_a_page_of_the_tickets_own_size(self):
        try:
            self.server.add_queue("label", self.paper.port, "drv:///sample.drv/zebra.ppd")
        except AssertionError:
            self.skipTest("this CUPS has no sample drivers (cups, cups-filters)")
        self.to = "cups:label"
        self.start_printerd()
        self.wait_printed(self.take())
        # The driver's picture, at 203 dpi: how many bytes, and how many in a row.
        size, row = map(int, re.match(rb"~DGR:CUPS.GRF,(\d+),(\d+),", self.paper.jobs[0]).groups())
        self.assertEqual(row * 8, 72 * 8)
        self.assertLess(size / row / 8, 140)  # mm; A4 has 297

    def test_killed_between_submission_and_report_it_submits_nothing_again(self):
        self.paper.ready.clear()
        self.start_printerd()
        tickets = self.take(2)
        wait_for(lambda: len(self.server.jobs()) == 2, "both jobs in CUPS")
        self.kill_printerd()
        self.start_printerd()
        more = self.take()  # in CUPS only after the new printerd has looked for the others
        wait_for(lambda: len(self.server.jobs()) >= 3, "the third job in CUPS")
        self.kill_printerd()
        self.paper.ready.set()
        wait_for(lambda: len(self.paper.jobs) == 3, "the paper")
        self.start_printerd()
        self.wait_printed(tickets + more)
        self.assertEqual(sorted(self.printed()), tickets + more)
        self.assertEqual(len(self.paper.jobs), 3)
        self.assertEqual(len(self.server.jobs()), 3)

    def test_killed_at_random_moments_every_ticket_arrives_once(self):
        seed = random.randrange(1 << 32)
        moments = random.Random(seed)
        tickets = []
        self.start_printerd()
        for _ in range(10):
            tickets += self.take()
            wanted = len(tickets) - moments.randrange(2)
            wait_for(lambda: len(self.server.jobs()) >= wanted, "jobs in CUPS")
            self.kill_printerd()
            self.start_printerd()
        self.wait_printed(tickets)
        self.assertEqual(sorted(self.printed()), sorted(tickets), "seed %d" % seed)
        wait_for(lambda: len(self.paper.jobs) >= len(tickets), "the paper")
        self.assertEqual(len(self.paper.jobs), len(tickets), "seed %d" % seed)
        self.assertEqual(len(self.server.jobs()), len(tickets), "seed %d" % seed)

    def test_out_of_paper_later_tickets_are_submitted_and_come_out_in_order(self):
        self.paper.ready.clear()
        self.start_printerd()
        tickets = self.take(4)
        wait_for(lambda: len(self.server.jobs()) == 4, "all jobs in CUPS")
        self.assertEqual(self.printed(), [])
        self.paper.ready.set()
        self.wait_printed(tickets)
        self.expect_jobs(tickets)

    def test_more_tickets_than_kioskd_names_at_once(self):
        self.paper.ready.clear()
        tickets = self.take(23)
        self.start_printerd()
        wait_for(lambda: len(self.server.jobs()) == 20, "twenty jobs in CUPS")
        self.paper.ready.set()
        self.wait_printed(tickets)
        self.assertEqual(sorted(self.printed()), tickets)
        self.assertEqual(len(self.paper.jobs), 23)

    def test_without_cups_tickets_are_issued_and_printed_when_it_is_back(self):
        self.start_printerd()
        first = self.take()
        self.wait_printed(first)
        self.server.stop()
        second = self.take(2)
        wait_for(lambda: len(self.events("print_failed")) == 2, "both tickets to fail")
        self.assertIn("CUPS does not answer", self.events("print_failed")[0][1])
        self.server.start()
        self.wait_printed(first + second)
        self.expect_jobs(first + second)
        self.assertEqual(len(self.events("print_failed")), 2)

    def test_a_missing_queue_is_named_and_found_when_it_is_made(self):
        self.to = "cups:slips"
        self.start_printerd()
        tickets = self.take()
        wait_for(lambda: self.events("print_failed"), "the ticket to fail")
        self.assertIn("no printer queue \\\"slips\\\"", self.events("print_failed")[0][1])
        self.assertIn("lpstat -a lists them", self.office.log("printerd"))
        self.server.add_queue("slips", self.paper.port)
        self.wait_printed(tickets)
        self.expect_jobs(tickets)
        self.assertEqual(len(self.events("print_failed")), 1)

    def test_a_cancelled_job_is_reported_and_printed_after_a_restart(self):
        self.paper.ready.clear()
        self.start_printerd()
        tickets = self.take()
        wait_for(lambda: self.server.jobs(), "the job in CUPS")
        self.server.run("cancel", "-a", "roll")
        wait_for(lambda: self.events("print_failed"), "the ticket to fail")
        self.assertIn("was cancelled", self.events("print_failed")[0][1])
        self.paper.ready.set()
        self.kill_printerd()
        self.start_printerd()
        self.wait_printed(tickets)
        self.assertEqual(self.printed(), tickets)
        self.assertEqual(len(self.server.jobs()), 2)


if __name__ == "__main__":
    harness.main()

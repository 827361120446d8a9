"""kill -9 of kioskd at random moments while clients work: nothing a client was told is lost."""
import multiprocessing
import os
import random
import time
import unittest

import harness
from harness import wait_for

KILLS = 100
SEED = int(os.environ.get("SEED", "20261123"))

processes = multiprocessing.get_context("fork")


def work(path, turns, stop, replies, out):
    """Runs the commands of `turns` round and round, over as many connections as it takes, and
    puts every (seq, day, kind, ticket) that it was told into `out`."""
    told = []
    while not stop.is_set():
        try:
            with harness.Connection(path) as kioskd:
                while not stop.is_set():
                    for kind, do, arguments in turns:
                        answer = kioskd.ask(do, **arguments)
                        if answer["ok"]:
                            told.append((answer["seq"], answer["day"], kind, answer["ticket"]))
                        elif answer["error"] == "journal_failed":
                            raise AssertionError(answer)
                        with replies.get_lock():
                            replies.value += 1
        except (OSError, EOFError, ValueError):  # a line may be cut off by the kill
            stop.wait(0.001)
    out.put(told)


class Kill(unittest.TestCase):
    def setUp(self):
        self.office = harness.Office()
        self.addCleanup(self.office.close)

    def verify(self):
        report = self.office.ctl("verify")
        self.assertTrue(report["ok"], (report, "seed %d" % SEED))

    def spin(self, seconds):
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            pass

    def kill_at_random(self, source, replies):
        if source.random() < 0.2:  # while it starts
            kioskd = self.office.start("kioskd")
            self.spin(source.random() * 0.02)
        else:
            kioskd = self.office.start_kioskd()
            enough = replies.value + source.randrange(80)
            wait_for(lambda: replies.value >= enough, "%d replies" % enough)
            self.spin(source.random() * 0.002)
        self.assertIsNone(kioskd.poll(), self.office.log("kioskd"))
        self.office.stop(kioskd, 9)

    def test_a_hundred_kills(self):
        source = random.Random(SEED)
        stop, replies, out = processes.Event(), processes.Value("q", 0), processes.Queue()
        takes = [("issued", "ticket", {"service": "general"}),
                 ("issued", "ticket", {"service": "tax", "class": "priority"})]
        turns = [takes, takes, takes,
                 [("called", "next", {"counter": 1}), ("finished", "done", {"counter": 1})],
                 [("called", "next", {"counter": 2}), ("no_show", "noshow", {"counter": 2})]]
        clients = [processes.Process(target=work,
                                     args=(self.office.socket, turn, stop, replies, out))
                   for turn in turns]
        started = time.monotonic()
        for client in clients:
            client.start()
        try:
            for kill in range(1, KILLS + 1):
                self.kill_at_random(source, replies)
                if kill % 10 == 0:
                    self.verify()
        finally:
            stop.set()
            told = [out.get(timeout=20) for _ in clients]
            for client in clients:
                client.join(20)
        self.assertEqual([client.exitcode for client in clients], [0] * len(clients))
        told = sorted(sum(told, []))
        print("# %d kills, %d answers, %.1f s" % (KILLS, len(told), time.monotonic() - started))
        journal = {row[0]: row for row in
                   self.office.sql("select seq, day, kind, ticket from event")}
        for answer in told:
            self.assertEqual(journal.get(answer[0]), answer, "seed %d" % SEED)
        for kind in "issued", "called":
            tickets = [answer[1::2] for answer in told if answer[2] == kind]
            self.assertGreater(len(tickets), KILLS)
            self.assertEqual(len(tickets), len(set(tickets)), "%s twice, seed %d" % (kind, SEED))
        twice = self.office.sql("select day, ticket from event where kind = 'called' "
                                "group by day, ticket having count(*) > 1")
        self.assertEqual(twice, [])
        self.office.start_kioskd()
        self.verify()


if __name__ == "__main__":
    harness.main()

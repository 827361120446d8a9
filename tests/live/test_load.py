"""Many clients at once: no number twice, none missing, no ticket called twice."""
import multiprocessing
import time
import unittest

import harness

CLIENTS, TICKETS = 16, 1000
CALLS = 1000

# Processes, so that the clients and not Python's lock decide how much happens at once.
processes = multiprocessing.get_context("fork")


def take(path, service, barrier, out):
    with harness.Connection(path) as kioskd:
        barrier.wait(20)
        out.put([kioskd.ask("ticket", service=service)["ticket"] for _ in range(TICKETS)])


def call(path, counter, barrier, out):
    with harness.Connection(path) as kioskd:
        calls = []
        for _ in range(CALLS):
            barrier.wait(20)
            answer = kioskd.ask("next", counter=counter)
            calls.append((answer["seq"], answer["ticket"]))
        out.put(calls)


class Load(unittest.TestCase):
    def setUp(self):
        self.office = harness.Office()
        self.addCleanup(self.office.close)
        self.office.start_kioskd()

    def run_all(self, work, arguments):
        """Runs work(path, argument, barrier, queue) in a process for each argument."""
        barrier, out = processes.Barrier(len(arguments)), processes.Queue()
        running = [processes.Process(target=work, args=(self.office.socket, argument, barrier, out))
                   for argument in arguments]
        started = time.monotonic()
        for process in running:
            process.start()
        try:
            results = [out.get(timeout=60) for _ in running]
        finally:
            for process in running:
                process.join(20)
                if process.exitcode is None:
                    process.kill()
        print("# %s: %d processes took %.1f s"
              % (work.__name__, len(running), time.monotonic() - started))
        return results

    def verify(self):
        report = self.office.ctl("verify")
        self.assertTrue(report["ok"], report)

    def test_sixteen_clients_take_a_thousand_tickets_each(self):
        services = ["general", "tax"] * (CLIENTS // 2)
        given = sum(self.run_all(take, services), [])
        self.assertEqual(len(given), CLIENTS * TICKETS)
        half = CLIENTS * TICKETS // 2
        wanted = {"%s%03d" % (prefix, n) for prefix in "AB" for n in range(1, half + 1)}
        self.assertEqual(len(set(given)), len(given), "a number was given twice")
        self.assertEqual(set(given), wanted)
        self.assertEqual({row[0] for row in self.office.sql(
            "select ticket from event where kind = 'issued'")}, wanted)
        self.assertEqual(self.office.sql("select count(*) from visit"), [(len(given),)])
        self.verify()

    def test_two_counters_press_next_at_the_same_instant(self):
        with self.office.connect() as kioskd:
            for _ in range(2 * CALLS):
                kioskd.ask("ticket", service="general")
        calls = sorted(sum(self.run_all(call, [1, 2]), []))
        self.assertEqual([ticket for _, ticket in calls],
                         ["A%03d" % n for n in range(1, 2 * CALLS + 1)])
        self.assertEqual(self.office.sql("select count(*) from visit where in_order is not 1"),
                         [(0,)])
        self.assertEqual(self.office.sql("select count(*) from event where kind = 'called'"),
                         [(2 * CALLS,)])
        self.verify()


if __name__ == "__main__":
    harness.main()

"""The socket: what kioskd answers to good, bad and hostile clients, and how subscribers fare."""
import json
import os
import random
import shutil
import socket
import stat
import subprocess
import sys
import threading
import time
import unittest

import harness
from harness import wait_for

LINE_MAX = 65536  # with its newline

NOBODY = """
import socket, sys
sock = socket.socket(socket.AF_UNIX)
sock.connect(sys.argv[1])
sys.stdout.write(sock.makefile().read())
"""


class Talking(unittest.TestCase):
    def setUp(self):
        self.office = harness.Office()
        self.addCleanup(self.office.close)
        self.kioskd = self.office.start_kioskd()

    def connect(self):
        connection = self.office.connect()
        self.addCleanup(connection.close)
        return connection

    def still_good(self):
        """kioskd lives, answers a new client, and its journal is whole."""
        self.assertIsNone(self.kioskd.poll(), self.office.log("kioskd"))
        with self.office.connect() as client:
            self.assertTrue(client.ask("status")["ok"])
        report = self.office.ctl("verify")
        self.assertTrue(report["ok"], report)


class Lines(Talking):
    def ask_raw(self, client, line):
        client.send_raw(line + b"\n")
        return client.read()

    def test_ids_are_echoed(self):
        client = self.connect()
        for value in 0, -7, 2**53, "abc", "ก", "", None, True, 1.5, [1, {"a": 2}], {"x": None}:
            line = json.dumps({"id": value, "do": "status"}).encode()
            answer = self.ask_raw(client, line)
            self.assertTrue(answer["ok"])
            self.assertEqual(answer["id"], value)
        self.assertIsNone(self.ask_raw(client, b'{"do":"status"}')["id"])
        refused = self.ask_raw(client, b'{"id":"x","do":"next","counter":1}')
        self.assertEqual((refused["id"], refused["ok"], refused["error"]),
                         ("x", False, "nobody_waiting"))

    def test_bad_lines_get_one_answer_each(self):
        client = self.connect()
        bad = [b"", b" ", b"x", b"{", b"}", b"null", b"true", b"7", b'"do"', b"[]", b"[{}]", b"{}",
               b'{"do":7}', b'{"do":null}', b'{"do":["status"]}', b'{"do":"fly"}', b'{"do":""}',
               b'{"do":"status"} x', b'{"do":"status"}{"do":"status"}', b"{'do':'status'}",
               b'{"do":"status","colour":1}', b'{"do":"ticket"}', b'{"do":"ticket","service":1}',
               b'{"do":"ticket","service":null}', b'{"do":"ticket","service":""}',
               b'{"do":"ticket","service":"general","class":"vip"}',
               b'{"do":"ticket","service":"general","class":1}',
               b'{"do":"ticket","service":"general","counter":1}',
               b'{"do":"next"}', b'{"do":"next","counter":"1"}', b'{"do":"next","counter":1.0}',
               b'{"do":"next","counter":0}', b'{"do":"next","counter":-1}',
               b'{"do":"next","counter":100}', b'{"do":"next","counter":true}',
               b'{"do":"next","counter":9223372036854775807}',
               b'{"do":"next","counter":92233720368547758080}',
               b'{"do":"next","counter":4294967297}', b'{"do":"next","counter":[1]}',
               b'{"do":"call","counter":1,"ticket":"A00\\u00001"}',
               b'{"do":"call","counter":1,"ticket":"' + b"A" * 300 + b'"}',
               b'{"do":"rate","counter":1,"score":0}', b'{"do":"rate","counter":1,"score":6}',
               b'{"do":"subscribe","after":-1}', b'{"do":"subscribe","after":"1"}',
               b'{"do":"subscribe","after":1.5}', b'{"do":"discard"}', b'{"do":"start-up"}',
               b'{"do":"watch"}', b'{"do":"counter","counter":1}',
               b'{"do":"status","do":"status"}', b'{"id":1,"id":1,"do":"status"}',
               b'{"do":"sta\x00tus"}', b"\x00", b'{"do":"status"}\x00', b'{"do":"status\\u0000"}',
               b'{"d\\u0000o":"status"}', b'{"do":"\xff"}', b'\xff\xfe{"do":"status"}',
               b'{"do":"\xed\xa0\x80"}', b'{"do":"\xc0\xaf"}', b'{"do":"\\ud800"}',
               b'\xef\xbb\xbf{"do":"status"}', b"[" * 3000, b"[" * 60000, b'{"a":' * 10000,
               b"1" * 60000, b'"' + b"a" * 60000, b"-", b"1e999999", b"\x1b[31m", b"\x7f"]
        for line in bad:
            answer = self.ask_raw(client, line)
            self.assertEqual((answer["ok"], bool(answer["error"]), bool(answer["message"])),
                             (False, True, True), line[:80])
        self.assertTrue(client.ask("status")["ok"])
        self.still_good()

    def test_messages_say_what_is_wrong(self):
        client = self.connect()
        for line, error, part in (
                (b"[]", "bad_message", "object"), (b"{", "bad_message", "JSON"),
                (b'{"do":"fly"}', "unknown_command", "fly"),
                (b"{}", "bad_argument", "do"), (b'{"do":"next"}', "bad_argument", "counter"),
                (b'{"do":"next","counter":"1"}', "bad_argument", "whole number"),
                (b'{"do":"next","counter":1,"x":1}', "bad_argument", '"x"'),
                (b'{"do":"rate","counter":1,"score":6}', "bad_argument", "1 to 5"),
                (b'{"do":"ticket","service":5}', "bad_argument", "service"),
                (b'{"do":"status","do":"status"}', "bad_message", "do")):
            answer = self.ask_raw(client, line)
            self.assertEqual(answer["error"], error, line)
            self.assertIn(part, answer["message"], line)

    def test_long_thai_words_are_answered_whatever_their_length(self):
        """A message that quotes them may be cut, but never within a character."""
        missed = []
        for length in range(8, 64):
            word = "ก" * length
            requests = [{"do": word}, {"do": "status", word: 1}, {"do": "press", "line": word},
                        {"do": "ticket", "service": word}, {"do": "cancel", "ticket": word},
                        {"do": "cancel", "ticket": "A" + word},
                        {"do": "ticket", "service": "general", "class": word},
                        {"do": "printed", "day": word, "ticket": "A001", "copy": 1}]
            lines = [json.dumps(request, ensure_ascii=False) for request in requests]
            for line in lines + ['{"do":"\\%s"}' % word]:
                with self.office.connect() as client:
                    try:
                        self.assertFalse(self.ask_raw(client, line.encode())["ok"])
                    except EOFError:
                        missed.append(line)
        self.assertEqual(missed, [], "no answer")

    def test_an_id_survives_a_bad_argument(self):
        answer = self.ask_raw(self.connect(), b'{"id":9,"do":"next","counter":"one"}')
        self.assertEqual((answer["id"], answer["ok"]), (9, False))

    def padded(self, length):
        """A good request whose line has this many bytes, newline included."""
        return b'{"id":1,"do":"status"' + b" " * (length - 23) + b"}\n"

    def test_a_line_of_exactly_the_limit(self):
        client = self.connect()
        self.assertEqual(len(self.padded(LINE_MAX)), LINE_MAX)
        for _ in range(3):
            client.send_raw(self.padded(LINE_MAX))
            self.assertTrue(client.read()["ok"])

    def test_a_line_beyond_the_limit_is_answered_and_hurts_nobody_else(self):
        other = self.connect()
        for length in LINE_MAX + 1, LINE_MAX + 5000, 1 << 20:
            client = self.connect()
            sender = threading.Thread(target=self.send_all, args=(client, self.padded(length)))
            sender.start()
            answer = client.read()
            self.assertEqual((answer["id"], answer["ok"], answer["error"]),
                             (None, False, "line_too_long"))
            self.assertIn("65536", answer["message"])
            self.assertTrue(other.ask("status")["ok"])
            sender.join(20)
            client.close()
        self.still_good()

    def send_all(self, client, data):
        try:
            client.send_raw(data)
        except OSError:
            pass  # kioskd has hung up

    def test_an_id_that_makes_the_answer_too_long_is_answered(self):
        client = self.connect()
        line = json.dumps({"id": "x" * 65400, "do": "status"}).encode()
        answer = self.ask_raw(client, line)
        self.assertFalse(answer["ok"])
        self.assertTrue(client.ask("status")["ok"])

    def test_many_lines_at_once_from_a_client_that_reads(self):
        count = 60000
        client = self.connect()
        sender = threading.Thread(target=self.send_all, args=(client, b"{}\n" * count))
        sender.start()
        for _ in range(count):
            self.assertFalse(client.read()["ok"])
        sender.join(20)
        self.still_good()

    def test_one_busy_client_does_not_hold_up_the_others(self):
        count = 1500
        busy, other = self.connect(), self.connect()
        slowest = 0
        answers, ended = [], []

        def work():
            busy.send_raw(b'{"do":"ticket","service":"general"}\n' * count)
            for _ in range(count):
                answers.append(busy.read()["ok"])
            ended.append(time.monotonic())
        worker = threading.Thread(target=work)
        started = time.monotonic()
        worker.start()
        while worker.is_alive():
            asked = time.monotonic()
            other.ask("status")
            slowest = max(slowest, time.monotonic() - asked)
        whole = ended[0] - started
        self.assertEqual(answers, [True] * count)
        print("# %d tickets in one burst took %.0f ms; another client waited %.0f ms at most"
              % (count, whole * 1000, slowest * 1000))
        self.assertLess(slowest, whole / 4)


    def test_many_commands_before_the_first_answer_is_read(self):
        client = self.connect()
        client.sock.settimeout(10)
        for _ in range(500):
            client.send_raw(b'{"do":"ticket","service":"general"}\n')
        self.assertEqual([client.read()["ok"] for _ in range(500)], [True] * 500)


class Clients(Talking):
    def test_the_65th_connection_is_refused(self):
        clients = [self.connect() for _ in range(64)]
        self.assertTrue(clients[63].ask("status")["ok"])
        refused = self.connect()
        answer = refused.read()
        self.assertEqual((answer["ok"], answer["error"]), (False, "too_many_connections"))
        self.assertIn("64", answer["message"])
        self.assertRaises(EOFError, refused.read)
        self.assertTrue(clients[0].ask("ticket", service="general")["ok"])
        clients[5].close()
        wait_for(lambda: self.office.ctl("status", check=False)[0] == 0, "room again")

    def test_clients_that_vanish_leave_nothing(self):
        def files():
            return len(os.listdir("/proc/%d/fd" % self.kioskd.pid))
        self.connect().ask("status")
        before = files()

        def connect():
            try:
                return self.office.connect()
            except BlockingIOError:  # the listener's queue is full of clients that came and went
                return None
        for i in range(300):
            client = wait_for(connect, "a place in the queue")
            if i % 3:
                client.send_raw(b'{"do":"subscribe"}\n{"do":"stat'[:3 + i % 30])
            if i % 5 == 0:
                client.sock.shutdown(socket.SHUT_RD)
            client.close()
        wait_for(lambda: files() <= before, "files to be closed")
        self.still_good()

    def test_half_open(self):
        client = self.connect()
        client.send_raw(b'{"id":1,"do":"ticket","service":"general"}\n' * 50 + b'{"do":"tick')
        client.sock.shutdown(socket.SHUT_WR)
        self.assertEqual([client.read()["ticket"] for _ in range(50)],
                         ["A%03d" % n for n in range(1, 51)])
        self.assertRaises(EOFError, client.read)
        self.still_good()

    def test_half_open_and_slow_to_read_gets_every_answer(self):
        client = self.connect()
        client.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        count = 300  # about 300 KiB of answers: more than a socket holds, less than the backlog
        client.send_raw(b'{"do":"status"}\n' * count)
        client.sock.shutdown(socket.SHUT_WR)
        with self.office.connect() as other:
            for _ in range(5):
                other.ask("status")
        for _ in range(count):
            self.assertTrue(client.read()["ok"])
        self.assertRaises(EOFError, client.read)

    def test_slow_writers(self):
        clients = [self.connect() for _ in range(20)]
        line = b'{"id":1,"do":"ticket","service":"tax"}\n'
        for at in range(len(line)):
            for client in clients:
                client.send_raw(line[at:at + 1])
        tickets = [client.read()["ticket"] for client in clients]
        self.assertEqual(sorted(tickets), ["B%03d" % n for n in range(1, 21)])

    def test_permissions(self):
        self.assertEqual(stat.S_IMODE(os.stat(self.office.socket).st_mode), 0o660)
        self.assertTrue(stat.S_ISSOCK(os.stat(self.office.socket).st_mode))
        self.assertEqual(self.office.stop(self.kioskd), 0)
        self.assertFalse(os.path.exists(self.office.socket))

    @unittest.skipUnless(os.geteuid() == 0 and shutil.which("setpriv"),
                         "another user's connection needs root and setpriv")
    def test_other_users_are_refused(self):
        os.chmod(self.office.dir, 0o755)
        os.chmod(self.office.socket, 0o777)
        done = subprocess.run(["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups",
                               sys.executable, "-c", NOBODY, self.office.socket],
                              capture_output=True, text=True, timeout=20, cwd="/")
        answer = json.loads(done.stdout)
        self.assertEqual((answer["ok"], answer["error"]), (False, "not_allowed"), done.stderr)
        self.assertIn("65534", self.office.log("kioskd"))
        self.still_good()


class Subscribers(Talking):
    def events(self, after=0):
        """What the journal says a subscriber must get behind `after`."""
        rows = self.office.sql("select kind, seq, wall_ms, boot_ms, boot_id, day, ticket, counter, "
                               "data from event where seq > ? order by seq", after)
        names = "event seq wall_ms boot_ms boot_id day ticket counter".split()
        return [{**{k: v for k, v in zip(names, row) if v is not None}, **json.loads(row[8])}
                for row in rows]

    def take(self, client, count):
        for _ in range(count):
            self.assertTrue(client.ask("ticket", service="general")["ok"])

    def test_snapshot_first(self):
        client, other = self.connect(), self.connect()
        self.take(other, 3)
        answer = client.ask("subscribe")
        status = other.ask("status")
        snapshot = answer["snapshot"]
        self.assertEqual((answer["ok"], answer["seq"], snapshot["seq"]),
                         (True, status["seq"], status["seq"]))
        self.assertEqual({key: snapshot[key] for key in snapshot if key != "wall_ms"},
                         {key: status[key] for key in snapshot if key != "wall_ms"})
        self.take(other, 2)
        self.assertEqual([client.event() for _ in range(2)], self.events(snapshot["seq"]))

    def test_own_commands_come_as_events_too(self):
        client = self.connect()
        client.ask("subscribe")
        answer = client.ask("ticket", service="general")
        event = client.event()
        self.assertEqual((event["seq"], event["ticket"]), (answer["seq"], answer["ticket"]))

    def test_unknown_seq(self):
        client = self.connect()
        head = client.ask("status")["seq"]
        for after in head + 1, 2**62:
            answer = client.ask("subscribe", after=after)
            self.assertEqual((answer["ok"], answer["error"]), (False, "unknown_seq"))
        self.assertEqual(client.ask("subscribe", after=head)["seq"], head)
        self.take(client, 1)
        self.assertEqual(client.event()["seq"], head + 1)

    def test_resume_from_anywhere(self):
        writer = self.connect()
        self.take(writer, 700)  # more than kioskd reads at one go
        for after in 0, 1, 199, 200, 201, 399, 699, writer.ask("status")["seq"]:
            client = self.connect()
            head = client.ask("subscribe", after=after)["seq"]
            self.take(writer, 1)
            got = [client.event() for _ in range(head + 1 - after)]
            self.assertEqual(got, self.events(after))
            client.close()

    def test_resume_across_restarts(self):
        seen = 0
        got = []
        for how in 15, 9, 9, 15:
            client, writer = self.connect(), self.connect()
            answer = client.ask("subscribe", after=seen)
            self.take(writer, 20)
            # Some events are on their way, and lost with the connection.
            while seen < answer["seq"] + 10:
                got.append(client.event())
                seen = got[-1]["seq"]
            self.office.stop(self.kioskd, how)
            client.close()
            self.kioskd = self.office.start_kioskd()
        client = self.connect()
        head = client.ask("subscribe", after=seen)["seq"]
        while seen < head:
            got.append(client.event())
            seen = got[-1]["seq"]
        self.assertEqual(got, self.events())

    def test_no_gap_under_load(self):
        stop = threading.Event()
        faults = []

        def write():
            try:
                with self.office.connect() as client:
                    while not stop.is_set():
                        assert client.ask("ticket", service="general")["ok"]
            except Exception as fault:
                faults.append(fault)
        writers = [threading.Thread(target=write) for _ in range(16)]
        for writer in writers:
            writer.start()
        got = []
        try:
            for turn in range(60):
                with self.office.connect() as client:
                    after = got[-1]["seq"] if turn % 2 else None
                    answer = client.ask("subscribe", **({} if after is None else {"after": after}))
                    first = answer["snapshot"]["seq"] + 1 if after is None else after + 1
                    run = [client.event() for _ in range(10)]
                    self.assertEqual([event["seq"] for event in run],
                                     list(range(first, first + 10)))
                    got += run
        finally:
            stop.set()
            for writer in writers:
                writer.join(20)
        self.assertEqual(faults, [])
        journal = {event["seq"]: event for event in self.events()}
        for event in got:
            self.assertEqual(event, journal[event["seq"]])
        self.still_good()

    def test_subscribers_that_never_read_are_dropped_and_make_room(self):
        good, writer = self.connect(), self.connect()
        good.ask("subscribe")
        stuck = [self.connect() for _ in range(62)]
        for client in stuck:
            client.send_raw(b'{"do":"subscribe"}\n')
        day = writer.ask("status")["day"]
        self.take(writer, 1)
        slowest, sent = 0, 1
        # 512 KiB may wait for a subscriber, and the kernel holds some 200 KiB more.
        for _ in range(2500):
            asked = time.monotonic()
            self.assertTrue(writer.ask("print-failed", day=day, ticket="A001", copy=1,
                                       reason="x" * 250)["ok"])
            slowest = max(slowest, time.monotonic() - asked)
            sent += 1
            good.event()
        print("# with 62 subscribers that never read, the slowest command took %.0f ms"
              % (slowest * 1000))
        self.assertLess(slowest, 1)
        self.assertEqual(self.office.log("kioskd").count("a subscriber was dropped"), 62)

        def room():
            try:
                with self.office.connect() as client:
                    return client.ask("status")["ok"]
            except (OSError, EOFError, AssertionError):  # refused: too many connections
                return False
        wait_for(room, "room for a new client")
        good.event()
        self.still_good()


class Fuzz(Talking):
    COMMANDS = ("ticket ticket ticket ticket next next done call resume recall start noshow hold "
                "cancel transfer rate "
                "counter-open counter-close service-open service-close status subscribe unprinted "
                "printed print-failed announced press reprint discard start-up fly").split()
    VALUES = {"service": ["general", "tax", "nope", "", 1, None], "to": ["general", "tax"],
              "class": ["regular", "priority", "vip", 0], "counter": [1, 2, 2, 1, 3, 0, 99, "1"],
              "ticket": ["A001", "A050", "a003", "B001", "B๐๐๒", "A9999999", "", "Ω", 5],
              "score": [1, 5, 0, 9, 2.5], "reason": ["paper", "", "ก" * 85, "\n\t\x01", "x" * 400],
              "after": [0, 1, 10**9, -1, "x"], "day": ["2026-11-23", "x"], "copy": [1, 2, 0],
              "of": [1, 5, -3], "voice": ["spoken", "sung"], "line": ["1", "9", ""], "colour": ["blue"]}
    USUAL = {"ticket": ["service"], "next": ["counter"], "recall": ["counter"],
             "start": ["counter"], "done": ["counter"], "noshow": ["counter"], "hold": ["counter"],
             "resume": ["ticket", "counter"], "cancel": ["ticket"], "transfer": ["counter", "to"],
             "call": ["counter", "ticket", "reason"], "rate": ["counter", "score"],
             "counter-open": ["counter"], "counter-close": ["counter"], "service-open": ["service"],
             "service-close": ["service"], "printed": ["day", "ticket", "copy"],
             "print-failed": ["day", "ticket", "copy", "reason"], "reprint": ["ticket"],
             "announced": ["ticket", "counter", "of"], "press": ["line"]}

    def line(self, random):
        do = random.choice(self.COMMANDS)
        request = {"id": random.randrange(1000), "do": do}
        names = list(self.USUAL.get(do, []))
        if random.random() < 0.1:
            names.append(random.choice(list(self.VALUES)))
        for name in names:
            request[name] = random.choice(self.VALUES[name])
        line = json.dumps(request, ensure_ascii=random.random() < 0.5).encode()
        if random.random() < 0.4:
            line = bytearray(line)
            for _ in range(random.randrange(1, 4)):
                at = random.randrange(len(line) + 1)
                what = random.randrange(4)
                if what == 0:
                    line[at:at + 1] = bytes([random.randrange(256)])
                elif what == 1:
                    del line[at:at + random.randrange(1, 8)]
                elif what == 2:
                    line[at:at] = line[:random.randrange(len(line) + 1)]
                else:
                    line[at:at] = random.choice([b'"', b"{", b"}", b"\\", b"\x00", b"\\u0000",
                                                 b"\xe0\xb8", b"1e9", b"[" * 50, b","])
            line = bytes(line)
        return line.replace(b"\n", b" ")

    def test_twenty_thousand_lines(self):
        seed = int(os.environ.get("SEED", "20261123"))
        faults, counted = [], []

        def work(number):
            source = random.Random(seed + number)
            try:
                with self.office.connect() as client:
                    for _ in range(125):
                        lines = [self.line(source) for _ in range(20)]
                        client.send_raw(b"".join(line + b"\n" for line in lines))
                        replies = 0
                        while replies < len(lines):
                            replies += "event" not in client.read()
                        counted.append(replies)
                    # One reply more than lines would be seen here, in place of this one's.
                    assert client.ask("status")["ok"]
            except Exception as fault:
                faults.append("connection %d, seed %d: %r" % (number, seed, fault))
        workers = [threading.Thread(target=work, args=(n,)) for n in range(8)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(60)
        self.assertEqual(faults, [], self.office.log("kioskd")[-2000:])
        self.assertEqual(sum(counted), 20000)
        kinds = dict(self.office.sql("select kind, count(*) from event group by kind"))
        self.assertGreater(kinds["issued"], 200)
        self.assertGreater(kinds["called"], 50)
        self.still_good()
        self.assertEqual(self.office.stop(self.kioskd), 0)
        self.kioskd = self.office.start_kioskd()
        self.still_good()


if __name__ == "__main__":
    harness.main()

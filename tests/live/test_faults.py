"""Disks, files and other processes that misbehave: a clear message, and nothing lost."""
import contextlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import unittest

import harness

# What stands in the way of a small disk of the test's own, "" if nothing does.
TRY_MOUNT = [*harness.OWN_MOUNTS, "mount", "-t", "tmpfs", "none", "/mnt"]


def mounts():
    if not shutil.which("unshare"):
        return "unshare (util-linux) is not installed"
    done = subprocess.run(TRY_MOUNT, capture_output=True, text=True)
    return "" if done.returncode == 0 else "no mounts in a namespace here: " + done.stderr.strip()


NO_MOUNTS = mounts()


class Faults(unittest.TestCase):
    def setUp(self):
        self.office = harness.Office()
        self.addCleanup(self.office.close)
        self.state = os.path.dirname(self.office.journal)

    def fail_to_start(self, *options, prefix=(), status=1):
        """kioskd says why it cannot start, and ends; returns what it says."""
        before = len(self.office.log("kioskd")) if self.started() else 0
        process = self.office.start("kioskd", *options, prefix=prefix)
        self.assertEqual(process.wait(10), status, self.office.log("kioskd")[before:])
        self.office.processes.remove(process)
        text = self.office.log("kioskd")[before:]
        self.assertTrue(text, "it says nothing")
        return text

    def started(self):
        return os.path.exists(os.path.join(self.office.dir, "kioskd.log"))

    def fill(self):
        """A short day: nine tickets, three of them served."""
        kioskd = self.office.start_kioskd()
        with self.office.connect() as client:
            for _ in range(9):
                client.ask("ticket", service="general")
            for _ in range(3):
                client.ask("next", counter=1)
            client.ask("rate", counter=1, score=5)
        self.assertEqual(self.office.stop(kioskd), 0)

    def execute(self, *statements):
        """Runs SQL on the journal, behind everybody's back; returns how many rows it changed."""
        with contextlib.closing(sqlite3.connect(self.office.journal)) as db, db:
            for statement in statements:
                db.execute(statement)
            return db.total_changes

    def verify(self, *more):
        status, out, err = self.office.ctl("verify", *more, check=False)
        return status, json.loads(out) if out else err

    def good(self):
        status, report = self.verify()
        self.assertEqual((status, report["problems"]), (0, []))
        return report


class StateDirectory(Faults):
    def test_a_file_in_its_place(self):
        os.rmdir(self.state)
        open(self.state, "w").close()
        text = self.fail_to_start()
        for part in self.state, "Not a directory", "state-dir":
            self.assertIn(part, text)

    def test_a_missing_parent(self):
        text = self.fail_to_start("-o", "kiosk.state-dir=/nowhere/at/all")
        for part in "/nowhere/at/all", "No such file", "state-dir":
            self.assertIn(part, text)

    def test_it_is_made_where_the_parent_is(self):
        os.rmdir(self.state)
        self.office.start_kioskd()
        self.assertEqual(os.stat(self.state).st_mode & 0o007, 0)
        self.assertEqual(self.office.ctl("ticket", "general")["ticket"], "A001")

    def test_not_writable(self):
        if os.geteuid() != 0:
            os.chmod(self.state, 0o555)
            self.addCleanup(os.chmod, self.state, 0o755)
            text = self.fail_to_start()
            self.assertIn("Permission denied", text)
        elif NO_MOUNTS:
            self.skipTest(NO_MOUNTS)
        else:
            mount = "mount --bind %s %s && mount -o remount,ro,bind %s && exec \"$@\"" % (
                (self.state,) * 3)
            text = self.fail_to_start(prefix=["unshare", "-m", "sh", "-c", mount, "sh"])
            self.assertIn("Read-only file system", text)
        for part in self.state, "state-dir":
            self.assertIn(part, text)

    def test_a_second_kioskd_on_the_same_state(self):
        first = self.office.start_kioskd()
        text = self.fail_to_start("-o", "kiosk.socket=%s/other" % self.office.dir)
        for part in self.state, "process %d" % first.pid:
            self.assertIn(part, text)
        text = self.fail_to_start()
        self.assertIn("process %d" % first.pid, text)
        self.assertEqual(self.office.ctl("ticket", "general")["ticket"], "A001")
        self.office.stop(first, signal.SIGKILL)
        self.office.start_kioskd()
        self.assertEqual(self.office.ctl("ticket", "general")["ticket"], "A002")
        self.good()


class Socket(Faults):
    def test_a_second_kioskd_on_the_same_socket(self):
        self.office.start_kioskd()
        text = self.fail_to_start("-o", "kiosk.state-dir=%s/other" % self.office.dir)
        self.assertIn(self.office.socket, text)
        self.assertEqual(self.office.ctl("ticket", "general")["ticket"], "A001")

    def test_a_stale_socket_is_replaced(self):
        kioskd = self.office.start_kioskd()
        self.office.stop(kioskd, signal.SIGKILL)
        self.assertTrue(os.path.exists(self.office.socket))
        self.office.start_kioskd()
        self.assertEqual(self.office.ctl("ticket", "general")["ticket"], "A001")

    def test_a_file_in_its_place_is_kept(self):
        with open(self.office.socket, "w") as file:
            file.write("the year's accounts")
        text = self.fail_to_start()
        self.assertIn(self.office.socket, text)
        with open(self.office.socket) as file:
            self.assertEqual(file.read(), "the year's accounts")

    def test_too_long_a_path(self):
        path = "%s/%s" % (self.office.dir, "x" * 120)
        text = self.fail_to_start("-o", "kiosk.socket=" + path, status=2)
        self.assertIn("kiosk.socket: longer than 107 bytes", text)

    def test_a_missing_directory(self):
        text = self.fail_to_start("-o", "kiosk.socket=/nowhere/sock")
        for part in "/nowhere/sock", "No such file", "socket":
            self.assertIn(part, text)


class FullDisk(Faults):
    def setUp(self):
        super().setUp()
        if NO_MOUNTS:
            self.skipTest(NO_MOUNTS)
        mount = "mount -t tmpfs -o size=1m none %s && exec \"$@\"" % self.state
        self.kioskd = self.office.start_kioskd(prefix=[*harness.OWN_MOUNTS, "sh", "-c", mount, "sh"])
        # The tmpfs exists in kioskd's own namespace; this is the way in.
        self.disk = "/proc/%d/root%s" % (self.kioskd.pid, self.state)
        if not os.access(self.disk, os.W_OK):
            self.skipTest("the namespace's disk cannot be reached through /proc")

    def fill_disk(self):
        with open(self.disk + "/filler", "ab", buffering=0) as file:
            try:
                while True:
                    file.write(b"x" * 4096)
            except OSError:
                pass

    def test_no_number_without_a_place_for_it(self):
        given = []
        with self.office.connect() as client:
            client.ask("subscribe")
            for turn in range(3):
                for _ in range(5):
                    given.append(client.ask("ticket", service="general")["ticket"])
                self.fill_disk()
                while True:  # the log still has some room of its own
                    answer = client.ask("ticket", service="general")
                    if not answer["ok"]:
                        break
                    given.append(answer["ticket"])
                self.assertEqual(answer["error"], "journal_failed")
                for part in self.office.journal, "full":
                    self.assertIn(part, answer["message"])
                head = client.ask("status")["seq"]
                self.assertEqual(client.ask("next", counter=1)["error"], "journal_failed")
                self.assertEqual(client.ask("status")["seq"], head)
                os.unlink(self.disk + "/filler")
                answer = client.ask("ticket", service="general")
                self.assertTrue(answer["ok"], answer)
                given.append(answer["ticket"])
                self.assertEqual(self.office.log("kioskd").count("could not be written"), turn + 1)
            self.assertEqual(given, ["A%03d" % n for n in range(1, len(given) + 1)])
            heard = [client.event("issued")["ticket"] for _ in given]
            self.assertEqual(heard, given)
        for ending in "", "-wal":
            shutil.copy(self.disk + "/khiosk.db" + ending, self.office.dir + "/copy.db" + ending)
        status, report = self.verify("--db", self.office.dir + "/copy.db")
        self.assertEqual((status, report["tickets"]), (0, len(given)), report)


class Database(Faults):
    def test_a_newer_version(self):
        self.fill()
        self.execute("PRAGMA user_version = 99")
        text = self.fail_to_start()
        for part in self.office.journal, "newer", "99":
            self.assertIn(part, text)
        status, err = self.verify()
        self.assertEqual(status, 1)
        self.assertIn("99", err)
        self.execute("PRAGMA user_version = 1")
        self.office.start_kioskd()
        self.assertEqual(self.office.ctl("ticket", "general")["ticket"], "A010")

    def test_a_version_that_cannot_be(self):
        self.fill()
        self.execute("PRAGMA user_version = -5")
        self.assertIn(self.office.journal, self.fail_to_start())
        self.assertEqual(self.verify()[0], 1)

    def damage(self, change):
        """Changes the journal's bytes; kioskd and verify must say so, and leave it as it is."""
        with open(self.office.journal, "rb") as file:
            data = bytearray(file.read())
        data = change(data)
        with open(self.office.journal, "wb") as file:
            file.write(data)
        text = self.fail_to_start()
        for part in self.office.journal, "backup":
            self.assertIn(part, text)
        status, report = self.verify()
        self.assertEqual(status, 1)
        if isinstance(report, str):
            self.assertIn(self.office.journal, report)
        else:
            self.assertTrue(report["problems"])
        with open(self.office.journal, "rb") as file:
            self.assertEqual(file.read(), bytes(data))

    def test_garbage(self):
        self.fill()
        self.damage(lambda data: bytearray(b"not a database at all. " * 1000))

    def test_cut_off(self):
        self.fill()
        self.damage(lambda data: data[:len(data) // 2])

    def test_pages_overwritten(self):
        self.fill()

        def change(data):
            for at in range(4096, len(data), 4096):
                data[at:at + 512] = b"\xa5" * 512
            return data
        self.damage(change)

    def test_another_programs_database(self):
        self.execute("CREATE TABLE event (name TEXT)")
        self.assertIn(self.office.journal, self.fail_to_start())
        self.assertEqual(self.office.sql("select name from sqlite_schema"), [("event",)])


class Tampering(Faults):
    def setUp(self):
        super().setUp()
        self.fill()
        self.head = self.good()

    def change(self, *statements):
        self.assertGreater(self.execute(*statements), 0)

    def caught(self, *statements, row=None, text=None):
        self.change(*statements)
        status, report = self.verify()
        self.assertEqual(status, 1, "%s: not noticed" % (statements,))
        self.assertFalse(report["ok"])
        first = report["problems"][0]
        if row:
            self.assertTrue(first.startswith("row %d:" % row), report["problems"])
        if text:
            self.assertIn(text, "\n".join(report["problems"]))

    def test_the_plain_report_names_the_row_and_exits_1(self):
        self.change("UPDATE event SET ticket = 'A009' WHERE seq = 6")
        done = subprocess.run([harness.BIN + "/queuectl", "-c", self.office.config, "verify"],
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 1)
        self.assertIn("row 6:", done.stderr)
        self.assertIn("NOT", done.stdout)

    def test_a_changed_row(self):
        self.caught("UPDATE event SET wall_ms = wall_ms + 1 WHERE seq = 7", row=7)

    def test_changed_data(self):
        self.caught("UPDATE event SET data = replace(data, 'regular', 'priority') WHERE seq = 7",
                    row=7)

    def test_a_changed_row_with_a_hash_of_its_own(self):
        self.caught("UPDATE event SET wall_ms = wall_ms + 1, hash = randomblob(32) WHERE seq = 7",
                    row=7)

    def test_a_deleted_row(self):
        self.caught("DELETE FROM event WHERE seq = 8", row=9)

    def test_the_first_row_deleted(self):
        self.caught("DELETE FROM event WHERE seq = 1", row=2)

    def test_rows_deleted_and_the_rest_moved_up(self):
        self.caught("DELETE FROM event WHERE seq = 8",
                    "UPDATE event SET seq = seq - 1 WHERE seq > 8", row=8)

    def test_an_added_row(self):
        self.caught("INSERT INTO event SELECT seq + 1, wall_ms, boot_ms, boot_id, day, kind, "
                    "ticket, counter, data, randomblob(32) FROM event ORDER BY seq DESC LIMIT 1",
                    row=self.head["events"] + 1)

    def test_swapped_rows(self):
        self.caught("UPDATE event SET seq = -6 WHERE seq = 6", "UPDATE event SET seq = 6 "
                    "WHERE seq = 7", "UPDATE event SET seq = 7 WHERE seq = -6", row=6)

    def test_values_that_only_look_the_same(self):
        """What the hash is made of must be all that is in the row."""
        missed = []
        for column, value in (("wall_ms", "wall_ms + 0.5"), ("wall_ms", "wall_ms || ' x'"),
                              ("boot_ms", "boot_ms + 0.5"), ("counter", "counter + 4294967296"),
                              ("counter", "counter || 'x'"), ("ticket", "ticket || char(0) || 'x'"),
                              ("data", "data || char(0) || 'x'"), ("day", "day || char(0)"),
                              ("boot_id", "boot_id || char(0) || 'x'"),
                              ("kind", "kind || char(0) || 'x'")):
            shutil.copy(self.office.journal, self.office.journal + ".kept")
            self.change("UPDATE event SET %s = %s WHERE kind = 'called' AND ticket = 'A002'"
                        % (column, value))
            if self.verify()[0] != 1:
                missed.append("%s = %s" % (column, value))
            shutil.move(self.office.journal + ".kept", self.office.journal)
        self.assertEqual(missed, [])

    def test_columns_that_were_empty(self):
        self.caught("UPDATE event SET counter = 'one' WHERE seq = 6", row=6)

    def test_a_cut_tail_shows_by_its_head(self):
        status, report = self.verify("--head", self.head["head"])
        self.assertEqual((status, report["head_row"]), (0, self.head["events"]))
        kioskd = self.office.start_kioskd()
        self.office.ctl("ticket", "general")
        self.office.stop(kioskd)
        status, report = self.verify("--head", self.head["head"].upper())
        self.assertEqual((status, report["head_row"]), (0, self.head["events"]))
        head = report["head"]
        self.change("DELETE FROM event WHERE seq = (SELECT max(seq) FROM event)",
                    "DELETE FROM visit WHERE ticket = 'A010'")
        self.assertEqual(self.verify()[0], 0)  # by itself, a shorter journal is a good journal
        status, report = self.verify("--head", head)
        self.assertEqual(status, 1)
        self.assertIn("cut off", report["problems"][0])
        self.assertEqual(self.office.ctl("verify", "--head", "beef", check=False)[0], 2)

    def test_a_changed_visit(self):
        self.caught("UPDATE visit SET called_ms = called_ms - 60000 WHERE ticket = 'A002'",
                    text="ticket A002")

    def test_a_deleted_visit(self):
        self.caught("DELETE FROM visit WHERE ticket = 'A005'", text="ticket A005")

    def test_an_invented_visit(self):
        self.caught("INSERT INTO visit (day, ticket, leg, service, class, issued_ms) "
                    "VALUES ('2026-01-01', 'A001', 1, 'general', 'regular', 1)", text="2026-01-01")

    def test_a_changed_rating(self):
        self.caught("UPDATE rating SET score = 1", text="rating: ")

    def test_a_deleted_rating(self):
        self.caught("DELETE FROM rating", text="rating: ")

    def test_kioskd_says_so_and_goes_on(self):
        self.change("UPDATE event SET wall_ms = wall_ms + 1 WHERE seq = 7")
        self.office.start_kioskd()
        self.assertIn("row 7", self.office.log("kioskd"))
        self.assertEqual(self.office.ctl("ticket", "general")["ticket"], "A010")


class Removed(Faults):
    def test_a_journal_that_is_removed_gives_no_numbers(self):
        kioskd = self.office.start_kioskd()
        self.office.ctl("ticket", "general")
        os.rename(self.office.journal, self.office.journal + ".away")
        status, out, _ = self.office.ctl("ticket", "general", check=False)
        self.assertEqual((status, json.loads(out)["error"]), (1, "journal_failed"))
        self.assertIn("removed or replaced", out)
        self.assertIn("removed or replaced", self.office.log("kioskd"))
        os.rename(self.office.journal + ".away", self.office.journal)
        self.assertEqual(self.office.ctl("ticket", "general")["ticket"], "A002")
        self.office.stop(kioskd)
        self.good()


class Backup(Faults):
    def test_a_backup_while_kioskd_works(self):
        kioskd = self.office.start_kioskd()
        copy = self.office.dir + "/copy.db"
        with self.office.connect() as client:
            for _ in range(200):
                client.send_raw(b'{"do":"ticket","service":"general"}\n')
            self.assertTrue(self.office.ctl("backup", copy)["ok"])
            while client.read()["ticket"] != "A200":
                pass
        status, report = self.verify("--db", copy)
        self.assertEqual((status, report["problems"], report["journal"]), (0, [], copy))
        self.assertEqual(self.good()["tickets"], 200)
        status, _, err = self.office.ctl("backup", copy, check=False)
        self.assertEqual(status, 1)
        self.assertIn("exists", err)
        status, _, err = self.office.ctl("backup", "/nowhere/copy.db", check=False)
        self.assertEqual(status, 1)
        self.assertIn("/nowhere/copy.db", err)
        # It takes the journal's place, as the messages about damage advise.
        self.office.stop(kioskd)
        shutil.copy(copy, self.office.journal)
        self.office.start_kioskd()
        ticket = self.office.ctl("ticket", "general")["ticket"]
        self.assertEqual(ticket, "A%03d" % (report["tickets"] + 1))
        self.good()

    @unittest.skipIf(NO_MOUNTS, NO_MOUNTS)
    def test_one_that_finds_no_room_leaves_nothing(self):
        self.office.start_kioskd()
        small = self.office.dir + "/small"
        os.mkdir(small)
        done = subprocess.run(
            [*harness.OWN_MOUNTS, "sh", "-c", "mount -t tmpfs -o size=16k none %s; \"$@\"; "
             "echo status $?; ls %s" % (small, small), "sh", harness.BIN + "/queuectl", "-c",
             self.office.config, "backup", small + "/copy.db"], capture_output=True, text=True)
        self.assertEqual(done.stdout, "status 1\n", done.stderr)
        for part in small + "/copy.db", "full":
            self.assertIn(part, done.stderr)

    def test_no_journal(self):
        for words in ("backup", self.office.dir + "/copy.db"), ("verify",), \
                ("verify", "--db", self.office.config):
            status, _, err = self.office.ctl(*words, check=False)
            self.assertEqual(status, 1, words)
            self.assertTrue(self.office.journal in err or self.office.config in err, err)
        self.assertFalse(os.path.exists(self.office.journal))


if __name__ == "__main__":
    harness.main()

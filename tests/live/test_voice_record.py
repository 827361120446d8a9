"""queuectl voice record with the real arecord and aplay, whose sound card is a file."""
import array
import math
import os
import pty
import subprocess
import unittest
import wave

import harness
from harness import wait_for

RATE = 48000
ALSA = """
pcm.!default {{ type file slave.pcm none file "{dir}/played.raw" infile "{dir}/heard.raw" format raw }}
pcm.none {{ type null }}
"""
NEEDED = {"number", "a", "b", "counter", "end", *"0123456789"}


def tone(loudness, seconds=1.0):
    """Six seconds of a room with a tone from 0.5 s on."""
    begin, end = RATE // 2, RATE // 2 + int(seconds * RATE)
    return array.array("h", (
        max(-32768, min(32767, int(loudness * math.sin(i * 0.05) if begin <= i < end else i % 7 * 5)))
        for i in range(6 * RATE)))


class VoiceRecord(unittest.TestCase):
    def setUp(self):
        self.office = harness.Office()
        self.addCleanup(self.office.close)
        self.folder = os.path.join(self.office.dir, "clips")
        self.alsa = os.path.join(self.office.dir, "asound.conf")
        with open(self.alsa, "w") as file:
            file.write(ALSA.format(dir=self.office.dir))
        self.hear(tone(5000))

    def hear(self, samples):
        with open(os.path.join(self.office.dir, "heard.raw"), "wb") as file:
            file.write(samples.tobytes())

    def command(self, *words):
        return [os.path.join(harness.BIN, "queuectl"), "-c", self.office.config, "voice", "record",
                *words, self.folder]

    def environment(self, **more):
        return dict(os.environ, ALSA_CONFIG_PATH=self.alsa, **more)

    def record(self, keys, *words, status=0, **environment):
        done = subprocess.run(self.command(*words), input=keys, capture_output=True, text=True,
                              timeout=60, env=self.environment(**environment))
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def clips(self, section="th"):
        with open(os.path.join(self.folder, "voice.ini")) as file:
            part = file.read().split("[%s]\n" % section)[1].split("[")[0]
        return dict(line.split(" = ") for line in part.splitlines() if line)

    def samples(self, name):
        with wave.open(os.path.join(self.folder, name)) as file:
            self.assertEqual((file.getframerate(), file.getnchannels(), file.getsampwidth()),
                             (RATE, 1, 2))
            return array.array("h", file.readframes(file.getnframes()))

    def assert_levelled(self, samples):
        middle = samples[RATE // 5:-RATE // 5]
        loudness = math.sqrt(sum(value * value for value in middle) / len(middle))
        self.assertTrue(3700 < loudness < 4300, loudness)

    def test_a_whole_set_of_the_office(self):
        said = self.record("\n\n" * len(NEEDED), "--needed")
        self.assertEqual(set(self.clips()), NEEDED)
        self.assertIn("%d/%d" % (len(NEEDED), len(NEEDED)), said)
        self.assertIn("%d of %d clips are there" % (len(NEEDED), len(NEEDED)), said)
        self.assertIn("displayd --check-voice", said)
        self.assertIn("ขอเชิญหมายเลข", said)
        for file in self.clips().values():
            samples = self.samples(file)
            self.assertTrue(RATE < len(samples) < 1.2 * RATE, len(samples))
            self.assert_levelled(samples)
        self.assertEqual(sorted(os.listdir(self.folder)), ["th", "voice.ini"])
        self.assertEqual(len(os.listdir(self.folder + "/th")), len(NEEDED), "no parts are left")
        self.assertGreater(os.path.getsize(self.office.dir + "/played.raw"), RATE, "played back")

    def test_stop_and_go_on(self):
        said = self.record("\n\n\n\nq\n", "--needed")
        self.assertEqual(set(self.clips()), {"number", "a"})
        self.assertIn("Missing: b 0", said)
        said = self.record("\n\n", "--needed")
        self.assertNotIn("2/%d " % len(NEEDED), said)
        self.assertIn("3/%d " % len(NEEDED), said)
        self.assertEqual(set(self.clips()), {"number", "a", "b"})
        os.unlink(self.folder + "/th/a.wav")
        self.assertIn("2/%d " % len(NEEDED), self.record("q\n", "--needed"))

    def test_skip_again_and_thai_keyboard(self):
        said = self.record("s\n\nr\nwhat\n\nพ\n\n\nๆ\n", "--needed")
        self.assertEqual(said.count("2/%d " % len(NEEDED)), 3)
        self.assertEqual(set(self.clips()), {"a"})
        before = self.samples("th/a.wav")
        self.hear(tone(5000, 2))
        self.record("\n\n", "--again", "a")
        self.assertGreater(len(self.samples("th/a.wav")), 1.5 * len(before))
        self.assertIn("no clip is named", self.record("", "--again", "ghost", status=2))

    def test_another_language(self):
        self.assertIn("please go to counter",
                      self.record("\n\n", "--language", "en", "--again", "counter"))
        self.assertEqual(self.clips("en"), {"counter": "en/counter.wav"})
        self.assertEqual(self.clips("th"), {})
        self.record("", "--language", "fr", status=2)

    def test_bad_takes(self):
        for samples, why in ((tone(80), "Too quiet"), (tone(60000), "Too loud"),
                             (tone(5000, 0.05), "Too short")):
            with self.subTest(why):
                self.hear(samples)
                self.assertIn(why, self.record("\n", "--needed"))
                self.assertEqual(os.listdir(self.folder + "/th"), [])

    def test_no_arecord(self):
        said = self.record("\n", status=1, PATH=self.office.dir)
        self.assertIn("cannot start arecord", said)
        self.assertIn("alsa-utils", said)

    def test_no_such_device(self):
        said = self.record("\n", "--device", "nonesuch", status=1)
        self.assertIn("arecord of alsa-utils failed", said)
        self.assertIn("nonesuch", said)

    def test_folder_that_cannot_be_written(self):
        with open(self.folder, "w"):
            pass
        self.assertIn("cannot write to the folder", self.record("", status=1))

    def test_a_broken_manifest_is_left_alone(self):
        os.mkdir(self.folder)
        with open(self.folder + "/voice.ini", "w") as file:
            file.write("[th]\nghost = th/ghost.wav\n")
        self.assertIn("ghost", self.record("\n\n", status=1))
        with open(self.folder + "/voice.ini") as file:
            self.assertIn("ghost", file.read())

    def test_terminal_where_enter_ends_a_take(self):
        heard = os.path.join(self.office.dir, "heard.raw")
        os.unlink(heard)
        os.mkfifo(heard)
        master, terminal = pty.openpty()
        self.addCleanup(os.close, master)
        log = os.path.join(self.office.dir, "screen")
        with open(log, "wb") as out:
            process = subprocess.Popen(self.command("--needed"), stdin=terminal, stdout=out,
                                       stderr=out, env=self.environment())
        os.close(terminal)
        self.addCleanup(process.kill)

        def screen(text):
            with open(log) as file:
                return text in file.read()
        wait_for(lambda: screen("start"), "the first question")
        os.write(master, b"\n")
        wait_for(lambda: screen("Recording"), "the recording")
        with open(heard, "wb") as microphone:
            # A pipe holds 64 KiB: most is heard once all is written, and silence would follow.
            microphone.write(tone(5000)[:3 * RATE].tobytes())
            microphone.flush()
            os.write(master, b"\n")
            wait_for(lambda: screen("keep   r"), "the take's end")
            os.write(master, b"\n")
            wait_for(lambda: screen("2/%d " % len(NEEDED)), "the next clip")
            os.write(master, b"q\n")
            self.assertEqual(process.wait(10), 0)
        self.assertEqual(set(self.clips()), {"number"})
        # Not exact: ALSA's file plugin fills up what it reads short from a pipe.
        self.assertTrue(RATE < len(self.samples("th/number.wav")) < 2 * RATE)

    def test_usage(self):
        for words in (("--again",), ("--loud",), ("more",)):
            self.assertIn("usage: voice record", self.record("", *words, status=2))
        done = subprocess.run([os.path.join(harness.BIN, "queuectl"), "--help"],
                              capture_output=True, text=True)
        self.assertIn("voice record DIR", done.stdout)
        self.assertIn("--needed", done.stdout)
        self.assertIn("3 kioskd not reachable", done.stdout)


if __name__ == "__main__":
    harness.main()

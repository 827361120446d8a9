"""`make install` into an empty folder: what is where, that it is kept, and that it fits together."""
import glob
import os
import re
import shutil
import subprocess
import tempfile
import unittest

import harness

PROGRAMS = ("kioskd", "queuectl", "printerd", "displayd")
DAEMONS = ("kioskd", "printerd", "displayd")


def make(target, root, prefix="/usr"):
    environment = {name: value for name, value in os.environ.items()
                   if name not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}
    done = subprocess.run(["make", "--no-print-directory", target, "DESTDIR=" + root,
                           "PREFIX=" + prefix, "B=" + os.environ.get("B", "build")],
                          cwd=harness.TOP, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def tool(name):
    return unittest.skipUnless(shutil.which(name), name + " is not installed")


class TestInstall(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.root = tempfile.mkdtemp(prefix="khiosk-install-")
        cls.addClassCleanup(shutil.rmtree, cls.root)
        make("install", cls.root)

    def path(self, name):
        return os.path.join(self.root, name)

    def installed(self):
        return {os.path.relpath(os.path.join(folder, file), self.root)
                for folder, _, files in os.walk(self.root) for file in files}

    def test_everything_is_in_place(self):
        expected = {"usr/bin/" + program for program in PROGRAMS}
        expected |= {"usr/lib/systemd/system/%s.service" % daemon for daemon in DAEMONS}
        expected |= {"usr/share/man/man8/%s.8" % daemon for daemon in DAEMONS}
        expected |= {"usr/share/man/man1/queuectl.1", "usr/lib/sysusers.d/khiosk.conf",
                     "usr/lib/tmpfiles.d/khiosk.conf", "usr/lib/udev/rules.d/60-khiosk.rules",
                     "usr/share/doc/khiosk/khiosk.ini", "usr/share/doc/khiosk/README.md",
                     "usr/share/doc/khiosk/LICENSE", "etc/khiosk/khiosk.ini"}
        self.assertEqual(self.installed(), expected)
        for name in expected:
            mode = os.stat(self.path(name)).st_mode & 0o7777
            self.assertEqual(oct(mode), oct(0o755 if "/bin/" in name else 0o644), name)

    def test_the_offices_configuration_is_kept(self):
        with open(self.path("etc/khiosk/khiosk.ini"), "a") as file:
            file.write("; of this office\n")
        make("install", self.root)
        with open(self.path("etc/khiosk/khiosk.ini")) as file:
            self.assertTrue(file.read().endswith("; of this office\n"))
        with open(self.path("usr/share/doc/khiosk/khiosk.ini")) as file:
            self.assertNotIn("of this office", file.read())

    def test_uninstall_leaves_the_configuration_only(self):
        root = self.path("second")
        make("install", root, "/opt/khiosk")
        self.assertTrue(os.path.exists(root + "/opt/khiosk/bin/kioskd"))
        make("uninstall", root, "/opt/khiosk")
        left = [os.path.join(folder, file) for folder, _, files in os.walk(root) for file in files]
        self.assertEqual(left, [root + "/etc/khiosk/khiosk.ini"])
        shutil.rmtree(root)

    def test_installed_programs_run(self):
        for program in PROGRAMS:
            for option in ("--version", "--help"):
                done = subprocess.run([self.path("usr/bin/" + program), option],
                                      capture_output=True, text=True)
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                self.assertTrue(done.stdout.startswith(program), done.stdout)
        done = subprocess.run([self.path("usr/bin/kioskd"), "--check-config", "-c",
                               self.path("etc/khiosk/khiosk.ini")], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_the_configuration_in_the_readme_is_good(self):
        with open(os.path.join(harness.TOP, "README.md")) as file:
            (example,) = re.findall(r"```ini\n(.*?)```", file.read(), re.S)
        with tempfile.NamedTemporaryFile("w", suffix=".ini") as file:
            file.write(example)
            file.flush()
            done = subprocess.run([self.path("usr/bin/kioskd"), "--check-config", "-c", file.name],
                                  capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_units_name_programs_that_exist(self):
        for unit in glob.glob(self.path("usr/lib/systemd/system/*.service")):
            with open(unit) as file:
                text = file.read()
            self.assertNotIn("@", text.replace("@system-service", ""))
            program = re.search(r"^ExecStart=(\S+)", text, re.M).group(1)
            self.assertTrue(os.access(self.root + program, os.X_OK), program)
            for setting in ("Type=notify", "Restart=always", "User=khiosk"):
                self.assertIn(setting + "\n", text)
            self.assertIn("WatchdogSec=", text)
            self.assertNotIn("Requires=", text)
            self.assertNotIn("BindsTo=", text)

    @tool("systemd-analyze")
    def test_systemd_accepts_the_units(self):
        # Units name programs below /usr; systemd-analyze must find those in the folder.
        units = tempfile.mkdtemp(dir=self.root)
        for daemon in DAEMONS:
            with open(self.path("usr/lib/systemd/system/%s.service" % daemon)) as file:
                text = file.read().replace("ExecStart=/", "ExecStart=%s/" % self.root)
            # The manual pages are not among the machine's.
            text = re.sub(r"^Documentation=.*\n", "", text, flags=re.M)
            with open(os.path.join(units, daemon + ".service"), "w") as file:
                file.write(text)
        done = subprocess.run(["systemd-analyze", "verify", *glob.glob(units + "/*.service")],
                              capture_output=True, text=True,
                              env=dict(os.environ, SYSTEMD_UNIT_PATH=units + ":"))
        shutil.rmtree(units)
        complaints = [line for line in done.stderr.splitlines() if "kioskd.service" in line or
                      "printerd.service" in line or "displayd.service" in line]
        self.assertEqual((done.returncode, complaints), (0, []), done.stderr)

    @tool("systemd-sysusers")
    def test_systemd_accepts_the_user(self):
        done = subprocess.run(["systemd-sysusers", "--root=" + self.root],
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        with open(self.path("etc/passwd")) as file:
            self.assertRegex(file.read(), r"(?m)^khiosk:.*:/var/lib/khiosk:")
        with open(self.path("etc/group")) as file:
            self.assertRegex(file.read(), r"(?m)^gpio:")
        for name in glob.glob(self.path("etc/*")):
            if os.path.isfile(name):
                os.remove(name)

    @tool("mandoc")
    def test_manual_pages_are_clean(self):
        pages = glob.glob(self.path("usr/share/man/man*/*"))
        done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", *pages],
                              capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))


if __name__ == "__main__":
    harness.main()

"""A print server of the test's own: cupsd on a temporary folder, speaking through a socket in it,
with queues that print to a listener of the test."""
import os
import shutil
import socket
import subprocess
import tempfile
import threading

import harness

PATH = os.environ.get("PATH", "") + ":/usr/sbin"
CUPSD = shutil.which("cupsd", path=PATH)
LPADMIN = shutil.which("lpadmin", path=PATH)

# Why these tests cannot run here; "" if they can.
MISSING = ""
if not (CUPSD and LPADMIN and shutil.which("lpstat")):
    MISSING = "cupsd, lpadmin or lpstat is not installed (packages cups and cups-client)"
elif not os.path.exists("/usr/lib/cups/backend/socket"):
    MISSING = "CUPS cannot print to a network socket here (package cups)"

FILES_CONF = """
ServerRoot {dir}/root
CacheDir {dir}/cache
StateDir {dir}/state
RequestRoot {dir}/spool
TempDir {dir}/tmp
AccessLog {dir}/log/access
ErrorLog {dir}/log/error
PageLog {dir}/log/page
"""

CUPSD_CONF = """
Listen {dir}/sock
Browsing No
WebInterface No
LogLevel info
DefaultAuthType None
ErrorPolicy {policy}
JobRetryInterval 1
JobRetryLimit 2
MaxJobs 500
<Location />
  Order allow,deny
  Allow all
</Location>
<Policy default>
  JobPrivateAccess default
  JobPrivateValues default
  <Limit All>
    Order allow,deny
    Allow all
  </Limit>
</Policy>
"""


class Paper:
    """A network printer: takes whatever is sent to its port, one job a connection. While it is not
    `ready` it leaves its callers waiting, as one that is out of paper."""

    def __init__(self):
        self.ready = threading.Event()
        self.ready.set()
        self.jobs = []
        self.callers = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                caller, _ = self.listener.accept()
            except OSError:
                return
            self.callers += 1
            threading.Thread(target=self.take, args=(caller,), daemon=True).start()

    def take(self, caller):
        self.ready.wait()
        data = b""
        with caller:
            try:
                while chunk := caller.recv(65536):
                    data += chunk
            except OSError:
                return
        if data:
            self.jobs.append(data)

    def close(self):
        self.ready.set()
        # Closing alone does not wake a thread that waits in accept().
        try:
            self.listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.listener.close()


class PrintServer:
    def __init__(self, policy="retry-job"):
        self.dir = tempfile.mkdtemp(prefix="khiosk-cups-")
        # A cupsd that root starts runs its backends as another user.
        os.chmod(self.dir, 0o755)
        self.address = os.path.join(self.dir, "sock")
        for name in "root", "cache", "state", "spool", "tmp", "log":
            os.mkdir(os.path.join(self.dir, name))
        os.chmod(os.path.join(self.dir, "tmp"), 0o1777)
        for name, text in ("files.conf", FILES_CONF), ("cupsd.conf", CUPSD_CONF):
            with open(os.path.join(self.dir, name), "w") as file:
                file.write(text.format(dir=self.dir, policy=policy))
        self.process = None

    def start(self):
        with open(os.path.join(self.dir, "log", "out"), "ab") as log:
            self.process = subprocess.Popen(
                [CUPSD, "-f", "-c", self.dir + "/cupsd.conf", "-s", self.dir + "/files.conf"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        harness.wait_for(self.answers, "cupsd to answer", 20)

    def answers(self):
        assert self.process.poll() is None, self.log()
        try:
            with socket.socket(socket.AF_UNIX) as sock:
                sock.connect(self.address)
                return True
        except OSError:
            return False

    def log(self):
        text = ""
        for name in "out", "error":
            path = os.path.join(self.dir, "log", name)
            if os.path.exists(path):
                with open(path, errors="replace") as file:
                    text += file.read()
        return text

    def run(self, *words):
        """Runs a CUPS command against this server; returns what it prints."""
        done = subprocess.run(words, capture_output=True, text=True, timeout=60,
                              env=dict(os.environ, CUPS_SERVER=self.address, LC_ALL="C.UTF-8"))
        assert done.returncode == 0, (words, done.stdout, done.stderr, self.log())
        return done.stdout

    def add_queue(self, name, port, driver="raw"):
        self.run(LPADMIN, "-p", name, "-E", "-v", "socket://127.0.0.1:%d" % port, "-m", driver)

    def jobs(self):
        """Names of all jobs that this server knows, finished ones too, oldest first."""
        listing = self.run("lpstat", "-W", "all", "-o")
        return [line.split()[0] for line in listing.splitlines() if line]

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait(20)
            self.process = None

    def close(self):
        self.stop()
        shutil.rmtree(self.dir, ignore_errors=True)

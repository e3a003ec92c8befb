"""Other systems that store the same rows: PostgreSQL and VictoriaMetrics, if they are installed."""
import concurrent.futures
import glob
import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time
import urllib.parse

SENDERS = 8


def seconds_of(work):
    begun = time.monotonic()
    work()
    return time.monotonic() - begun


def in_turns(items):
    """What each of the senders sends."""
    return [items[sender::SENDERS] for sender in range(SENDERS)]


class Postgres:
    """A PostgreSQL 15 of its own, with Debian's settings, in a folder; a context manager."""

    TABLE = """
      CREATE TABLE observation (
        institution integer NOT NULL, quarter integer NOT NULL, series integer NOT NULL,
        period integer NOT NULL, revision bigint NOT NULL, value double precision,
        status smallint NOT NULL, has_comment smallint NOT NULL,
        PRIMARY KEY (institution, quarter, series, period, revision));"""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.server = None

    @staticmethod
    def programs():
        found = sorted(glob.glob("/usr/lib/postgresql/15/bin"))
        return pathlib.Path(found[0]) if found and shutil.which("psql") else None

    def __enter__(self):
        # It refuses to run as root.
        user = {"user": "postgres"} if os.geteuid() == 0 else {}
        self.folder.mkdir()
        if user:
            shutil.chown(self.folder, "postgres")
        data = self.folder / "data"
        programs = self.programs()
        subprocess.run([programs / "initdb", "-U", "bench", "-A", "trust", "-D", data], check=True,
                       capture_output=True, cwd=self.folder, **user)
        log = (self.folder / "log").open("w", encoding="utf-8")
        self.server = subprocess.Popen(
            [programs / "postgres", "-D", data, "-k", self.folder, "-c", "listen_addresses="],
            stdout=log, stderr=log, cwd=self.folder, **user)
        until = time.monotonic() + 30
        while subprocess.run([programs / "pg_isready", "-q", "-h", self.folder],
                             check=False).returncode != 0:
            if time.monotonic() > until or self.server.poll() is not None:
                raise RuntimeError((self.folder / "log").read_text())
            time.sleep(0.05)
        self.run(self.TABLE)
        return self

    def __exit__(self, *_):
        if self.server:
            self.server.send_signal(signal.SIGINT)
            self.server.wait()

    def psql(self):
        return subprocess.Popen(["psql", "-qAtX", "-v", "ON_ERROR_STOP=1", "-h", self.folder, "-U",
                                 "bench", "-d", "postgres"], stdin=subprocess.PIPE,
                                stdout=subprocess.PIPE)

    def run(self, sql):
        session = self.psql()
        answer, _ = session.communicate(sql.encode())
        if session.returncode != 0:
            raise RuntimeError(f"psql failed: {sql}")
        return answer.decode().strip()

    def copy_from_client(self, files, rows):
        """Seconds that COPY takes for the files, each a transaction, whose rows one client sends over
        its connection."""
        return self._copy(rows, [b"".join(b"COPY observation FROM STDIN;\n" + path.read_bytes() +
                                          b"\\.\n" for path in files)])

    def copy_from_files(self, files, rows):
        """Seconds that COPY takes for the files, each a transaction, from eight sessions. The server
        reads them itself: no client, no connection."""
        return self._copy(rows, ["".join(f"COPY observation FROM '{path}';\n" for path in share)
                                 .encode() for share in in_turns(files)])

    def _copy(self, rows, scripts):
        """Seconds that the scripts take, a session each; all sessions are open before."""
        self.run("TRUNCATE observation; CHECKPOINT;")
        sessions = [self.psql() for _ in scripts]
        for session in sessions:
            session.stdin.write(b"SELECT 1;\n")
            session.stdin.flush()
            session.stdout.readline()

        def copy_all():
            for session, script in zip(sessions, scripts):
                session.stdin.write(script)
                session.stdin.close()
            for session in sessions:
                session.wait()

        seconds = seconds_of(copy_all)
        for session in sessions:
            session.stdout.close()
        stored = self.run("SELECT count(*) FROM observation")
        if int(stored) != rows or any(session.returncode for session in sessions):
            raise RuntimeError(f"PostgreSQL has {stored} rows, want {rows}")
        return seconds


class VictoriaMetrics:
    """A VictoriaMetrics of its own in a folder; a context manager. It answers before data is on the
    disk."""

    PROGRAM = "victoria-metrics"
    COLUMNS = "1:time:unix_s,2:label:indicator,3:label:unit,4:label:channel,5:metric:visits"

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.server = None

    def __enter__(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.folder.mkdir()
        with (self.folder / "log").open("w", encoding="utf-8") as log:
            self.server = subprocess.Popen(
                [self.PROGRAM, f"-storageDataPath={self.folder / 'data'}",
                 f"-httpListenAddr=127.0.0.1:{self.port}", "-retentionPeriod=100y"],
                stdout=log, stderr=log)
        until = time.monotonic() + 30
        while True:
            try:
                self.ask("/health")
                return self
            except OSError as error:
                if time.monotonic() > until or self.server.poll() is not None:
                    raise RuntimeError((self.folder / "log").read_text()) from error
                time.sleep(0.05)

    def __exit__(self, *_):
        if self.server:
            self.server.terminate()
            self.server.wait()

    def ask(self, path, body=None, connection=None):
        connection = connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("POST" if body is not None else "GET", path, body)
        answer = connection.getresponse()
        text = answer.read()
        if answer.status // 100 != 2:
            raise RuntimeError(f"VictoriaMetrics answers {answer.status}: {text[:300]}")
        return text

    def load(self, files, rows, last_second):
        """Seconds that the import of the files takes, over eight connections."""
        bodies = in_turns([pathlib.Path(path).read_bytes() for path in files])
        path = "/api/v1/import/csv?format=" + urllib.parse.quote(self.COLUMNS)
        connections = [http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
                       for _ in range(SENDERS)]

        def send(share, connection):
            for body in share:
                self.ask(path, body, connection)

        with concurrent.futures.ThreadPoolExecutor(SENDERS) as pool:
            seconds = seconds_of(lambda: list(pool.map(send, bodies, connections)))
        for connection in connections:
            connection.close()
        self.ask("/internal/force_flush")
        query = urllib.parse.urlencode({"query": "sum(count_over_time(visits[1200d]))",
                                        "time": last_second + 1})
        stored = int(json.loads(self.ask("/api/v1/query?" + query))["data"]["result"][0]["value"][1])
        if stored != rows:
            raise RuntimeError(f"VictoriaMetrics has {stored} rows, want {rows}")
        return seconds

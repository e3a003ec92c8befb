"""athenactl restore ends at every system call that changes a file, killed or with an error: what is there
then is the old database, the new one, or none that a service would start with; never a mixture. And the
restore can be repeated. tests/campaigns runs it."""
import collections
import contextlib
import pathlib
import shutil
import sqlite3
import subprocess
import tempfile
import unittest

import figures
import setting
from services import BUILD, DEADLINE, Process, Services
from setting import observation

# The calls that make, change, sync, name and remove files.
CALLS = ("openat", "write", "pwrite64", "sendfile", "copy_file_range", "ftruncate", "fsync",
         "fdatasync", "link", "unlink", "rename", "chown")
# What a restore makes of them at least; past MOST of one kind it is endless.
LEAST, MOST = 20, 200
SUFFIXES = ("", "-wal", "-shm", ".lock")


def athenactl(*words, tracer=()):
    return subprocess.run([*tracer, str(BUILD / "bin" / "athenactl"), *map(str, words)], text=True,
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=DEADLINE, check=False)


def pushes_in(path):
    """The push ids in a database, of a copy of its files; and what SQLite says of its structure."""
    with tempfile.TemporaryDirectory(prefix="athena-") as folder:
        for suffix in ("", "-wal"):
            with contextlib.suppress(FileNotFoundError):
                shutil.copyfile(f"{path}{suffix}", f"{folder}/copy.db{suffix}")
        with contextlib.closing(sqlite3.connect(f"{folder}/copy.db")) as database:
            sound = database.execute("PRAGMA integrity_check").fetchall()
            return sound, {row[0] for row in database.execute("SELECT push_id FROM push")}


class RestoreCampaign(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.owner = tempfile.TemporaryDirectory(prefix="athena-")
        cls.addClassCleanup(cls.owner.cleanup)
        cls.folder = pathlib.Path(cls.owner.name)
        with Services() as services:
            setting.create_indicators(services)
            setting.push(services, "before", [observation("staff", "2021-Q1", 90)])
            made = services.athenactl("backup", "--service=indicator")
            assert made.returncode == 0, made.stderr
            cls.backup = cls.folder / "backup.db"
            shutil.copyfile(next(services.backups.glob("indicator-*.db")), cls.backup)
            setting.push(services, "after", [observation("staff", "2021-Q2", 95)])
            services.indicator.kill()
            # As a service leaves it that was killed: the last push is in the log alone.
            cls.killed = cls.folder / "killed"
            cls.killed.mkdir()
            for suffix in SUFFIXES:
                shutil.copyfile(services.folder / f"indicator.db{suffix}",
                                cls.killed / f"indicator.db{suffix}")

    def old(self):
        """A folder with the old database."""
        owner = tempfile.TemporaryDirectory(prefix="athena-")
        folder = pathlib.Path(owner.name)
        for path in self.killed.iterdir():
            shutil.copyfile(path, folder / path.name)
        return owner, folder / "indicator.db"

    def restore(self, database, tracer=()):
        return athenactl("restore", self.backup, "--database", database, tracer=tracer)

    def test_the_old_database_and_the_backup_differ(self):
        owner, database = self.old()
        with owner:
            self.assertEqual(pushes_in(database), ([("ok",)], {"before", "after"}))
            restored = self.restore(database)
            self.assertEqual(restored.returncode, 0, restored.stderr)
            self.assertEqual(pushes_in(database), ([("ok",)], {"before"}))

    def end_at_each_call(self, how):
        """Runs a restore for each of its calls, which ends there."""
        seen = collections.Counter()
        for call in CALLS:
            for number in range(1, MOST):
                if not self.end_at(call, number, how, seen):
                    break
            self.assertLess(number, MOST - 1, call)
        figures.show(restores_ended_by=how, at_each_of_calls=seen.total(),
                     left_the_old_database=seen["old"], the_new_one=seen["new"], none=seen["none"],
                     a_mixture=0, repeated_with_success=seen.total())
        self.assertGreater(seen.total(), LEAST)
        self.assertGreater(seen["old"], 0)

    def end_at(self, call, number, how, seen):
        """Ends a restore at a call. False when it has not as many."""
        owner, database = self.old()
        with owner:
            trace = database.parent / "trace"
            files = (database.parent, *(f"{database}{suffix}" for suffix in (*SUFFIXES, ".restoring")))
            ended = self.restore(database, (
                "strace", "-f", "-q", *(word for path in files for word in ("-P", str(path))),
                "-e", f"trace={call}", "-e", f"inject={call}:{how}:when={number}", "-o", str(trace)))
            met = trace.read_text()
            if "INJECTED" not in met and "killed by SIGKILL" not in met:
                self.assertEqual(ended.returncode, 0, ended.stderr)
                return False
            with self.subTest(f"{how}, {call} {number}"):
                seen[self.state_of(database, ended)] += 1
                again = self.restore_again(database)
                self.assertEqual(again.returncode, 0, again.stderr)
                self.assertEqual(pushes_in(database), ([("ok",)], {"before"}))
            return True

    def state_of(self, database, ended):
        if not database.exists():
            # The service makes no new one in its place.
            with self.assertRaisesRegex(RuntimeError, "restore a backup"):
                Process("athena-indicator", database.parent, [f"--database={database}"])
            return "none"
        sound, pushes = pushes_in(database)
        self.assertEqual(sound, [("ok",)])
        self.assertIn(pushes, ({"before", "after"}, {"before"}), ended.stderr)
        return "old" if "after" in pushes else "new"

    def restore_again(self, database):
        """Names of databases that were kept have seconds: those of the first restore are moved away."""
        for kept in database.parent.glob("*.replaced-*"):
            kept.rename(database.parent / f"kept-{kept.name}")
        return self.restore(database)

    def test_killed_at_each_call(self):
        self.end_at_each_call("signal=KILL")

    def test_an_io_error_at_each_call(self):
        self.end_at_each_call("error=EIO")

    def test_a_full_disk_at_each_call(self):
        self.end_at_each_call("error=ENOSPC")


if __name__ == "__main__":
    unittest.main()

"""Backups: made while senders push, restored elsewhere after a crash, and told apart from the history
that they do not have. The commands are those of deploy/README.md, "Backup"."""
import calendar
import contextlib
import hashlib
import json
import pathlib
import shutil
import sqlite3
import subprocess
import tempfile
import threading
import time
import unittest

import grpc
from athena.common.v1 import backup_service_pb2, backup_service_pb2_grpc
from athena.indicator.v1 import indicator_service_pb2
from athena.reporting.v1 import reporting_service_pb2

import operator_test
import setting
from operator_test import http, metric
from services import BUILD, DEADLINE, EVERYTHING, Services, refusal_of
from setting import observation

NAMES = ("plan", "indicator", "reporting")
CLIENTS = 4
PUSHES = 40  # acknowledged ones, of all clients together, before and after the backup


def athenactl(*arguments):
    """Runs a command that needs no service."""
    return subprocess.run([str(BUILD / "bin" / "athenactl"), *map(str, arguments)], text=True,
                          capture_output=True, timeout=DEADLINE, check=False)


class Sender(threading.Thread):
    """Pushes one row after the other, each with a push id of its own."""

    def __init__(self, number, services, acknowledged, on_acknowledged):
        super().__init__(daemon=True)
        self.number, self.services = number, services
        self.acknowledged, self.on_acknowledged = acknowledged, on_acknowledged
        self.stop = threading.Event()

    def run(self):
        for i in range(1_000_000):
            if self.stop.is_set():
                return
            push_id = f"{self.number}-{i}"
            row = self.row(self.number, i)
            answer = setting.push(self.services, push_id, [row])
            self.acknowledged[push_id] = (row.period, row.value, answer.revision)
            self.on_acknowledged.release()

    @staticmethod
    def row(number, i):
        return observation("staff", f"{1900 + (i // 4) % 120}-Q{i % 4 + 1}", number * 1e6 + i)


class BackupTest(unittest.TestCase):
    def history(self, services):
        """Every revision of every cell of `staff`: (period, value) > revision."""
        found, token = {}, ""
        while True:
            page = services.indicators.ListObservations(
                indicator_service_pb2.ListObservationsRequest(
                    parent=f"{setting.INSTITUTION}/indicators/staff", include_history=True,
                    page_size=10_000, page_token=token), **setting.options())
            for record in page.observations:
                found[(record.observation.period, record.observation.value)] = record.revision
            token = page.next_page_token
            if not token:
                return found

    def last_of_feed(self, services):
        stream = services.indicators.WatchObservations(
            indicator_service_pb2.WatchObservationsRequest(parent=setting.INSTITUTION),
            **setting.options())
        first = next(stream)
        stream.cancel()
        return first

    def publication(self, services):
        """The first publication of the scorecard of 2021-Q1: its message, and its document's bytes."""
        name = f"{setting.PLAN}/scorecards/2021-Q1/publications/1"
        parts = services.reports.DownloadPublication(
            reporting_service_pb2.DownloadPublicationRequest(name=name), **setting.options())
        verified = services.reports.VerifyPublication(
            reporting_service_pb2.VerifyPublicationRequest(name=name), **setting.options())
        self.assertTrue(verified.valid, verified)
        return (services.reports.GetPublication(
            reporting_service_pb2.GetPublicationRequest(name=name), **setting.options()),
            b"".join(piece for part in parts for piece in part.pieces))

    def ask(self, message):
        self.assertEqual(message.returncode, 0, message.stdout + message.stderr)
        return message

    def test_a_restore_drill(self):
        acknowledged, counted = {}, threading.Semaphore(0)

        def await_pushes():
            for _ in range(PUSHES):
                self.assertTrue(counted.acquire(timeout=DEADLINE))

        with Services() as services:
            setting.create_indicators(services)
            setting.create_plan(services)
            senders = [Sender(i, services, acknowledged, counted) for i in range(CLIENTS)]
            for sender in senders:
                sender.start()
            await_pushes()
            services.reports.PublishScorecard(
                reporting_service_pb2.PublishScorecardRequest(
                    name=f"{setting.PLAN}/scorecards/2021-Q1", force=True, reason="a drill"),
                **setting.options())
            published = self.publication(services)
            before = dict(acknowledged)
            made = json.loads(self.ask(services.athenactl("backup", "--json")).stdout)
            await_pushes()
            for sender in senders:
                sender.stop.set()
            for sender in senders:
                sender.join(DEADLINE)
            head = {entry["institution"]: entry["head"] for entry in made["indicator"]["heads"]}[
                setting.INSTITUTION]
            copied = int(head["revision"])
            lost = {push_id: row for push_id, row in acknowledged.items() if row[2] > copied}
            kept = {push_id: row for push_id, row in acknowledged.items() if row[2] <= copied}
            self.assertLessEqual(before.keys(), kept.keys())
            self.assertGreaterEqual(len(lost), 1)

            # What readers hold, from before and from after the backup.
            feed = self.last_of_feed(services)
            page = services.indicators.ListObservations(
                indicator_service_pb2.ListObservationsRequest(
                    parent=f"{setting.INSTITUTION}/indicators/staff", page_size=1),
                **setting.options())
            basis = setting.scorecard(services, "2021-Q1").basis
            for process in (services.plan, services.indicator, services.reporting):
                process.kill()

            other = Services()
            for name in NAMES:
                file = pathlib.Path(made[name]["file"])
                self.assertEqual(made[name]["bytes"], str(file.stat().st_size))
                self.assertEqual(made[name]["sha256"],
                                 hashlib.sha256(file.read_bytes()).hexdigest())
                checked = json.loads(self.ask(
                    athenactl("check", "--json", "--database", file)).stdout)
                self.assertEqual((checked["service"], checked["sound"]), (name, True))
                self.assertEqual(
                    {log["institution"]: log["hash"] for log in checked["auditLogs"]},
                    {entry["institution"]: entry["head"]["hash"]
                     for entry in made[name].get("heads", [])})
                self.ask(athenactl("restore", file, "--database", other.folder / f"{name}.db"))
            shutil.copyfile(services.signing_key(), other.folder / "signing-key.pem")
            (other.folder / "signing-key.pem").chmod(0o600)

            with other:
                self.assertEqual(self.history(other),
                                 {(period, value): revision
                                  for period, value, revision in kept.values()})
                self.ask(other.athenactl("check", "gob", "--from", "2021-Q1", "--to", "2021-Q4"))
                self.ask(other.athenactl("audit", "verify", "gob"))
                self.assertEqual(self.publication(other), published)

                refused = refusal_of(
                    lambda request, **options: next(
                        other.indicators.WatchObservations(request, **options)),
                    indicator_service_pb2.WatchObservationsRequest(
                        parent=setting.INSTITUTION, after_revision=feed.revision,
                        lineage=feed.lineage), metadata=EVERYTHING)
                self.assertEqual(refused.reason, "LINEAGE_CHANGED")
                refused = refusal_of(
                    other.indicators.ListObservations,
                    indicator_service_pb2.ListObservationsRequest(
                        parent=f"{setting.INSTITUTION}/indicators/staff", page_size=1,
                        page_token=page.next_page_token), metadata=EVERYTHING)
                self.assertEqual(refused.reason, "INVALID_PAGE_TOKEN")
                refused = refusal_of(
                    other.reports.GetScorecard, reporting_service_pb2.GetScorecardRequest(
                        name=f"{setting.PLAN}/scorecards/2021-Q1",
                        as_of=reporting_service_pb2.ScorecardAsOf(basis=basis)),
                    metadata=EVERYTHING)
                self.assertEqual(refused.reason, "LINEAGE_CHANGED")

                # Senders repeat all they have sent: what the backup has is answered as at first.
                for push_id, (period, value, revision) in acknowledged.items():
                    answer = setting.push(other, push_id, [observation("staff", period, value)])
                    self.assertEqual(answer.replayed, push_id in kept)
                    if push_id in kept:
                        self.assertEqual(answer.revision, revision)
                self.assertEqual(self.history(other).keys(),
                                 {(period, value) for period, value, _ in acknowledged.values()})
                self.assertNotEqual(self.last_of_feed(other).lineage, feed.lineage)

    def test_a_restore_keeps_the_database_of_a_service_that_was_killed(self):
        with Services() as services:
            setting.create_indicators(services)
            setting.push(services, "before", [observation("staff", "2021-Q1", 90)])
            made = json.loads(self.ask(
                services.athenactl("backup", "--json", "--service", "indicator")).stdout)
            after = setting.push(services, "after", [observation("staff", "2021-Q2", 95)])
            database = services.folder / "indicator.db"
            command = ("restore", made["indicator"]["file"], "--database", database)
            running = athenactl(*command)
            self.assertEqual(running.returncode, 1)
            self.assertIn("another process has this database open", running.stderr)
            services.indicator.kill()
            restored = json.loads(self.ask(athenactl(*command, "--json")).stdout)
            with tempfile.TemporaryDirectory() as logs:
                with operator_test.Indicator(services.folder, logs=logs) as indicator:
                    self.assertEqual(set(self.history(indicator)), {("2021-Q1", 90.0)})
                # Whoever needs the old database has it, with what was acknowledged last.
                database.unlink()
                for suffix in ("", "-wal"):
                    pathlib.Path(restored["replaced"] + suffix).rename(f"{database}{suffix}")
                with operator_test.Indicator(services.folder, logs=logs) as indicator:
                    self.assertEqual(self.history(indicator)[("2021-Q2", 95.0)], after.revision)

    def test_the_newest_backups_stay_as_many_as_the_flag_says(self):
        with tempfile.TemporaryDirectory() as folder:
            with operator_test.Indicator(folder, f"--backup_folder={folder}",
                                         "--backup_keep=2") as indicator:
                backups = backup_service_pb2_grpc.BackupServiceStub(indicator.channel)
                made = [pathlib.Path(backups.CreateBackup(backup_service_pb2.CreateBackupRequest(),
                                                          **setting.options()).file)
                        for _ in range(3)]
            self.assertEqual(sorted(pathlib.Path(folder).glob("indicator-*.db")), made[1:])

    def test_going_back_over_two_versions_of_the_database_needs_the_backup(self):
        """What deploy/README.md, "Upgrade and roll back", says."""
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            database = folder / "indicator.db"
            with operator_test.Indicator(folder, f"--backup_folder={folder}") as indicator:
                setting.create_indicators(indicator)
                before = setting.push(indicator, "before", [observation("staff", "2021-Q1", 90)])
                backup_service_pb2_grpc.BackupServiceStub(indicator.channel).CreateBackup(
                    backup_service_pb2.CreateBackupRequest(), **setting.options())
                setting.push(indicator, "after", [observation("staff", "2021-Q2", 95)])
                self.assertEqual(indicator.process.stop(), 0)
            # As a program leaves it that is two versions of the schema ahead.
            with contextlib.closing(sqlite3.connect(database)) as upgraded, upgraded:
                (known,) = upgraded.execute("SELECT max(version) FROM athena_schema").fetchone()
                for version in (known + 1, known + 2):
                    upgraded.execute(f"CREATE TABLE later_{version} (id BIGINT NOT NULL PRIMARY KEY)")
                    upgraded.execute("INSERT INTO athena_schema (version, name, checksum, applied_at)"
                                     " VALUES (?, 'later', 'x', 0)", (version,))
            refused = subprocess.run(
                [str(BUILD / "bin" / "athena-indicator"), "--listen=127.0.0.1:0",
                 "--ops_listen=127.0.0.1:0", "--principals=t,t,*,all", f"--database={database}"],
                stderr=subprocess.PIPE, text=True, timeout=DEADLINE, check=False)
            self.assertEqual(refused.returncode, 1)
            self.assertIn(f"is at schema version {known + 2}, this binary knows {known}: upgrade the "
                          "binary, or restore a backup", refused.stderr)

            (backup,) = folder.glob("indicator-*.db")
            restored = self.ask(athenactl("restore", backup, "--database", database))
            self.assertIn("indicator.db.replaced-", restored.stdout)
            with operator_test.Indicator(folder) as indicator:
                self.assertEqual(self.history(indicator), {("2021-Q1", 90.0): before.revision})
                again = setting.push(indicator, "after", [observation("staff", "2021-Q2", 95)])
                self.assertFalse(again.replayed)

    def test_the_age_of_backups_is_in_the_metrics_from_the_first_scrape_on(self):
        success = "athena_backup_last_success_timestamp_seconds"
        with Services() as services:
            self.assertEqual(metric(services.indicator, success), 0)
            made = json.loads(self.ask(
                services.athenactl("backup", "--json", "--service", "indicator")).stdout)
            file = pathlib.Path(made["indicator"]["file"])
            begun = calendar.timegm(time.strptime(file.name, "indicator-%Y%m%dT%H%M%SZ.db"))
            services.kill_indicator()
            self.assertEqual(metric(services.indicator, success), begun)
            self.assertEqual(metric(services.indicator, "athena_backup_bytes"),
                             file.stat().st_size)
            self.assertEqual(metric(services.indicator, "athena_backup_failures_total"), 0)

            shutil.rmtree(services.backups)
            failed = services.athenactl("backup", "--service", "indicator")
            self.assertEqual(failed.returncode, 4, failed.stderr)
            self.assertIn(str(services.backups), failed.stderr)
            self.assertEqual(metric(services.indicator, "athena_backup_failures_total"), 1)
            self.assertEqual(metric(services.indicator, success), begun)
            self.assertEqual(http(services.indicator, "/readyz")[0], 200)
            services.backups.mkdir()
            self.ask(services.athenactl("backup", "--service", "indicator"))


if __name__ == "__main__":
    unittest.main()

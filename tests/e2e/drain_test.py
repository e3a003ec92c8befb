"""SIGTERM: acknowledged pushes stay, calls in flight are answered, it ends in time, and the database
file alone is then a complete backup."""
import pathlib
import shutil
import threading
import unittest

import grpc
from athena.indicator.v1 import indicator_service_pb2, indicator_service_pb2_grpc

import setting
from services import DEADLINE, EVERYTHING, Services
from setting import observation

CLIENTS = 8


class DrainTest(unittest.TestCase):
    def test_sigterm_under_load_loses_nothing_and_ends_in_time(self):
        with Services() as services:
            setting.create_indicators(services)
            acknowledged, codes, lock = {}, set(), threading.Lock()
            begun = threading.Semaphore(0)

            def client(number):
                for i in range(1_000_000):
                    period = f"{1900 + (i // 4) % 120}-Q{i % 4 + 1}"
                    row = observation("staff", period, number * 1e6 + i)
                    try:
                        answer = services.indicators.PushObservations(
                            indicator_service_pb2.PushObservationsRequest(
                                parent=setting.INSTITUTION, push_id=f"{number}-{i}",
                                observations=[row]), metadata=EVERYTHING, timeout=DEADLINE)
                    except grpc.RpcError as error:
                        with lock:
                            codes.add(error.code())
                        return
                    with lock:
                        acknowledged[(period, row.value)] = answer.revision
                    begun.release()

            threads = [threading.Thread(target=client, args=(i,)) for i in range(CLIENTS)]
            for thread in threads:
                thread.start()
            for _ in range(100):
                self.assertTrue(begun.acquire(timeout=DEADLINE))
            port = services.indicator.port
            self.assertEqual(services.indicator.stop(), 0)
            for thread in threads:
                thread.join(DEADLINE)
                self.assertFalse(thread.is_alive())
            self.assertEqual(codes, {grpc.StatusCode.UNAVAILABLE})
            services.indicator = services.start_indicator(port)
            self.assertEqual(self.history(services), acknowledged)

    def test_s3_the_database_file_of_a_stopped_service_is_a_backup(self):
        """A copy that was put in place by hand; backup_test has the commands for it."""
        with Services() as services:
            setting.create_indicators(services)
            before = setting.push(services, "before", [observation("staff", "2021-Q1", 90)])
            database, backup = services.folder / "indicator.db", services.folder / "backup.db"
            self.assertEqual(services.indicator.stop(), 0)
            shutil.copyfile(database, backup)
            self.start_indicator(services)
            setting.push(services, "after", [observation("staff", "2021-Q2", 95)])

            services.indicator.kill()  # which leaves the second push in the write-ahead log
            for suffix in ("-wal", "-shm"):
                pathlib.Path(f"{database}{suffix}").unlink(missing_ok=True)
            shutil.copyfile(backup, database)
            self.start_indicator(services)
            self.assertEqual(self.history(services), {("2021-Q1", 90.0): before.revision})

    def start_indicator(self, services):
        """Starts it on another port: the connection to the old one may still be breaking."""
        services.indicator = services.start_indicator()
        services.indicators = indicator_service_pb2_grpc.IndicatorServiceStub(
            services.channel(services.indicator))

    def history(self, services):
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


if __name__ == "__main__":
    unittest.main()

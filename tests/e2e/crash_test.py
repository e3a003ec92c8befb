"""kill -9 while clients push: what was acknowledged is there, once; nothing else is."""
import os
import threading
import unittest

import grpc
from athena.indicator.v1 import indicator_service_pb2

import setting
from services import DEADLINE, EVERYTHING, Services
from setting import observation

ROUNDS = int(os.environ.get("ATHENA_CRASH_ROUNDS", "20"))
CLIENTS = 8
ROWS = 5
# Acknowledged pushes, of all clients together, between one kill and the next.
PUSHES_PER_ROUND = 40


def periods(count):
    """That many days from 1 January 2000, as period literals."""
    import datetime
    first = datetime.date(2000, 1, 1)
    return [(first + datetime.timedelta(days=i)).isoformat() for i in range(count)]


class Client(threading.Thread):
    """Pushes one batch after the other, resends what was not acknowledged, keeps a ledger."""

    def __init__(self, number, services, on_acknowledged):
        super().__init__(daemon=True)
        self.number = number
        self.indicator = f"count-{number}"
        self.stub = services.indicators
        self.on_acknowledged = on_acknowledged
        self.stop = threading.Event()
        self.acknowledged = {}  # period > value
        self.sent = 0
        self.error = None

    def run(self):
        days = periods(100_000)
        batch = 0
        while not self.stop.is_set():
            rows = [observation(self.indicator, days[batch * ROWS + i], batch * 1000 + i)
                    for i in range(ROWS)]
            request = indicator_service_pb2.PushObservationsRequest(
                parent=setting.INSTITUTION, push_id=f"{self.number}-{batch}", observations=rows)
            if not self.push_until_acknowledged(request):
                return
            for row in rows:
                self.acknowledged[row.period] = row.value
            batch += 1
            self.on_acknowledged()

    def push_until_acknowledged(self, request):
        while True:
            self.sent += 1
            try:
                answer = self.stub.PushObservations(request, metadata=EVERYTHING, timeout=DEADLINE,
                                                    wait_for_ready=True)
            except grpc.RpcError as error:
                if error.code() in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.UNKNOWN,
                                    grpc.StatusCode.INTERNAL, grpc.StatusCode.CANCELLED):
                    continue
                self.error = error
                return False
            if answer.counts.inserted != ROWS:
                self.error = AssertionError(f"{request.push_id}: {answer}")
                return False
            return True


class CrashTest(unittest.TestCase):
    def test_acknowledged_rows_survive_every_kill_and_stand_once(self):
        with Services() as services:
            indicator = indicator_service_pb2.CreateIndicatorRequest
            from athena.indicator.v1 import indicator_pb2
            kinds = indicator_pb2.Indicator
            services.indicators.BatchCreateIndicators(
                indicator_service_pb2.BatchCreateIndicatorsRequest(
                    parent=setting.INSTITUTION, requests=[
                        indicator(indicator_id=f"count-{i}", indicator=kinds(
                            display_name=setting.text("Count"), kind=kinds.KIND_BASE,
                            direction=kinds.DIRECTION_HIGHER, frequency=kinds.FREQUENCY_DAILY,
                            time_aggregation=kinds.TIME_AGGREGATION_SUM))
                        for i in range(CLIENTS)]), **setting.options())
            progress = threading.Semaphore(0)
            clients = [Client(i, services, progress.release) for i in range(CLIENTS)]
            for client in clients:
                client.start()
            for _ in range(ROUNDS):
                for _ in range(PUSHES_PER_ROUND):
                    self.assertTrue(progress.acquire(timeout=DEADLINE),
                                    [client.error for client in clients])
                services.kill_indicator()
            for client in clients:
                client.stop.set()
            for client in clients:
                client.join(DEADLINE)
                self.assertFalse(client.is_alive())
                self.assertIsNone(client.error)
            resent = sum(client.sent for client in clients) - sum(
                len(client.acknowledged) // ROWS for client in clients)
            self.assertGreater(resent, 0, "no kill met a push under way: the test tests nothing")
            for client in clients:
                self.assertEqual(self.stored(services, client.indicator), client.acknowledged)

    def stored(self, services, indicator):
        """Every revision of every cell: one a period, or it was stored twice."""
        found, token = {}, ""
        while True:
            page = services.indicators.ListObservations(
                indicator_service_pb2.ListObservationsRequest(
                    parent=f"{setting.INSTITUTION}/indicators/{indicator}", include_history=True,
                    page_size=10_000, page_token=token), **setting.options())
            for record in page.observations:
                self.assertNotIn(record.observation.period, found)
                found[record.observation.period] = record.observation.value
            token = page.next_page_token
            if not token:
                return found


if __name__ == "__main__":
    unittest.main()

"""kill -9 while clients push: every acknowledged push is stored exactly once, and nothing else is."""
import collections
import datetime
import itertools
import os
import random
import threading
import time
import unittest

import grpc
from athena.common.v1 import history_service_pb2, history_service_pb2_grpc
from athena.indicator.v1 import indicator_pb2, indicator_service_pb2

import figures
import setting
from services import DEADLINE, EVERYTHING, FEEDS, Refusal, Services, token
from setting import observation

# Kills of each case.
ROUNDS = int(os.environ.get("ATHENA_CRASH_ROUNDS", "10"))
CLIENTS = 8
# After these it is not known whether a push was stored.
UNKNOWN_END = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.UNKNOWN, grpc.StatusCode.INTERNAL,
               grpc.StatusCode.CANCELLED)
ROWS = 5
# Acknowledged pushes, of all clients together, between one kill and the next.
PUSHES_PER_ROUND = 40


def periods(count):
    """The period literals of `count` days from 1 January 2000 on."""
    first = datetime.date(2000, 1, 1)
    return [(first + datetime.timedelta(days=i)).isoformat() for i in range(count)]


class Client(threading.Thread):
    """Pushes one batch after the other, resends those not acknowledged, and records the answers."""

    def __init__(self, number, services, on_acknowledged):
        super().__init__(daemon=True)
        self.number = number
        self.indicator = f"count-{number}"
        self.stub = services.indicators
        self.on_acknowledged = on_acknowledged
        self.stop = threading.Event()
        self.acknowledged = {}  # period > value
        self.sent = 0
        self.refused = collections.Counter()  # reason > how often
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
                self.refused[Refusal(error).reason] += 1
                if error.code() in UNKNOWN_END:
                    continue
                self.error = error
                return False
            if answer.counts.inserted != ROWS:
                self.error = AssertionError(f"{request.push_id}: {answer}")
                return False
            return True


def define(services, ids):
    """Daily indicators of these ids, in one revision."""
    kinds = indicator_pb2.Indicator
    services.indicators.BatchCreateIndicators(
        indicator_service_pb2.BatchCreateIndicatorsRequest(
            parent=setting.INSTITUTION, requests=[
                indicator_service_pb2.CreateIndicatorRequest(
                    indicator_id=indicator, indicator=kinds(
                        display_name=setting.text("Count"), kind=kinds.KIND_BASE,
                        direction=kinds.DIRECTION_HIGHER, frequency=kinds.FREQUENCY_DAILY,
                        time_aggregation=kinds.TIME_AGGREGATION_SUM))
                for indicator in ids]), **setting.options())


def kill_while_pushing(test, clients, progress, kill, pushes_per_round=PUSHES_PER_ROUND):
    """Starts the clients, calls `kill` ROUNDS times while they run, and stops them. Returns how many
    seconds the slowest start after a kill took until the service served."""
    slowest = 0
    for client in clients:
        client.start()
    for _ in range(ROUNDS):
        for _ in range(pushes_per_round):
            test.assertTrue(progress.acquire(timeout=DEADLINE),
                            [client.error for client in clients])
        begun = time.monotonic()
        kill()
        slowest = max(slowest, time.monotonic() - begun)
    for client in clients:
        client.stop.set()
    for client in clients:
        client.join(DEADLINE)
        test.assertFalse(client.is_alive())
        test.assertIsNone(client.error)
    return slowest


def pages(call, request, field):
    """The elements of `field` from all pages of a list."""
    found = []
    while True:
        page = call(request, **setting.options())
        found += getattr(page, field)
        if not page.next_page_token:
            return found
        request.page_token = page.next_page_token


class CrashTest(unittest.TestCase):
    def test_acknowledged_rows_survive_every_kill_and_stand_once(self):
        with Services() as services:
            define(services, [f"count-{i}" for i in range(CLIENTS)])
            progress = threading.Semaphore(0)
            clients = [Client(i, services, progress.release) for i in range(CLIENTS)]
            slowest = kill_while_pushing(self, clients, progress, services.kill_indicator)
            check_ledgers(self, services, clients, kills=ROUNDS,
                          slowest_restart=f"{slowest:.2f} s")


def check_ledgers(test, services, clients, **also):
    """Compares every revision of every cell with what the clients were told, and has the audit log
    verified; shows the figures, and those of `also`."""
    channel = services.channel(services.indicator)
    verified = history_service_pb2_grpc.HistoryServiceStub(channel).VerifyAuditLog(
        history_service_pb2.VerifyAuditLogRequest(parent=setting.INSTITUTION), **setting.options())
    test.assertEqual(list(verified.faults), [])
    pushes = sum(len(client.acknowledged) // ROWS for client in clients)
    resent = sum(client.sent for client in clients) - pushes
    acknowledged = {(client.indicator, period, value) for client in clients
                    for period, value in client.acknowledged.items()}
    stored = collections.Counter(
        (client.indicator, record.observation.period, record.observation.value)
        for client in clients for record in pages(
            services.indicators.ListObservations, indicator_service_pb2.ListObservationsRequest(
                parent=f"{setting.INSTITUTION}/indicators/{client.indicator}",
                include_history=True, page_size=10_000), "observations"))
    lost, invented = acknowledged - set(stored), set(stored) - acknowledged
    twice = [row for row, times in stored.items() if times > 1]
    figures.show(clients=len(clients), pushes_acknowledged=pushes, resent=resent,
                 rows_stored=sum(stored.values()), lost=len(lost), duplicated=len(twice),
                 invented=len(invented), **also)
    test.assertGreater(resent, 0, "no fault met a push under way: the test tests nothing")
    test.assertEqual((lost, twice, invented), (set(), [], set()))


# What all feeds write to: few cells and few values, so that they revise each other's all the time,
# and often send what is there already.
SHARED = ("first", "second")
SHARED_DAYS = periods(20)


class Ledger:
    """The answers to the pushes of all feeds, by (feed, push_id). Thread-safe."""

    def __init__(self):
        self.lock = threading.Lock()
        self.requests = {}
        self.answers = {}  # of those that were acknowledged: the first answer, not `replayed`
        self.last_revision = 0  # the highest that was acknowledged
        self.copies = 0  # sent
        self.replays = 0

    def acknowledged(self, key, answers, after):
        """Records the answers to copies of one push, sent when `after` was the last revision."""
        with self.lock:
            originals = [answer for answer in answers if not answer.replayed]
            self.replays += len(answers) - len(originals)
            if len(originals) > 1:
                raise AssertionError(f"{key} was stored twice: {originals}")
            for answer in answers:
                answer.replayed = False
                if answer != answers[0]:
                    raise AssertionError(f"{key} was answered differently: {answers}")
            if answers[0].revision <= after:
                raise AssertionError(f"{key} got a revision from before it was sent: {answers[0]}")
            self.answers[key] = answers[0]
            self.last_revision = max(self.last_revision, answers[0].revision)


class Feed(threading.Thread):
    """Pushes to cells that all feeds share. It sends 1 to 5 copies of each push at the same time. Of
    the pushes without any answer it resends half, and gives up the others."""

    def __init__(self, number, services, ledger, on_acknowledged):
        super().__init__(daemon=True)
        self.name = FEEDS[number]
        self.stub = services.indicators
        self.ledger = ledger
        self.on_acknowledged = on_acknowledged
        self.random = random.Random(number)
        self.stop = threading.Event()
        self.error = None

    def run(self):
        try:
            for batch in itertools.count():
                if self.stop.is_set():
                    return
                # Another feed's push may have the same id: it is another push.
                self.push((self.name, str(batch)))
        except Exception as error:  # whatever it is, the test shows it
            self.error = error

    def push(self, key):
        cells = self.random.sample(list(itertools.product(SHARED, SHARED_DAYS)),
                                   self.random.randint(1, 8))
        rows = [observation(indicator, day, retract=True) if self.random.random() < 0.2
                else observation(indicator, day, float(self.random.randint(0, 2)))
                for indicator, day in cells]
        request = indicator_service_pb2.PushObservationsRequest(
            parent=setting.INSTITUTION, push_id=key[1], observations=rows,
            outcome_detail=indicator_service_pb2.OUTCOME_DETAIL_ALL)
        with self.ledger.lock:
            self.ledger.requests[key] = request
            after = self.ledger.last_revision
        answers = self.send(request)
        while not answers:
            if self.random.random() < 0.5:
                return
            answers = self.send(request)
        self.ledger.acknowledged(key, answers, after)
        self.on_acknowledged()

    def send(self, request):
        """Sends copies of the push at the same time; returns the answers that came."""
        calls = [self.stub.PushObservations.future(request, metadata=token(self.name),
                                                   timeout=DEADLINE, wait_for_ready=True)
                 for _ in range(self.random.randint(1, 5))]
        with self.ledger.lock:
            self.ledger.copies += len(calls)
        answers = []
        for call in calls:
            try:
                answers.append(call.result())
            except grpc.RpcError as error:
                if error.code() not in UNKNOWN_END:
                    raise
        return answers


class OverlappingCrashTest(unittest.TestCase):
    def test_what_senders_of_the_same_cells_were_told_is_what_is_stored_across_kills(self):
        with Services() as services:
            self.services = services
            define(services, SHARED)
            self.ledger = ledger = Ledger()
            progress = threading.Semaphore(0)
            slowest = kill_while_pushing(
                self, [Feed(i, services, ledger, progress.release) for i in range(len(FEEDS))],
                progress, services.kill_indicator)
            self.also = {"kills": ROUNDS, "slowest_restart": f"{slowest:.2f} s"}
            unanswered = sorted(set(ledger.requests) - set(ledger.answers))
            self.assertGreater(len(unanswered), 0,
                               "no kill met a push under way: the test tests nothing")
            self.assertGreater(ledger.replays, 0)
            stored = self.check()

            # What was never acknowledged was stored, and is answered again, or is stored now.
            for key in unanswered:
                answer = self.resend(key)
                self.assertEqual(answer.replayed, key in stored, key)
                if answer.replayed:
                    self.assertEqual(answer.revision, stored[key].revision, key)
                answer.replayed = False
                ledger.answers[key] = answer
            self.assertEqual(set(self.check()), set(ledger.requests))
            # What was acknowledged is answered as it was.
            for key, first in ledger.answers.items():
                again = self.resend(key)
                self.assertTrue(again.replayed, key)
                again.replayed = False
                self.assertEqual(again, first, key)
            self.check()

    def resend(self, key):
        return self.services.indicators.PushObservations(
            self.ledger.requests[key], **setting.options(token(key[0])))

    def check(self):
        """Compares the stored cells with the recorded answers, and with the result of applying the
        stored pushes one after the other. Returns these pushes, by feed and push_id."""
        pushes = pages(self.services.indicators.ListPushes,
                       indicator_service_pb2.ListPushesRequest(parent=setting.INSTITUTION,
                                                               page_size=1000), "pushes")
        pushes.sort(key=lambda push: push.revision)
        # The definitions are revision 1; every other one is a push.
        self.assertEqual([push.revision for push in pushes], list(range(2, len(pushes) + 2)))
        stored = {(push.sender, push.push_id): push for push in pushes}
        invented = set(stored) - set(self.ledger.requests)
        lost = set(self.ledger.answers) - set(stored)
        if self.also:
            figures.show(clients=len(FEEDS), pushes=len(self.ledger.requests),
                         copies_sent=self.ledger.copies, pushes_acknowledged=len(self.ledger.answers),
                         replays=self.ledger.replays, lost=len(lost),
                         duplicated=len(pushes) - len(stored), invented=len(invented), **self.also)
            self.also = None
        self.assertEqual(len(stored), len(pushes), "a push stands there twice")
        self.assertEqual((invented, lost), (set(), set()))

        histories = collections.defaultdict(list)  # cell > (revision, value; None is retracted)
        for key, push in stored.items():
            counts = collections.Counter()
            for row in self.ledger.requests[key].observations:
                counts[self.apply(row, push.revision, histories[row.indicator, row.period])] += 1
            self.assertEqual({field.name: count for field, count in push.counts.ListFields()},
                             dict(counts), key)
            self.assertEqual(self.services.indicators.GetPush(
                indicator_service_pb2.GetPushRequest(name=push.name), **setting.options()), push)
            if key in self.ledger.answers:
                answer = self.ledger.answers[key]
                self.assertEqual((answer.name, answer.revision, answer.counts),
                                 (push.name, push.revision, push.counts), key)

        times = {push.revision: push.time for push in pushes}
        present = {cell: history[-1] for cell, history in histories.items()
                   if history and history[-1][1] is not None}
        for indicator in SHARED:
            request = indicator_service_pb2.ListObservationsRequest(
                parent=f"{setting.INSTITUTION}/indicators/{indicator}")
            found = {}
            for record in pages(self.services.indicators.ListObservations, request,
                                "observations"):
                self.assertNotIn(record.observation.period, found)
                found[record.observation.period] = (record.revision, record.observation.value)
            self.assertEqual(found, {cell[1]: state for cell, state in present.items()
                                     if cell[0] == indicator})
            request.include_history = True
            request.page_token = ""
            found = collections.defaultdict(list)
            for record in pages(self.services.indicators.ListObservations, request,
                                "observations"):
                cell = record.observation
                self.assertEqual(record.time, times[record.revision])
                self.assertEqual(cell.HasField("value"), not cell.retract)
                found[cell.period].append(
                    (record.revision, None if cell.retract else cell.value))
            self.assertEqual(found, {cell[1]: history for cell, history in histories.items()
                                     if cell[0] == indicator and history})
        return stored

    @staticmethod
    def apply(row, revision, history):
        """Adds a row to the history of its cell; returns what became of it."""
        before = history[-1][1] if history else None
        value = None if row.retract else row.value
        if value == before:
            return "unchanged"
        history.append((revision, value))
        if value is None:
            return "deleted"
        return "inserted" if before is None else "revised"


if __name__ == "__main__":
    unittest.main()

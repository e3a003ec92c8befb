"""kill -9 of the plan service while accounting systems push amounts: every acknowledged push is stored
exactly once, and nothing else is."""
import collections
import threading
import unittest

import grpc
from athena.common.v1 import history_service_pb2, history_service_pb2_grpc, values_pb2
from athena.plan.v1 import (budget_amounts_pb2, budget_line_pb2, institution_pb2,
                            operations_service_pb2, operations_service_pb2_grpc, plan_service_pb2)

import figures
import setting
from crash_test import ROUNDS, kill_while_pushing
from services import DEADLINE, EVERYTHING, Services

CLIENTS = 4
# Acknowledged pushes, of all clients together, between one kill and the next.
PUSHES_PER_ROUND = 20
QUARTERS = ("2021-Q1", "2021-Q2", "2021-Q3", "2021-Q4")
# After these it is not known whether a push was stored.
UNKNOWN_END = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.UNKNOWN, grpc.StatusCode.INTERNAL,
               grpc.StatusCode.CANCELLED)


def amounts_of(number):
    """What push `number`, from 1, sends of each quarter: other amounts than every other push."""
    return values_pb2.Money(units=number), values_pb2.Money(units=number, nanos=250_000_000)


class Accounting(threading.Thread):
    """Pushes the amounts of a line again and again, and resends what was not acknowledged."""

    def __init__(self, number, services, on_acknowledged):
        super().__init__(daemon=True)
        self.line = f"line-{number}"
        self.stub = operations_service_pb2_grpc.OperationsServiceStub(
            services.channel(services.plan))
        self.on_acknowledged = on_acknowledged
        self.stop = threading.Event()
        self.acknowledged = []  # revisions of the pushes, in their order
        self.sent = 0
        self.replayed = 0
        self.error = None

    def run(self):
        while not self.stop.is_set() and self.push(len(self.acknowledged) + 1):
            self.on_acknowledged()

    def push(self, number):
        committed, paid = amounts_of(number)
        request = operations_service_pb2.SetBudgetAmountsRequest(
            parent=setting.INSTITUTION, push_id=f"{self.line}-{number}", amounts=[
                budget_amounts_pb2.BudgetAmounts(budget_line=self.line, quarter=quarter,
                                                 committed=committed, paid=paid)
                for quarter in QUARTERS])
        while True:
            self.sent += 1
            try:
                answer = self.stub.SetBudgetAmounts(request, metadata=EVERYTHING, timeout=DEADLINE,
                                                    wait_for_ready=True)
            except grpc.RpcError as error:
                if error.code() in UNKNOWN_END:
                    continue
                self.error = error
                return False
            counts = answer.counts
            if (counts.inserted if number == 1 else counts.revised) != len(QUARTERS):
                self.error = AssertionError(f"{request.push_id}: {answer}")
                return False
            self.replayed += answer.replayed
            self.acknowledged.append(answer.revision)
            return True


class AmountsCrashTest(unittest.TestCase):
    def test_amounts_survive_every_kill_and_stand_once(self):
        with Services() as services:
            operations = operations_service_pb2_grpc.OperationsServiceStub(
                services.channel(services.plan))
            services.plans.CreateInstitution(plan_service_pb2.CreateInstitutionRequest(
                institution_id="gob", institution=institution_pb2.Institution(
                    display_name=setting.text("GOB"))), **setting.options())
            for i in range(CLIENTS):
                operations.CreateBudgetLine(operations_service_pb2.CreateBudgetLineRequest(
                    parent=setting.INSTITUTION, budget_line_id=f"line-{i}",
                    budget_line=budget_line_pb2.BudgetLine(
                        code=f"L{i}", title=setting.text("Line"), year=2021)), **setting.options())
            progress = threading.Semaphore(0)
            clients = [Accounting(i, services, progress.release) for i in range(CLIENTS)]
            slowest = kill_while_pushing(self, clients, progress, services.kill_plan,
                                         PUSHES_PER_ROUND)
            resent = sum(client.sent - len(client.acknowledged) for client in clients)
            stored = {client.line: self.stored(operations, client.line) for client in clients}
            expected = {client.line: self.expected(client) for client in clients}
            amounts, promised = self.amounts(stored), self.amounts(expected)
            figures.show(clients=CLIENTS, pushes_acknowledged=sum(promised.values()) // len(QUARTERS),
                         resent=resent, lost=len(promised - amounts),
                         duplicated=sum(times > 1 for times in amounts.values()),
                         invented=len(set(amounts) - set(promised)), kills=ROUNDS,
                         slowest_restart=f"{slowest:.2f} s")
            self.assertGreater(resent, 0, "no kill met a push under way: the test tests nothing")
            self.assertEqual(stored, expected)
            self.check_audit_log(services, clients)

    def stored(self, operations, line):
        """Every revision of the line's amounts: quarter, revision, committed, paid in cents."""
        found = []
        request = operations_service_pb2.ListBudgetAmountsRequest(
            parent=setting.INSTITUTION, budget_line=line, include_history=True)
        while True:
            page = operations.ListBudgetAmounts(request, **setting.options())
            for record in page.amounts:
                row = record.amounts
                found.append((row.quarter, record.revision, row.committed.units,
                              row.paid.units * 100 + row.paid.nanos // 10_000_000))
            if not page.next_page_token:
                return found
            request.page_token = page.next_page_token

    @staticmethod
    def amounts(rows_of_lines):
        """How often each amount is there, whatever its revision."""
        return collections.Counter((line, quarter, *amounts)
                                   for line, rows in rows_of_lines.items()
                                   for quarter, _, *amounts in rows)

    def expected(self, client):
        """The same, by what the client was told: one revision of each quarter for each push."""
        return [(quarter, revision, number, number * 100 + 25) for quarter in QUARTERS
                for number, revision in enumerate(client.acknowledged, start=1)]

    def check_audit_log(self, services, clients):
        """The log is whole, and has an entry for each push and nothing else."""
        history = history_service_pb2_grpc.HistoryServiceStub(services.channel(services.plan))
        verified = history.VerifyAuditLog(history_service_pb2.VerifyAuditLogRequest(
            parent=setting.INSTITUTION), **setting.options())
        self.assertEqual(list(verified.faults), [])
        # An institution, and the lines.
        pushes = sum(len(client.acknowledged) for client in clients)
        self.assertEqual(verified.head.revision, 1 + CLIENTS + pushes)
        entries = {}
        request = history_service_pb2.ListAuditEventsRequest(
            parent=setting.INSTITUTION, filter="action = SetBudgetAmounts", page_size=1000)
        while True:
            page = history.ListAuditEvents(request, **setting.options())
            entries.update((event.request_id, event.revision) for event in page.events)
            if not page.next_page_token:
                break
            request.page_token = page.next_page_token
        self.assertEqual(entries, {
            f"{client.line}-{number}": revision for client in clients
            for number, revision in enumerate(client.acknowledged, start=1)})


if __name__ == "__main__":
    unittest.main()

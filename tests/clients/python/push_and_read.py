#!/usr/bin/env python3
"""Pushes observations to Athena and prints the scorecard they count in.

    push_and_read.py [--partial] INSTITUTION PUSH_ID ROWS.json PLAN QUARTER

ROWS.json is a list of observations: {"indicator": "visits", "period": "2021-07", "value": 60,
"dimensions": {"desk": "NORTH"}}. The environment gives the services' addresses and the caller's
token: ATHENA_INDICATOR_ADDRESS, ATHENA_REPORTING_ADDRESS, ATHENA_TOKEN; for TLS, PEM files:
ATHENA_TLS_CA, and for a caller by certificate ATHENA_TLS_CERTIFICATE, ATHENA_TLS_KEY. Exit codes: 0 stored;
1 refused, correct it; 3 stored without some of its rows (--partial); 75 unknown, run it again.
"""
import argparse
import json
import os
import random
import sys
import time

import grpc
from athena.indicator.v1 import indicator_service_pb2, indicator_service_pb2_grpc, observation_pb2
from athena.reporting.v1 import reporting_service_pb2, reporting_service_pb2_grpc, scorecard_pb2
from google.protobuf import json_format
from google.rpc import error_details_pb2, status_pb2

Code = grpc.StatusCode
UNKNOWN_OUTCOME = {Code.DEADLINE_EXCEEDED, Code.INTERNAL, Code.UNKNOWN, Code.CANCELLED}
TRIES = 8
DEADLINE = 30  # seconds for each try

token = os.environ.get("ATHENA_TOKEN")
METADATA = [("authorization", f"Bearer {token}")] if token else []


def connect(variable, otherwise):
    """A channel to the address that the environment names: by TLS when it names an authority."""
    address = os.environ.get(variable, otherwise)
    pem = {}
    for name in ("CA", "KEY", "CERTIFICATE"):
        path = os.environ.get(f"ATHENA_TLS_{name}")
        if path:
            with open(path, "rb") as file:
                pem[name] = file.read()
    if not pem:
        return grpc.insecure_channel(address)
    return grpc.secure_channel(address, grpc.ssl_channel_credentials(
        pem.get("CA"), pem.get("KEY"), pem.get("CERTIFICATE")))


def details(error, kind):
    """Yields the details of an error that have the type `kind` of google.rpc."""
    for key, value in error.trailing_metadata() or ():
        if key == "grpc-status-details-bin":
            for packed in status_pb2.Status.FromString(value).details:
                detail = kind()
                if packed.Unpack(detail):
                    yield detail


def call(method, request):
    """Calls the method, and calls it again as long as a retry can change the answer.

    Retrying a push is safe: its push_id makes sure that it is stored once, whether or not an earlier
    try arrived.
    """
    pause = 0.2
    for tries_left in reversed(range(TRIES)):
        try:
            return method(request, timeout=DEADLINE, metadata=METADATA)
        except grpc.RpcError as error:
            asked = [retry.retry_delay.ToTimedelta().total_seconds()
                     for retry in details(error, error_details_pb2.RetryInfo)]
            again = (error.code() == Code.UNAVAILABLE or error.code() in UNKNOWN_OUTCOME
                     or (error.code() == Code.RESOURCE_EXHAUSTED and asked))
            if not again or not tries_left:
                raise
            time.sleep(max([pause * random.uniform(0.5, 1.5), *asked]))
            pause = min(2 * pause, 10)


def push(arguments):
    """Pushes the rows as one push; returns the process's exit code."""
    with open(arguments.rows, encoding="utf-8") as file:
        rows = [json_format.ParseDict(row, observation_pb2.Observation())
                for row in json.load(file)]
    service = indicator_service_pb2_grpc.IndicatorServiceStub(
        connect("ATHENA_INDICATOR_ADDRESS", "127.0.0.1:7702"))
    request = indicator_service_pb2.PushObservationsRequest(
        parent=f"institutions/{arguments.institution}", push_id=arguments.push_id,
        partial=arguments.partial, observations=rows)
    try:
        answer = call(service.PushObservations, request)
        differ = 0
        if answer.replayed:  # it says what was stored then; is it still?
            request.push_id, request.validate_only = "", True
            now = call(service.PushObservations, request).counts
            differ = now.inserted + now.revised + now.deleted
    except grpc.RpcError as error:
        print(f"{error.code().name}: {error.details()}", file=sys.stderr)
        for bad in details(error, error_details_pb2.BadRequest):
            for fault in bad.field_violations:  # "observations[17].value": row 17, from 0
                print(f"  {fault.field}: {fault.description}", file=sys.stderr)
        unknown = error.code() in UNKNOWN_OUTCOME | {Code.UNAVAILABLE, Code.RESOURCE_EXHAUSTED}
        return 75 if unknown else 1
    print(f"{answer.name}{' (replayed)' if answer.replayed else ''}:",
          ", ".join(f"{count} {field.name}" for field, count in answer.counts.ListFields()))
    if differ:
        print(f"  {differ} rows have been changed since: a new push id stores them again")
    for row in answer.outcomes:  # rows that are unchanged, locked, rejected or flagged
        print(f"  row {row.index}: {observation_pb2.Outcome.Name(row.outcome)}")
        for fault in row.faults:
            print(f"    {fault.field}: {fault.description}")
    return 3 if answer.counts.rejected or answer.counts.locked else 0


def show(node, depth=0):
    """Prints a node of the scorecard with its indicators, and the nodes below it."""
    def line(title, part):
        status = scorecard_pb2.ScorecardStatus.Name(part.status).removeprefix("SCORECARD_STATUS_")
        reason = scorecard_pb2.ScorecardReason.Name(part.reason).removeprefix("SCORECARD_REASON_")
        score = f" {part.score.value:.1f}" if part.HasField("score") else ""
        print("  " * depth + f"{title}: {status}{score}" + (f" ({reason})" if part.reason else ""))

    line(f"{node.code} {node.title}".strip(), node)
    depth += 1
    for indicator in node.indicators:
        measured = indicator.period_result
        value = measured.value.decimal if measured.HasField("value") else "no value"
        line(f"- {indicator.title} {value} {indicator.unit}", indicator)
    for child in node.children:
        show(child, depth)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--partial", action="store_true", help="store good rows beside bad ones")
    for name in ("institution", "push_id", "rows", "plan", "quarter"):
        parser.add_argument(name)
    arguments = parser.parse_args()
    code = push(arguments)
    if code in (0, 3):
        reports = reporting_service_pb2_grpc.ReportingServiceStub(
            connect("ATHENA_REPORTING_ADDRESS", "127.0.0.1:7703"))
        card = call(reports.GetScorecard, reporting_service_pb2.GetScorecardRequest(
            name=f"institutions/{arguments.institution}/plans/{arguments.plan}"
                 f"/scorecards/{arguments.quarter}"))
        show(card.result.root)
    sys.exit(code)


if __name__ == "__main__":
    main()

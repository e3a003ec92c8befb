"""The measurements. Each function adds Athena's figures and those of the baseline to a table."""
import datetime
import json
import os
import pathlib
import platform
import re
import shutil
import statistics
import subprocess
import tempfile
import threading
import time

from abuse import abuse  # pylint: disable=unused-import  # run by its name
from dashboard import dashboard  # pylint: disable=unused-import  # run by its name
from figures import Gate, NO_GATE, Samples, Table, p50
from others import Postgres, VictoriaMetrics
from overload import overload  # pylint: disable=unused-import  # run by its name
from plans import OPTIONS, GobPlan, SyntheticPlan
from programs import at, load, metric, resident_mib, temporary_folder
from services import BUILD, EVERYTHING, ROOT, Process, Services
import grpc
from athena.reporting.v1 import export_pb2
from athena.reporting.v1 import reporting_service_pb2 as reports

SCHEMA = ROOT / "services/indicator/store/schema/0001_observations.sql"
SERIES = 1000
FIRST_DAY = datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)
# More than one, as senders have them.
CONNECTIONS = 8
MEMORY = "/dev/shm"  # a file system of memory, where there is one


class Peer:
    """The programs whose calls are the baseline."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen([BUILD / "bin" / "athena-bench-peer", *arguments],
                                        stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.port = json.loads(self.process.stderr.readline())["port"]

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stderr.close()


class HandlingTime:
    """The time that a service takes for the calls of a method, by its own metrics."""

    def __init__(self, process, method):
        self.process, self.label = process, f'grpc_method="{method}"'
        self.before = self._counted()

    def _counted(self):
        return [metric(self.process, f"grpc_server_handling_seconds_{part}", self.label)
                for part in ("sum", "count")]

    def milliseconds(self):
        """The mean of the calls since this was made."""
        seconds, calls = (now - then for now, then in zip(self._counted(), self.before))
        return seconds / calls * 1000


class Scale:
    """How much is measured: "full"; "quick" to try it out; "tiny" to see that it runs."""

    def __init__(self, name):
        def pick(full, quick, tiny):
            return {"full": full, "quick": quick, "tiny": tiny}[name]
        self.name = name
        self.rounds = pick(5, 2, 1)
        self.bulk_rows = pick(1_000_000, 100_000, 20_000)
        self.small_rows = pick(200_000, 20_000, 8000)
        self.single_calls = {8: pick(20_000, 500, 50), 64: pick(40_000, 2000, 100)}
        self.reads = pick(1000, 50, 5)
        self.pushes = pick(20, 3, 1)
        self.large_indicators = pick(10_000, 500, 200)
        self.history_indicators = pick(1000, 100, 100)
        self.attack_seconds = pick(5, 2, 0.2)
        self.overload_seconds = pick(5, 2, 0.5)
        self.overload_calls = pick(1, 0.2, 0.01)  # of those that overload.py names
        self.others = name != "tiny"  # PostgreSQL and VictoriaMetrics, where they are


def bulk(table, scale):
    """1,000 daily series arriving day by day, eight pushes in flight."""
    for rows_per_push, rows in ((10_000, scale.bulk_rows), (1000, scale.small_rows)):
        bulk_of(table, scale, rows, rows_per_push)


def bulk_of(table, scale, rows, rows_per_push):
    def samples(name):
        return Samples(name, "rows/s")
    ours, raw, cells = samples("Athena"), samples("raw SQLite loop"), samples("raw, a row a cell")
    copy, served = samples("PostgreSQL COPY, one client"), samples("COPY of files, 8 sessions")
    import_ = samples("VictoriaMetrics")
    resident = Samples("Athena", "MiB")
    sizes = {"rows": rows, "rows_per_push": rows_per_push}
    others = scale.others and rows_per_push == 10_000
    postgres = others and Postgres.programs()
    victoria = others and shutil.which(VictoriaMetrics.PROGRAM)
    with temporary_folder() as name:
        folder = pathlib.Path(name)
        files = folder / "rows"
        files.mkdir(mode=0o755)
        if others:
            load("rows", folder=files, **sizes)
        copy_files = sorted(files.glob("*.copy"), key=lambda path: int(path.stem))
        csv_files = sorted(files.glob("*.csv"), key=lambda path: int(path.stem))
        last_second = int(FIRST_DAY.timestamp()) + rows // SERIES * 86_400
        server = Postgres(folder / "postgres").__enter__() if postgres else None
        try:
            for number in range(scale.rounds):
                turn = folder / str(number)
                turn.mkdir()
                seconds, group, mib = push_everything(turn, sizes)
                ours.add(rows / seconds)
                resident.add(mib)
                pushes = max(1, round(group / rows_per_push))
                raw.add(rows / load_raw(turn, pushes, blocks=True, **sizes))
                cells.add(rows / load_raw(turn, pushes, **sizes))
                if server:
                    copy.add(rows / server.copy_from_client(copy_files, rows))
                    served.add(rows / server.copy_from_files(copy_files, rows))
                if victoria:
                    with VictoriaMetrics(turn / "victoria") as importer:
                        import_.add(rows / importer.load(csv_files, rows, last_second))
                shutil.rmtree(turn)
        finally:
            if server:
                server.__exit__()
    what = f"push, 8 x {rows_per_push:,} rows in flight"
    table.compare(what, ours, raw, Gate(at_least=0.7))
    table.compare(what, ours, cells)
    if copy.values:
        table.compare(what, ours, copy, Gate(at_least=1.5))
        table.compare(what, ours, served)
    if import_.values:
        table.compare(what, ours, import_)
    if rows_per_push == 10_000:
        table.limit(f"indicator, resident after {rows:,} rows", resident, Gate(at_most=150))


def load_raw(folder, pushes_per_commit, **sizes):
    """Seconds that the raw SQLite loop takes."""
    took = load("raw", database=folder / "raw.db", schema=SCHEMA,
                pushes_per_commit=pushes_per_commit, **sizes)
    for path in folder.glob("raw.db*"):
        path.unlink()
    return took["seconds"]


def push_everything(folder, sizes):
    """(seconds, rows in a commit, MiB resident)"""
    process = Process("athena-indicator", folder, [f"--database={folder / 'indicator.db'}"])
    try:
        load("define", address=at(process), token="everything")
        before = [metric(process, f"athena_commit_group_rows_{part}") for part in ("sum", "count")]
        pushed = load("push", address=at(process), token="everything", in_flight=8,
                      connections=CONNECTIONS, **sizes)
        after = [metric(process, f"athena_commit_group_rows_{part}") for part in ("sum", "count")]
        group = (after[0] - before[0]) / (after[1] - before[1])
        return pushed["seconds"], group, resident_mib(process)[0]
    finally:
        process.kill()


def single(table, scale):
    """Pushes of one row, compared with calls that do nothing: on the disk, and with the data in
    memory."""
    single_in(None, "", table, scale)
    if pathlib.Path(MEMORY).is_dir():
        single_in(MEMORY, ", data in memory", table, scale)


def single_in(inside, where, table, scale):
    with temporary_folder(inside) as name:
        folder = pathlib.Path(name)
        process = Process("athena-indicator", folder, [f"--database={folder / 'indicator.db'}"])
        peer = Peer(f"--synced={folder / 'synced'}", f"--stored={folder / 'stored.db'}",
                    f"--schema={SCHEMA}")
        try:
            load("define", address=at(process), token="everything")
            # Every series exists, as it does from a sender's second day on.
            load("push", address=at(process), token="everything", rows=SERIES, rows_per_push=SERIES)
            first = SERIES
            for in_flight, gate in ((8, Gate(at_least=0.4)), (64, Gate(at_least=0.6))):
                calls = scale.single_calls[in_flight]
                ours, streamed = Samples("Athena", "calls/s"), Samples("Athena", "calls/s")
                nothing = Samples("empty RPC", "calls/s")
                synced = Samples("RPC that only waits for a sync", "calls/s")
                stored = Samples("RPC that only stores its row", "calls/s")
                raw = Samples("raw SQLite loop", "calls/s")
                for _ in range(scale.rounds):
                    flags = {"in_flight": in_flight, "connections": CONNECTIONS}
                    for side, way in ((ours, {}), (streamed, {"streamed": True})):
                        pushed = load("push", address=at(process), token="everything", first=first,
                                      rows=calls, rows_per_push=1, **flags, **way)
                        first += calls
                        side.add(calls / pushed["seconds"])
                    for side, call in ((nothing, "nothing"), (synced, "synced"),
                                       (stored, "stored")):
                        called = load(call, address=at(peer), calls=calls, **flags)
                        side.add(calls / called["seconds"])
                    raw.add(calls / load_raw(folder, in_flight, rows=calls, rows_per_push=1))
                what = f"push of one row, {in_flight} in flight{where}"
                table.compare(what, ours, nothing, gate)
                for other in (stored, synced, raw):
                    table.compare(what, ours, other)
                table.compare(f"{what}, in streams", streamed, nothing, gate)
                for least in (stored, synced):
                    table.compare(f"{least.name}, {in_flight} in flight{where}", least, nothing)
        finally:
            peer.kill()
            process.kill()


class Hop:
    """Peers that answer bytes through one hop."""

    def __init__(self):
        self.origin = Peer()
        self.proxy = Peer(f"--origin={at(self.origin)}")

    def milliseconds(self, size, calls):
        """The p50 of a call."""
        answered = load("bytes", address=at(self.proxy), size=size, calls=calls, warm=calls // 5)
        return p50(answered["latencies_us"]) / 1000

    def stop(self):
        self.proxy.kill()
        self.origin.kill()


def scorecard(table, scale):
    """The scorecard of the GOB's plan: unchanged, after a push of one row, of 10,000 rows."""
    with Services() as running:
        hop = Hop()
        try:
            plan = GobPlan(running)
            compare_scorecards(table, scale, running, plan, hop, (
                ("scorecard of the GOB, unchanged", None, 0),
                ("scorecard of the GOB, after a push of one row", plan.one_row, 10),
                ("scorecard of the GOB, after a push of 10,000 rows", plan.many_rows, 50)))
        finally:
            hop.stop()


def compare_scorecards(table, scale, running, plan, hop, cases):
    """The p50 of a scorecard, and its limit: three hops of as many bytes, and some milliseconds."""
    sides = [(Samples("Athena", "ms"), Samples("hop", "ms"), Samples("limit", "ms"))
             for _ in cases]
    for _ in range(scale.rounds):
        for (_, pushes, milliseconds), (ours, bare, limit) in zip(cases, sides):
            figures = read_scorecard(scale, running, plan, pushes)
            ours.add(p50(figures["latencies_us"]) / 1000)
            bare.add(hop.milliseconds(figures["bytes"], scale.reads))
            limit.add(3 * bare.values[-1] + milliseconds)
    for (what, _, milliseconds), (ours, bare, limit) in zip(cases, sides):
        if milliseconds == 0:
            table.compare(what, ours, bare, Gate(at_most=3))
        else:
            limit.name = f"3 hops + {milliseconds} ms"
            table.compare(what, ours, limit, Gate(at_most=1))


def read_scorecard(scale, running, plan, pushes):
    """Reads the scorecard repeatedly; if there are pushes, each time after one."""
    flags = {"address": at(running.reporting), "token": "everything", "scorecard": plan.scorecard,
             "depth": plan.depth}
    load("scorecard", calls=scale.reads // 5, **flags)  # all that can be is prepared
    handling = HandlingTime(running.reporting, "GetScorecard")
    if pushes is None:
        figures = load("scorecard", calls=scale.reads, **flags)
    else:
        path = running.folder / "pushes"
        count = scale.pushes
        path.write_bytes(b"".join(delimited(pushes()) for _ in range(count)))
        figures = load("scorecard", indicator_address=at(running.indicator), pushes=path, **flags)
        if figures["different"] != count:
            raise RuntimeError(f"{count} pushes made {figures['different']} different scorecards")
    return {**figures, "server_ms": handling.milliseconds()}


def delimited(message):
    """Delimited protobuf messages: each after its length as a varint."""
    encoded = message.SerializeToString()
    length, prefix = len(encoded), bytearray()
    while length >= 0x80:
        prefix.append(length & 0x7F | 0x80)
        length >>= 7
    prefix.append(length)
    return bytes(prefix) + encoded


def large(table, scale):
    """A plan of 10,000 indicators."""
    with Services() as running:
        plan = SyntheticPlan(running, "large", scale.large_indicators, first_year=2022, years=1)
        cases = (("all changed", plan.every_row, Gate(at_most=150)),
                 ("one changed", plan.one_row, Gate(at_most=80)),
                 ("unchanged", None, NO_GATE))
        sides = [(Samples("Athena", "ms"), Samples("Athena", "ms")) for _ in cases]
        for _ in range(scale.rounds):
            for (_, pushes, _), (server, client) in zip(cases, sides):
                figures = read_scorecard(scale, running, plan, pushes)
                server.add(figures["server_ms"])
                client.add(p50(figures["latencies_us"]) / 1000)
        of = f"scorecard of {scale.large_indicators:,} indicators"
        for (what, _, gate), (server, client) in zip(cases, sides):
            table.limit(f"{of}, {what}: on the server", server, gate)
            table.limit(f"{of}, {what}: at the client", client, NO_GATE)
        for process in (running.plan, running.indicator, running.reporting):
            samples = Samples("Athena", "MiB")
            samples.add(resident_mib(process)[0])
            table.limit(f"{process.name}, resident after {of}", samples, NO_GATE)


def history(table, scale):
    """Ten years of observations compared with one, everything else being equal."""
    with Services() as running:
        plans = [SyntheticPlan(running, f"years-{years}", scale.history_indicators,
                               first_year=2023 - years, years=years) for years in (10, 1)]
        cases = (("all changed", "every_row"), ("one changed", "one_row"))
        sides = [(Samples("ten years", "ms"), Samples("one year", "ms")) for _ in cases]
        for _ in range(scale.rounds):
            for (_, pushes), pair in zip(cases, sides):
                for plan, samples in zip(plans, pair):
                    figures = read_scorecard(scale, running, plan, getattr(plan, pushes))
                    samples.add(p50(figures["latencies_us"]) / 1000)
        for (what, _), (ten, one) in zip(cases, sides):
            table.compare(f"scorecard of {scale.history_indicators:,} indicators, {what}", ten, one,
                          Gate(at_most=1.2))


def call(running, method, request, scale, pushes=None):
    """The p50 of a method of the reporting service in milliseconds; if there are pushes, each call
    follows one."""
    flags = {"address": at(running.reporting), "token": "everything",
             "method": f"/athena.reporting.v1.ReportingService/{method}",
             "request": running.folder / "request"}
    flags["request"].write_bytes(request.SerializeToString())
    load("call", calls=max(1, scale.reads // 5), **flags)  # all that can be is prepared
    if pushes is not None:
        flags["pushes"] = running.folder / "pushes"
        flags["pushes"].write_bytes(b"".join(delimited(pushes()) for _ in range(scale.pushes)))
        flags["indicator_address"] = at(running.indicator)
    return p50(load("call", calls=scale.reads, **flags)["latencies_us"]) / 1000


def board(table, scale):
    """What a board reads of the GOB's plan, compared with its scorecard."""
    with Services() as running:
        plan = GobPlan(running)
        basic = reports.GetScorecardRequest(name=plan.scorecard)
        full = reports.GetScorecardRequest(name=plan.scorecard, view=reports.SCORECARD_VIEW_FULL)
        shown = reports.GetBoardTableRequest(name=f"{plan.scorecard}/boardTable")
        explained = reports.ExplainScoreRequest(name=plan.scorecard)
        cases = (("unchanged", None), ("after a push of one row", plan.one_row),
                 ("after a push of 10,000 rows", plan.many_rows))
        sides = [[Samples(name, "ms") for name in ("board table", "explanation", "scorecard",
                                                   "scorecard, view FULL")] for _ in cases]
        for _ in range(scale.rounds):
            for (_, pushes), samples in zip(cases, sides):
                for side, (method, request) in zip(samples, (
                        ("GetBoardTable", shown), ("ExplainScore", explained),
                        ("GetScorecard", basic), ("GetScorecard", full))):
                    side.add(call(running, method, request, scale, pushes))
        for (what, _), (table_, explanation, one, whole) in zip(cases, sides):
            table.compare(f"board table of the GOB, {what}", table_, one,
                          Gate(at_most=1.5) if what == "unchanged" else NO_GATE)
            table.compare(f"board table of the GOB, {what}", table_, whole, Gate(at_most=1.5))
            table.compare(f"explanation of the GOB's score, {what}", explanation, one)


def publish(table, scale):
    """Publishing and exporting a plan of 1,000 indicators, each time after all of them changed."""
    formats = [(name.removeprefix("EXPORT_FORMAT_"), value)
               for name, value in export_pb2.ExportFormat.items() if value]
    with Services() as running:
        plan = SyntheticPlan(running, "published", scale.history_indicators, first_year=2022, years=1)
        of_plan = f"of a plan of {scale.history_indicators:,} indicators"
        published = Samples("Athena", "ms")
        exported = [(f"export {of_plan}, {name}", Samples("Athena", "ms"), running.reports.ExportScorecard,
                     reports.ExportScorecardRequest(name=plan.scorecard, format=value))
                    for name, value in formats]
        exported.append((f"export of the observations {of_plan}", Samples("Athena", "ms"),
                         running.reports.ExportObservations,
                         reports.ExportObservationsRequest(name=plan.scorecard)))
        for number in range(scale.rounds * 2):
            running.indicators.PushObservations(plan.every_row(), **OPTIONS)
            begun = time.monotonic()
            running.reports.PublishScorecard(reports.PublishScorecardRequest(
                name=plan.scorecard, force=True, reason=f"measured {number}"), **OPTIONS)
            published.add((time.monotonic() - begun) * 1000)
            for _, took, method, request in exported:
                running.indicators.PushObservations(plan.every_row(), **OPTIONS)
                begun = time.monotonic()
                for _part in method(request, **OPTIONS):
                    pass
                took.add((time.monotonic() - begun) * 1000)
        table.limit(f"publishing a plan of {scale.history_indicators:,} indicators", published, Gate(at_most=1000))
        for what, took, _, _ in exported:
            table.limit(what, took, Gate(at_most=1000))


class Watchers:
    """Streams of a scorecard whose answers are counted and thrown away."""

    def __init__(self, running, scorecard, count):
        self.received = [0] * count
        channel = running.channel(running.reporting)
        watch_ = channel.unary_stream("/athena.reporting.v1.ReportingService/WatchScorecard")
        request = reports.WatchScorecardRequest(name=scorecard).SerializeToString()
        self.streams = [watch_(request, metadata=EVERYTHING) for _ in range(count)]
        for stream in self.streams:
            next(stream)
        self.threads = [threading.Thread(target=self._read, args=(number,), daemon=True)
                        for number in range(count)]
        for thread in self.threads:
            thread.start()

    def _read(self, number):
        try:
            for _ in self.streams[number]:
                self.received[number] += 1
        except grpc.RpcError:
            pass

    def stop(self):
        for stream in self.streams:
            stream.cancel()
        for thread in self.threads:
            thread.join()


class EverySecond:
    """Pushes a row that changes the plan's scorecard, once a second."""

    def __init__(self, running, plan):
        self.running, self.plan = running, plan
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self._push, daemon=True)
        self.thread.start()

    def _push(self):
        while not self.stopped.wait(1):
            self.running.indicators.PushObservations(self.plan.one_row(), **OPTIONS)

    def stop(self):
        self.stopped.set()
        self.thread.join()


def watch(table, scale):
    """Pushes while fifty watch a scorecard of the same institution, and while nobody does. Once a
    second a push changes it."""
    for what, rows, flags in (
            ("push, 8 x 10,000 rows in flight", scale.bulk_rows * 2, {"rows_per_push": 10_000}),
            ("push of one row, 8 in flight", scale.single_calls[8], {"rows_per_push": 1})):
        watched, alone = Samples("50 watchers", "rows/s"), Samples("no watcher", "rows/s")
        answers = Samples("answers to each watcher", "")
        for _ in range(scale.rounds):
            for side, count in ((alone, 0), (watched, 50)):
                seconds, each = pushed_while_watched(count, rows, flags)
                side.add(rows / seconds)
                if count:
                    answers.add(each)
        table.compare(f"{what}, 50 watchers", watched, alone, Gate(at_least=0.95))
        table.limit(f"{what}: answers to each watcher", answers, NO_GATE)


def pushed_while_watched(count, rows, flags):
    """The seconds that pushing so many rows takes while so many watch, and the answers that each of
    them got. On services of its own: every day's rows are new, and no day is later than today."""
    with Services() as running:
        load("define", address=at(running.indicator), token="everything")
        load("push", address=at(running.indicator), token="everything", rows=SERIES,
             rows_per_push=SERIES)
        plan = SyntheticPlan(running, "bench", 100, first_year=2022, years=1)
        watchers = Watchers(running, plan.scorecard, count)
        changes = EverySecond(running, plan)
        pushed = load("push", address=at(running.indicator), token="everything", first=SERIES,
                      rows=rows, in_flight=8, connections=CONNECTIONS, **flags)
        changes.stop()
        watchers.stop()
        return pushed["seconds"], sum(watchers.received) / max(count, 1)


def sync_milliseconds():
    """The median time of fdatasync after 8 KiB, in the folder of the measurements."""
    took = []
    with tempfile.NamedTemporaryFile() as file:
        for _ in range(100):
            file.write(b"x" * 8192)
            file.flush()
            begun = time.monotonic()
            os.fdatasync(file.fileno())
            took.append((time.monotonic() - begun) * 1000)
    return statistics.median(took)


def about(scale):
    """The machine and the versions of what was measured."""
    cpu = re.search(r"model name\s*:\s*(.*)", pathlib.Path("/proc/cpuinfo").read_text("utf-8"))
    filesystem = subprocess.run(["df", "--output=fstype", tempfile.gettempdir()], capture_output=True,
                                text=True, check=False).stdout.split()[-1]
    commit = subprocess.run(["git", "-C", ROOT, "describe", "--always", "--dirty"],
                            capture_output=True, text=True, check=False).stdout.strip()
    said = {"date": datetime.date.today().isoformat(), "commit": commit, "scale": scale.name,
            "cores": os.cpu_count(), "cpu": cpu[1] if cpu else platform.machine(),
            "kernel": platform.release(), "filesystem": filesystem,
            "fdatasync": f"{sync_milliseconds():.2f} ms",
            "load before": os.getloadavg()[0]}
    for package in ("libsqlite3-0", "libgrpc++1.51", "postgresql-15", VictoriaMetrics.PROGRAM):
        known = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", package],
                               capture_output=True, text=True, check=False)
        if known.stdout:
            said[package] = known.stdout
    return said


def run(names, scale_name, path):
    """Makes the measurements, prints the table, writes the figures."""
    scale = Scale(scale_name)
    said = about(scale)
    table = Table()
    for name in names:
        print(f"measuring: {name}", flush=True)
        globals()[name](table, scale)
    said["load after"] = os.getloadavg()[0]
    print("\n" + "\n".join(f"{key}: {value}" for key, value in said.items()) + "\n")
    print(table.text())
    path.write_text(table.json(said), encoding="utf-8")
    print(f"\nThe figures are in {path}")

"""Three times as many calls as can be served, or as many as the load generator can make. Services and
generator have a core each, at peak and in overload alike."""
import pathlib

from figures import Gate, NO_GATE, Samples
from plans import GobPlan
from programs import (Resident, at, cores, load, pinned, processor_seconds, resident_mib,
                      temporary_folder)
from services import Process, Services
from athena.reporting.v1 import reporting_service_pb2 as reports

TIMES = 3  # the peak
# What the generator sends from one core, with a reserve: beyond it, it would measure its own lateness.
MOST_RATE = 20_000  # calls a second
# More than the streams of which (100 each) the service takes calls (1,024): what is too much is to
# reach it, not to wait in the client.
CONNECTIONS = 24
PEAK_IN_FLIGHT = (64, 512)
SERIES = 1000
FIRST_DAY = -14610  # 1930, in days since 1970: days enough that none lies in the future
# Rows of a push, and how many pushes the peak is measured with.
PUSHES = ((1, 40_000), (100, 12_000), (500, 4000))
SCORECARDS = 8000
MANY_ROWS = 1_000_000


class Load:
    """What is called: its peak, and calls at a rate."""

    def __init__(self, processes):
        self.processes = processes
        self.generator = cores()[1]

    def generate(self, measurement, **flags):
        with pinned(self.generator):
            return load(measurement, address=at(self.processes[0]), token="everything",
                        connections=CONNECTIONS, **flags)

    def used(self):
        return sum(map(processor_seconds, self.processes))


class PushLoad(Load):
    """Pushes of so many rows, each new."""

    def __init__(self, process, rows, calls):
        super().__init__([process])
        self.rows, self.calls = rows, calls
        self.first = SERIES

    def push(self, measurement, calls, **flags):
        first = self.first
        self.first += calls * self.rows
        return self.generate(measurement, first=first, first_day=FIRST_DAY, rows=calls * self.rows,
                             rows_per_push=self.rows, **flags)

    def in_flight(self, count):
        """Calls a second in a closed loop."""
        return self.calls / self.push("push", self.calls, in_flight=count)["seconds"]

    def at_rate(self, rate, seconds, warm_seconds):
        seconds += warm_seconds
        # What is refused is sent again: half as many are more than can be served, and cost less to prepare.
        pushes = int(rate * seconds)
        if pushes * self.rows > MANY_ROWS:
            pushes //= 2
        return self.push("offer", pushes, rate=rate, seconds=seconds, warm_seconds=warm_seconds)

    def once(self):
        """The milliseconds of one call."""
        return self.push("push", 1)["latencies_us"][0] / 1000


class ScorecardLoad(Load):
    """The upper levels of the GOB's scorecard, unchanged: with larger answers the generator is the
    first to be overloaded. All three services have the one core."""

    def __init__(self, running, plan, calls):
        super().__init__([running.reporting, running.plan, running.indicator])
        self.calls = calls
        self.flags = {"method": "/athena.reporting.v1.ReportingService/GetScorecard",
                      "request": running.folder / "request"}
        self.flags["request"].write_bytes(
            reports.GetScorecardRequest(name=plan.scorecard, depth=1).SerializeToString())

    def in_flight(self, count):
        return self.calls / self.generate("call", calls=self.calls, in_flight=count,
                                          **self.flags)["seconds"]

    def at_rate(self, rate, seconds, warm_seconds):
        return self.generate("offer", rate=rate, seconds=seconds + warm_seconds,
                             warm_seconds=warm_seconds, **self.flags)

    def once(self):
        return self.generate("call", calls=1, **self.flags)["latencies_us"][0] / 1000


class Figures:
    """The figures of one kind of call."""

    def __init__(self, what, unit):
        self.what = what
        self.goodput = Samples("Athena", unit)
        self.peak = Samples("peak", unit)
        self.busy = Samples("Athena", "of a core")
        self.offered = Samples("offered", "x peak")
        self.behind = Samples("generator", "ms")
        self.shed = [Samples("Athena", "ms") for _ in range(2)]
        self.served = [Samples("Athena", "ms") for _ in range(2)]
        self.refused = Samples("Athena", "of the calls")
        self.memory = [Samples(name, "MiB") for name in ("before", "at peak", "in overload", "after")]
        self.growth = Samples("Athena", "x")
        self.after = Samples("Athena", "ms")

    def measure(self, load_, seconds):
        def resident():
            return sum(resident_mib(process)[0] for process in load_.processes)
        self.memory[0].add(resident())
        peak = max(load_.in_flight(count) for count in PEAK_IN_FLIGHT)
        self.peak.add(peak)
        self.memory[1].add(resident())
        with Resident(*load_.processes) as during:
            used = load_.used()
            rate = min(TIMES * peak, MOST_RATE)
            self.offered.add(rate / peak)
            offered = load_.at_rate(rate, seconds, seconds / 5)
            self.busy.add((load_.used() - used) / (seconds * 1.2))
        self.after.add(load_.once())
        self.goodput.add(offered["goodput"])
        if offered["other_errors"]:
            raise RuntimeError(f"{self.what}: {offered['other_errors']} calls were neither served nor refused")
        for part, samples in (("refused", self.shed), ("served", self.served)):
            if offered[part]["calls"]:
                for key, side in zip(("p50_ms", "p99_ms"), samples):
                    side.add(offered[part][key])
        calls = offered["refused"]["calls"] + offered["served"]["calls"]
        self.refused.add(offered["refused"]["calls"] / calls)
        self.behind.add(offered["behind"]["p99_ms"])
        self.memory[2].add(during.most())
        self.memory[3].add(resident())
        self.growth.add(during.growth())

    def show(self, table):
        what = f"{self.what}, overload"
        table.limit(f"{what}: calls offered", self.offered, NO_GATE)
        whole = min(self.offered.values) > 0.99 * TIMES  # otherwise the gates say nothing
        table.compare(what, self.goodput, self.peak, Gate(at_least=0.8) if whole else NO_GATE)
        table.limit(f"{what}: refused", self.refused, NO_GATE)
        table.limit(f"{what}: time to a refusal, p50", self.shed[0], NO_GATE)
        table.limit(f"{what}: time to a refusal, p99", self.shed[1], Gate(at_most=50) if whole else NO_GATE)
        table.limit(f"{what}: time to an answer, p50", self.served[0], NO_GATE)
        table.limit(f"{what}: time to an answer, p99", self.served[1], NO_GATE)
        table.limit(f"{what}: the generator was late, p99", self.behind, NO_GATE)
        table.limit(f"{what}: processor time of the services", self.busy, NO_GATE)
        for samples in self.memory:
            table.limit(f"{what}: resident {samples.name}", samples, NO_GATE)
        table.limit(f"{what}: memory at the end, of that after a third", self.growth, Gate(at_most=1.1))
        table.limit(f"{what}: a call right after it", self.after, NO_GATE)


def overload(table, scale):
    """Pushes and scorecards at three times the rate that can be served."""
    rounds = min(scale.rounds, 3)
    pushes = [Figures(f"push of {rows} row{'s' * (rows > 1)}", "calls/s") for rows, _ in PUSHES]
    for _ in range(rounds):
        for figures, (rows, calls) in zip(pushes, PUSHES):
            with temporary_folder() as name:
                folder = pathlib.Path(name)
                with pinned(cores()[0]):
                    process = Process("athena-indicator", folder, [f"--database={folder / 'indicator.db'}"])
                try:
                    load("define", address=at(process), token="everything")
                    load("push", address=at(process), token="everything", rows=SERIES,
                         rows_per_push=SERIES, first_day=FIRST_DAY)
                    figures.measure(PushLoad(process, rows, int(calls * scale.overload_calls)),
                                    scale.overload_seconds)
                finally:
                    process.kill()
    scorecards = Figures("scorecard of the GOB", "calls/s")
    with pinned(cores()[0]):
        running = Services().__enter__()
    try:
        plan = GobPlan(running)
        load_ = ScorecardLoad(running, plan, max(PEAK_IN_FLIGHT[1], int(SCORECARDS * scale.overload_calls)))
        load_.once()
        for _ in range(rounds):
            scorecards.measure(load_, scale.overload_seconds)
    finally:
        running.__exit__()
    for figures in (*pushes, scorecards):
        figures.show(table)

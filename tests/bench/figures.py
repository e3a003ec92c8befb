"""The figures of a run: samples of Athena and of the baseline, their ratio, and the gate."""
import dataclasses
import json
import statistics


@dataclasses.dataclass
class Samples:
    """One figure, with a sample of each round."""
    name: str
    unit: str
    values: list = dataclasses.field(default_factory=list)

    def add(self, value):
        self.values.append(value)

    def text(self):
        if not self.values:
            return "-"
        low, middle, high = (short(value) for value in
                             (min(self.values), statistics.median(self.values), max(self.values)))
        return f"{middle} ({low} .. {high}) {self.unit}"


@dataclasses.dataclass
class Gate:
    """The limit that a ratio, or a figure, should keep."""
    at_least: float = None
    at_most: float = None

    def text(self):
        if self.at_least is not None:
            return f">= {self.at_least:g}"
        return f"<= {self.at_most:g}" if self.at_most is not None else ""

    def holds(self, value):
        return value >= self.at_least if self.at_least is not None else value <= self.at_most


NO_GATE = Gate()


class Table:
    """Figures of Athena and their baselines. Ratios are taken within a round, since two rounds differ
    more than two figures of one; the median of the ratios is compared with the gate."""

    def __init__(self):
        self.lines = []

    def compare(self, what, ours, baseline, gate=NO_GATE):
        ratios = [a / b for a, b in zip(ours.values, baseline.values)]
        self._add(what, ours, baseline, Samples("ratio", "", ratios), gate)

    def limit(self, what, ours, gate=NO_GATE):
        """A figure with a fixed limit, or none, instead of a baseline."""
        self._add(what, ours, None, ours, gate)

    def _add(self, what, ours, baseline, judged, gate):
        if not ours.values:
            return
        verdict = ""
        if gate is not NO_GATE:
            verdict = "holds" if gate.holds(statistics.median(judged.values)) else "MISSED"
        self.lines.append({"what": what, "ours": ours, "baseline": baseline, "ratio":
                           judged if baseline else None, "gate": gate.text(), "verdict": verdict})

    def text(self):
        rows = [("what", "ours", "baseline", "ratio", "gate", "")]
        for line in self.lines:
            baseline = line["baseline"]
            rows.append((line["what"], line["ours"].text(),
                         f"{baseline.name}: {baseline.text()}" if baseline else "",
                         line["ratio"].text().strip() if baseline else "", line["gate"],
                         line["verdict"]))
        widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
        lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip()
                 for row in rows]
        lines.insert(1, "  ".join("-" * width for width in widths))
        return "\n".join(lines)

    def json(self, about):
        def plain(samples):
            return samples and dataclasses.asdict(samples)
        return json.dumps({"about": about, "figures": [
            {**line, **{key: plain(line[key]) for key in ("ours", "baseline", "ratio")}}
            for line in self.lines]}, indent=1) + "\n"


def short(value):
    """Three digits, as people read them."""
    if value >= 100:
        return f"{float(f'{value:.3g}'):,.0f}"
    return f"{value:.3g}"


def p50(latencies):
    return statistics.median(latencies)

"""The dashboard: what a call through its gateway costs, and how soon its pages are there."""
import json
import os
import subprocess

from figures import Gate, Samples
from services import BUILD, ROOT

DASHBOARD = ROOT / "services" / "dashboard"


def dashboard(table, scale):
    """A scorecard through the gateway beside straight to the service; pages in Chromium, cold."""
    if not scale.others:
        return  # its programs are built by another test
    subprocess.run([str(DASHBOARD / "build")], check=True)
    ran = subprocess.run(
        [str(ROOT / ".build/dashboard/bin/node"), str(DASHBOARD / "tests/bench.ts"), str(scale.rounds),
         str(scale.reads // 5)], stdout=subprocess.PIPE, text=True, check=True,
        env=os.environ | {"ATHENA_BUILD": str(BUILD)})
    figures = json.loads(ran.stdout)

    def samples(name, unit, key):
        return Samples(name, unit, figures[key])

    direct = samples("direct", "ms", "directMs")
    table.compare("scorecard through the gateway", samples("gateway", "ms", "gatewayMs"), direct, Gate(at_most=6))
    table.compare("the same, compressed as for browsers", samples("gateway", "ms", "gzipMs"), direct, Gate(at_most=6))
    table.limit("board page, first contentful paint", samples("page", "ms", "boardPaintMs"), Gate(at_most=1000))
    rows = min(figures["treeRows"])
    table.limit(f"scorecard tree of {rows} rows, what fills the screen", samples("page", "ms", "treeScreenMs"), Gate(at_most=1500))
    table.limit(f"scorecard tree of {rows} rows, all of it", samples("page", "ms", "treeMs"), Gate(at_most=1500))
    table.limit("board page, scripts in gzip", samples("page", "kB", "scriptKilobytes"), Gate(at_most=80))
    table.limit("board page, styles in gzip", samples("page", "kB", "styleKilobytes"))

"""deploy/monitoring, checked by Debian's Prometheus: the configuration and the rules, the metrics of the
three services, and every query of the dashboard against services that are scraped."""
import contextlib
import json
import pathlib
import re
import signal
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

import grpc
import yaml
from athena.indicator.v1 import indicator_service_pb2
from athena.plan.v1 import plan_service_pb2
from athena.reporting.v1 import reporting_service_pb2

import setting
from debian import free_port, program
from services import DEADLINE, ROOT, Services

MONITORING = ROOT / "deploy" / "monitoring"
RULES_TESTS = ("rules_test.yml", "rules_of_days_test.yml")
DOCUMENT = ROOT / "deploy" / "README.md"
# Figures that have no value on a system that was just started, or that has none of what they count.
MAY_BE_EMPTY = re.compile(
    r"athena_backup_|athena_tls_|athena_ingest_refused_total|athena_overdue_cells|ALERTS"
    r"|athena-dashboard")


def promtool(*arguments, **options):
    return subprocess.run([program("promtool"), *arguments], capture_output=True, text=True,
                          timeout=300, check=False, **options)


def read(name):
    return yaml.safe_load((MONITORING / name).read_text(encoding="utf-8"))


def alerts():
    return [rule for group in read("alert_rules.yml")["groups"] for rule in group["rules"]]


def page(url):
    try:
        with urllib.request.urlopen(url, timeout=DEADLINE) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.read().decode()


def dashboard_queries():
    """The queries of the dashboard, with Grafana's variables as it fills them in."""
    dashboard = json.loads((MONITORING / "grafana" / "athena.json").read_text(encoding="utf-8"))
    queries = [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", [])]
    queries += [annotation["expr"] for annotation in dashboard["annotations"]["list"]]
    variables = {"$__rate_interval": "1m"}
    for variable in dashboard["templating"]["list"]:
        if variable["type"] == "query":
            variables["$" + variable["name"]] = variable["allValue"]
            queries.append(re.fullmatch(r"label_values\((.*), \w+\)", variable["query"]).group(1))
    for name, value in variables.items():
        queries = [query.replace(name, value) for query in queries]
    return queries


class RulesTest(unittest.TestCase):
    """What can be checked without a server."""

    def test_promtool_accepts_configuration_and_rules(self):
        checked = promtool("check", "config", "--lint-fatal", "prometheus.yml", cwd=MONITORING)
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)

    def test_the_rules_do_what_their_tests_say(self):
        tested = promtool("test", "rules", *RULES_TESTS, cwd=MONITORING)
        self.assertEqual(tested.returncode, 0, tested.stdout + tested.stderr)

    def test_every_alert_has_a_test_in_which_it_fires(self):
        fired = {case["alertname"] for name in RULES_TESTS for test in read(name)["tests"]
                 for case in test.get("alert_rule_test", []) if case["exp_alerts"]}
        self.assertEqual({rule["alert"] for rule in alerts()}, fired)

    def test_every_alert_leads_to_its_section(self):
        sections = set(re.findall(r"^### (\w+)$", DOCUMENT.read_text(encoding="utf-8"), re.M))
        for rule in alerts():
            with self.subTest(rule["alert"]):
                self.assertIn(rule["alert"], sections)
                self.assertEqual(rule["annotations"]["runbook"],
                                 f"/usr/share/doc/athena/README.md#{rule['alert'].lower()}")
                self.assertIn(rule["labels"]["severity"], ("critical", "warning", "info"))
        self.assertLessEqual({name for name in sections if name.startswith("Athena")},
                             {rule["alert"] for rule in alerts()}, "sections of alerts that are none")

    def test_no_rule_is_broken_unnoticed(self):
        """The tests find a threshold that moved."""
        with tempfile.TemporaryDirectory() as folder:
            for name in ("recording_rules.yml", "rules_test.yml"):
                (pathlib.Path(folder) / name).write_bytes((MONITORING / name).read_bytes())
            rules = (MONITORING / "alert_rules.yml").read_text(encoding="utf-8")
            self.assertIn("_bytes{job=\"athena\"} > 256 *", rules)
            (pathlib.Path(folder) / "alert_rules.yml").write_text(
                rules.replace("_bytes{job=\"athena\"} > 256 *", "_bytes{job=\"athena\"} > 400 *"),
                encoding="utf-8")
            tested = promtool("test", "rules", "rules_test.yml", cwd=folder)
        self.assertNotEqual(tested.returncode, 0)
        self.assertIn("AthenaWalGrows", tested.stdout + tested.stderr)


class ScrapeTest(unittest.TestCase):
    """Three services, scraped by a Prometheus with the configuration of deploy/monitoring."""

    @classmethod
    def setUpClass(cls):
        cls.services = cls.enterClassContext(Services())
        setting.create_indicators(cls.services)
        setting.create_plan(cls.services)
        setting.push(cls.services, "first", [setting.visits("2021-01", "NORTH", 5)])
        # What is overdue is counted after the start, and then every five minutes.
        cls.services.kill_indicator()
        with contextlib.suppress(grpc.RpcError):  # the channel learns that its connection has ended
            cls.call()
        folder = cls.services.folder / "prometheus"
        folder.mkdir()
        for name in ("recording_rules.yml", "alert_rules.yml"):
            (folder / name).write_bytes((MONITORING / name).read_bytes())
        text = (MONITORING / "prometheus.yml").read_text(encoding="utf-8")
        for old, new in (("127.0.0.1:7801", f"127.0.0.1:{cls.services.plan.ops_port}"),
                         ("127.0.0.1:7802", f"127.0.0.1:{cls.services.indicator.ops_port}"),
                         ("127.0.0.1:7803", f"127.0.0.1:{cls.services.reporting.ops_port}"),
                         ("_interval: 15s", "_interval: 1s")):
            assert old in text, old
            text = text.replace(old, new)
        (folder / "prometheus.yml").write_text(text, encoding="utf-8")
        cls.address = f"http://127.0.0.1:{free_port()}"
        with (folder / "log").open("w", encoding="utf-8") as log:
            process = subprocess.Popen(
                [program("prometheus"), f"--config.file={folder}/prometheus.yml",
                 f"--storage.tsdb.path={folder}/data",
                 f"--web.listen-address={cls.address.removeprefix('http://')}"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        cls.addClassCleanup(process.wait)
        cls.addClassCleanup(process.send_signal, signal.SIGTERM)
        end = time.monotonic() + 2 * DEADLINE
        while time.monotonic() < end:
            with contextlib.suppress(OSError):
                if "is Ready" in page(f"{cls.address}/-/ready"):
                    return
            time.sleep(0.1)
        raise AssertionError((folder / "log").read_text(encoding="utf-8"))

    @classmethod
    def call(cls):
        """A call of each service, so that there is something to count."""
        cls.services.indicators.ListIndicators(indicator_service_pb2.ListIndicatorsRequest(
            parent=setting.INSTITUTION), **setting.options())
        cls.services.plans.ListPlans(plan_service_pb2.ListPlansRequest(
            parent=setting.INSTITUTION), **setting.options())
        cls.services.reports.ListPublications(reporting_service_pb2.ListPublicationsRequest(
            parent=f"{setting.PLAN}/scorecards/-"), **setting.options())

    def query(self, expression):
        """The series of a query; a query that Prometheus refuses fails the test."""
        answer = json.loads(page(f"{self.address}/api/v1/query?"
                                 + urllib.parse.urlencode({"query": expression})))
        self.assertEqual(answer["status"], "success", f"{expression}: {answer.get('error')}")
        return answer["data"]["result"]

    def eventually(self, expression):
        end = time.monotonic() + 2 * DEADLINE
        while not (series := self.query(expression)) and time.monotonic() < end:
            self.call()
            time.sleep(0.2)  # scrapes are a second apart
        return series

    def test_metrics_are_named_as_prometheus_wants_them(self):
        for service in (self.services.plan, self.services.indicator, self.services.reporting):
            with self.subTest(service.name):
                text = page(f"http://127.0.0.1:{service.ops_port}/metrics")
                linted = promtool("check", "metrics", input=text)
                self.assertEqual((linted.returncode, linted.stdout + linted.stderr), (0, ""))

    def test_all_services_are_scraped_and_ready(self):
        series = self.eventually('count(athena_ready{job="athena"} == 1) == 3')
        self.assertTrue(series, self.query("athena_ready"))
        self.assertEqual({(one["metric"]["job"], one["metric"]["service"])
                          for one in self.query('up{job="athena"} == 1')},
                         {("athena", "plan"), ("athena", "indicator"), ("athena", "reporting")})

    def test_every_query_of_the_dashboard_has_an_answer(self):
        for query in dashboard_queries():
            with self.subTest(query):
                if MAY_BE_EMPTY.search(query):
                    self.query(query)
                else:
                    self.assertTrue(self.eventually(query), "no series")

    def test_every_rule_is_evaluated_without_error(self):
        self.eventually('athena_ready')
        end = time.monotonic() + DEADLINE
        while True:
            groups = json.loads(page(f"{self.address}/api/v1/rules"))["data"]["groups"]
            rules = [rule for group in groups for rule in group["rules"]]
            if all(rule["health"] == "ok" for rule in rules) or time.monotonic() > end:
                break
            time.sleep(0.2)
        self.assertEqual([(rule["name"], rule.get("lastError")) for rule in rules
                          if rule["health"] != "ok"], [])
        self.assertGreater(len(rules), len(alerts()))

    def test_every_metric_that_a_rule_names_exists(self):
        """A misspelt name would be an alert that never fires."""
        names = set()
        for name in ("recording_rules.yml", "alert_rules.yml"):
            for group in read(name)["groups"]:
                for rule in group["rules"]:
                    names.update(re.findall(r"(?<![:\w])((?:athena|grpc|process)_\w+)\{", rule["expr"]))
        self.assertGreater(len(names), 20)
        self.assertTrue(self.eventually("athena_overdue_cells"))
        exposed = "".join(page(f"http://127.0.0.1:{service.ops_port}/metrics") for service in (
            self.services.plan, self.services.indicator, self.services.reporting))
        families = set(re.findall(r"^# TYPE (\w+) ", exposed, re.M))
        # Only of services with TLS, or with tokens of a provider.
        families.update(re.findall(r'"(athena_(?:tls|token)_\w+)"', "".join(
            path.read_text(encoding="utf-8") for path in (ROOT / "libs" / "daemon").rglob("*.cc"))))
        missing = {name for name in names
                   if name not in families and re.sub(r"_(bucket|sum|count)$", "", name) not in families}
        self.assertEqual(missing, set())


if __name__ == "__main__":
    unittest.main()

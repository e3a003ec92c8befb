"""The services over TLS, with certificates of deploy/make-certificates and with JSON Web Tokens of an
issuer: who may call, as whom, and what is read again while they run."""
import contextlib
import http.server
import json
import pathlib
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
import time
import unittest

import grpc
import jwt
from athena.indicator.v1 import indicator_service_pb2, indicator_service_pb2_grpc
from athena.plan.v1 import plan_service_pb2, plan_service_pb2_grpc
from athena.reporting.v1 import reporting_service_pb2, reporting_service_pb2_grpc
from cryptography.hazmat.primitives.asymmetric import rsa

import setting
from operator_test import http as ops
from operator_test import metric
from services import BUILD, DEADLINE, ROOT, Process, Services, refusal_of
from setting import visits

ISSUER, AUDIENCE = "https://login.example.org/realms/city", "athena"
OTHER = "institutions/talent-brussels"
CALLERS = ("gob/sender+viewer/gob-feed", "talent-brussels/sender+viewer/talent-feed",
           "gob/viewer/reader", "talent-brussels/viewer/stranger", "*/auditor/inspector")
EXPIRY = "athena_tls_certificate_expiry_timestamp_seconds"


def make_certificates(folder, *arguments):
    return subprocess.run([str(ROOT / "deploy/make-certificates"), str(folder), *arguments],
                          capture_output=True, text=True, check=False)


class Issuer:
    """Signs tokens by PyJWT. Its keys are a file."""

    def __init__(self, path):
        self.path = path
        self.rotate("first")

    def rotate(self, kid):
        self.kid, self.key = kid, rsa.generate_private_key(65537, 2048)
        jwk = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        fresh = self.path.with_suffix(".new")
        fresh.write_text(json.dumps({"keys": [{**jwk, "kid": kid, "use": "sig"}]}))
        fresh.replace(self.path)

    def token(self, subject, institution, roles, **claims):
        now = int(time.time())
        return jwt.encode({"iss": ISSUER, "aud": AUDIENCE, "sub": subject, "iat": now, "nbf": now,
                           "exp": now + 600, "athena_institution": institution,
                           "athena_roles": roles, **claims},
                          self.key, algorithm="RS256", headers={"kid": self.kid})

    def bearer(self, *arguments, **claims):
        return (("authorization", f"Bearer {self.token(*arguments, **claims)}"),)


class SecureServices(Services):
    """The three services, each with its certificate; callers by certificate, token or --principals."""

    def __init__(self):
        super().__init__()
        self.tls = self.folder / "tls"
        made = make_certificates(self.tls, *CALLERS)
        if made.returncode != 0:
            raise RuntimeError(made.stderr)
        self.issuer = Issuer(self.folder / "keys.json")

    def security(self, service):
        return [*self.files(service), f"--jwt_issuer={ISSUER}", f"--jwt_audience={AUDIENCE}",
                f"--jwt_keys={self.issuer.path}"]

    def files(self, service):
        return [f"--tls_certificate={self.tls / service}.pem", f"--tls_key={self.tls / service}-key.pem",
                f"--tls_ca={self.tls / 'ca.pem'}"]

    def channel(self, process, caller=None, ca=None):
        """A connection of its own: with the certificate of a caller, or with none."""
        files = [] if caller is None else [self.tls / f"{caller}-key.pem", self.tls / f"{caller}.pem"]
        credentials = grpc.ssl_channel_credentials(
            (ca or self.tls / "ca.pem").read_bytes(), *(path.read_bytes() for path in files))
        channel = grpc.secure_channel(f"127.0.0.1:{process.port}", credentials,
                                      [("grpc.use_local_subchannel_pool", 1)])
        self.channels.append(channel)
        return channel

    def indicators_as(self, caller):
        return indicator_service_pb2_grpc.IndicatorServiceStub(self.channel(self.indicator, caller))

    def plans_as(self, caller):
        return plan_service_pb2_grpc.PlanServiceStub(self.channel(self.plan, caller))

    def reports_as(self, caller):
        return reporting_service_pb2_grpc.ReportingServiceStub(self.channel(self.reporting, caller))

    def athenactl(self, *arguments):
        return subprocess.run(
            [str(BUILD / "bin" / "athenactl"), f"--plan-address=127.0.0.1:{self.plan.port}",
             f"--indicator-address=127.0.0.1:{self.indicator.port}",
             f"--reporting-address=127.0.0.1:{self.reporting.port}", *arguments],
            capture_output=True, text=True, timeout=300, check=False, env=self.environment)


def events(process, name):
    """The lines of a process's log with this event."""
    lines = map(json.loads, process.log_path.read_text().splitlines())
    return [line for line in lines if line["event"] == name]


def push(stub, push_id, rows, parent=setting.INSTITUTION, **options):
    return stub.PushObservations(indicator_service_pb2.PushObservationsRequest(
        parent=parent, push_id=push_id, observations=rows), timeout=DEADLINE, **options)


SCORECARD = reporting_service_pb2.GetScorecardRequest(name=f"{setting.PLAN}/scorecards/2021-Q1")
VISITS = indicator_service_pb2.ListObservationsRequest(parent=f"{setting.INSTITUTION}/indicators/visits")
PLAN = plan_service_pb2.GetPlanRequest(name=setting.PLAN)


class TlsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.services = SecureServices().__enter__()
        cls.addClassCleanup(cls.services.__exit__)
        setting.create_indicators(cls.services)
        setting.create_plan(cls.services)
        cls.issuer = cls.services.issuer

    def assert_refused(self, code, call, *arguments, **options):
        self.assertEqual(refusal_of(call, *arguments, **options).code, code)

    def test_1_two_institutions_push_by_certificate_and_by_token_and_neither_sees_the_other(self):
        services = self.services
        feed = services.indicators_as("gob-feed")
        pushed = push(feed, "q1", [visits(f"2021-{month:02}", desk, 50)
                                   for month in (1, 2, 3) for desk in ("NORTH", "SOUTH")])
        self.assertEqual(pushed.counts.inserted, 6)
        self.assertEqual(len(feed.ListObservations(VISITS, timeout=DEADLINE).observations), 6)

        token = self.issuer.bearer("talent-feed", "talent-brussels", ["sender", "viewer"])
        other = services.indicators_as(None)
        foreign = indicator_service_pb2.PushObservationsRequest(
            parent=setting.INSTITUTION, push_id="x", observations=[visits("2021-01", "NORTH", 1)])
        denied = grpc.StatusCode.PERMISSION_DENIED
        self.assert_refused(denied, other.PushObservations, foreign, metadata=token)
        self.assert_refused(denied, other.ListObservations, VISITS, metadata=token)
        by_certificate = services.indicators_as("talent-feed")
        self.assert_refused(denied, by_certificate.PushObservations, foreign)
        self.assert_refused(denied, by_certificate.ListObservations, VISITS)
        # What is its own, each may.
        for call, options in ((other, {"metadata": token}), (by_certificate, {})):
            listed = call.ListIndicators(indicator_service_pb2.ListIndicatorsRequest(parent=OTHER),
                                         timeout=DEADLINE, **options)
            self.assertEqual(len(listed.indicators), 0)
        self.assert_refused(grpc.StatusCode.UNAUTHENTICATED, other.ListObservations, VISITS)

    def test_2_reporting_reads_for_a_caller_by_certificate_what_that_caller_may_read(self):
        card = self.services.reports_as("reader").GetScorecard(SCORECARD, timeout=DEADLINE)
        values = {link.indicator.rpartition("/")[2]: link.period_result.value.decimal
                  for link in setting.nodes(card.result.root)["e1-1"].indicators}
        self.assertEqual(values["visits"], "300")
        self.assert_refused(grpc.StatusCode.PERMISSION_DENIED,
                            self.services.reports_as("stranger").GetScorecard, SCORECARD)
        inspected = self.services.reports_as("inspector").GetScorecard(SCORECARD, timeout=DEADLINE)
        self.assertEqual(inspected.result, card.result)

    def test_2_b_and_for_a_caller_by_token(self):
        reports = self.services.reports_as(None)
        reports.GetScorecard(SCORECARD, timeout=DEADLINE,
                             metadata=self.issuer.bearer("anna", "gob", "viewer"))
        self.assert_refused(grpc.StatusCode.PERMISSION_DENIED, reports.GetScorecard, SCORECARD,
                            metadata=self.issuer.bearer("eva", "talent-brussels", "viewer"))

    def test_3_nobody_but_a_service_speaks_for_others(self):
        forged = (("athena-caller", "spiffe://athena/institutions/gob/roles/viewer+planner/reader"),)
        for caller in (None, "stranger", "reader"):
            self.assert_refused(grpc.StatusCode.UNAUTHENTICATED,
                                self.services.plans_as(caller).GetPlan, PLAN, metadata=forged)
        # A service may, and is nobody by itself.
        plan = self.services.plans_as("reporting").GetPlan(PLAN, timeout=DEADLINE, metadata=forged)
        self.assertEqual(plan.name, setting.PLAN)
        self.assert_refused(grpc.StatusCode.UNAUTHENTICATED,
                            self.services.plans_as("reporting").GetPlan, PLAN)

    def test_4_bad_tokens_and_strangers_are_refused(self):
        plans = self.services.plans_as(None)
        for claims in ({"exp": int(time.time()) - 120}, {"aud": "other"}, {"iss": ISSUER + "x"},
                       {"nbf": int(time.time()) + 3600}, {"athena_institution": "*/x"}):
            self.assert_refused(grpc.StatusCode.UNAUTHENTICATED, plans.GetPlan, PLAN,
                                metadata=self.issuer.bearer("anna", "gob", "viewer", **claims))
        another = Issuer(self.services.folder / "another.json")
        self.assert_refused(grpc.StatusCode.UNAUTHENTICATED, plans.GetPlan, PLAN,
                            metadata=another.bearer("anna", "gob", "viewer"))
        self.assert_refused(grpc.StatusCode.PERMISSION_DENIED, plans.GetPlan, PLAN,
                            metadata=self.issuer.bearer("anna", "gob", ["offline_access"]))

        foreign = self.services.folder / "foreign"
        self.assertEqual(make_certificates(foreign, "gob/viewer/reader").returncode, 0)
        stranger = grpc.secure_channel(
            f"127.0.0.1:{self.services.plan.port}", grpc.ssl_channel_credentials(
                (self.services.tls / "ca.pem").read_bytes(),
                (foreign / "reader-key.pem").read_bytes(), (foreign / "reader.pem").read_bytes()))
        trusting = self.services.channel(self.services.plan, ca=foreign / "ca.pem")
        plain = grpc.insecure_channel(f"127.0.0.1:{self.services.plan.port}")
        for channel in (stranger, trusting, plain):
            with channel:
                self.assert_refused(grpc.StatusCode.UNAVAILABLE,
                                    plan_service_pb2_grpc.PlanServiceStub(channel).GetPlan, PLAN)

    def test_5_athenactl_speaks_tls(self):
        tls = self.services.tls
        ca = f"--tls-ca={tls / 'ca.pem'}"
        mine = (ca, f"--tls-certificate={tls / 'reader.pem'}", f"--tls-key={tls / 'reader-key.pem'}")
        ran = self.services.athenactl(*mine, "health")
        self.assertEqual(ran.returncode, 0, ran.stderr)
        ran = self.services.athenactl(*mine, "get", setting.PLAN)
        self.assertEqual(ran.returncode, 0, ran.stderr)
        ran = self.services.athenactl(ca, f"--token={self.issuer.token('anna', 'gob', 'viewer')}",
                                      "get", setting.PLAN)
        self.assertEqual(ran.returncode, 0, ran.stderr)
        ran = self.services.athenactl(ca, "get", setting.PLAN)
        self.assertEqual(ran.returncode, 1)
        self.assertIn("--tls-certificate", ran.stderr)
        ran = self.services.athenactl("--tls-ca=/nowhere.pem", "health")
        self.assertEqual(ran.returncode, 2)
        self.assertIn("--tls-ca", ran.stderr)
        ran = self.services.athenactl("--token=x", "--plan-address=plan.example.org:7701", "health")
        self.assertEqual(ran.returncode, 2)
        self.assertIn("unencrypted", ran.stderr)

    def test_6_a_new_certificate_is_shown_without_a_restart(self):
        services = self.services
        shown = ssl.get_server_certificate(("127.0.0.1", services.plan.port))
        self.assertEqual(shown, (services.tls / "plan.pem").read_text())
        before = metric(services.plan, EXPIRY)
        feed = services.plans_as("reader").WatchPlans(plan_service_pb2.WatchPlansRequest(
            parent=setting.INSTITUTION), timeout=10 * DEADLINE)
        next(feed)
        open_connection = services.plans_as("reader")
        open_connection.GetPlan(PLAN, timeout=DEADLINE)
        # Made in another folder by the same authority, and moved over the old ones.
        fresh = services.folder / "fresh"
        fresh.mkdir()
        for name in ("ca.pem", "ca-key.pem"):
            shutil.copy(services.tls / name, fresh / name)
        made = make_certificates(fresh, "--services", "plan", "--days", "30")
        self.assertEqual(made.returncode, 0, made.stderr)
        for name in ("plan-key.pem", "plan.pem"):
            (fresh / name).replace(services.tls / name)
        wanted = (services.tls / "plan.pem").read_text()
        late = time.monotonic() + DEADLINE
        while self.shown_by(services.plan) != wanted:
            self.assertLess(time.monotonic(), late)
            open_connection.GetPlan(PLAN, timeout=DEADLINE)
        services.reports_as("reader").GetScorecard(SCORECARD, timeout=DEADLINE)
        services.plans.UpdatePlan(plan_service_pb2.UpdatePlanRequest(
            plan={"name": setting.PLAN, "first_quarter": "2021-Q1", "last_quarter": "2023-Q4"},
            update_mask={"paths": ["last_quarter"]}), **setting.options())
        for change in feed:  # on the connection of before
            if change.action == "UpdatePlan":
                break
        feed.cancel()
        self.assertEqual(ops(services.plan, "/readyz")[0], 200)
        self.assertLess(metric(services.plan, EXPIRY), before)
        self.assertTrue(events(services.plan, "TLS files changed"))

    @staticmethod
    def shown_by(process):
        with contextlib.suppress(OSError):
            return ssl.get_server_certificate(("127.0.0.1", process.port))
        return None

    def test_7_a_new_key_of_the_issuer_counts_without_a_restart(self):
        plans = self.services.plans_as(None)
        old = self.issuer.bearer("anna", "gob", "viewer")
        plans.GetPlan(PLAN, timeout=DEADLINE, metadata=old)
        self.issuer.rotate("second")
        # As clients do: UNAVAILABLE is tried again.
        late = time.monotonic() + DEADLINE
        while True:
            try:
                plans.GetPlan(PLAN, timeout=DEADLINE,
                              metadata=self.issuer.bearer("anna", "gob", "viewer"))
                break
            except grpc.RpcError as error:
                self.assertIn(error.code(), (grpc.StatusCode.UNAVAILABLE,
                                             grpc.StatusCode.UNAUTHENTICATED))
                self.assertLess(time.monotonic(), late)
        self.assert_refused(grpc.StatusCode.UNAUTHENTICATED, plans.GetPlan, PLAN, metadata=old)
        self.assertIsNotNone(metric(self.services.plan, "athena_token_keys_last_read_timestamp_seconds"))


class KeysServer:
    """A key set over https, with a certificate of a folder of make-certificates."""

    def __init__(self, tls, keys, port=0):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):  # noqa: N802 (its name)
                self.send_response(200)
                self.end_headers()
                self.wfile.write(keys.read_bytes())

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tls / "keys.pem", tls / "keys-key.pem")
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


class StartTest(unittest.TestCase):
    """One service by itself."""

    def setUp(self):
        owner = tempfile.TemporaryDirectory(prefix="athena-")
        self.addCleanup(owner.cleanup)
        self.folder = pathlib.Path(owner.name)
        self.tls = self.folder / "tls"
        made = make_certificates(self.tls, "--services", "indicator,keys", "gob/viewer/reader")
        self.assertEqual(made.returncode, 0, made.stderr)
        self.files = [f"--tls_certificate={self.tls / 'indicator.pem'}",
                      f"--tls_key={self.tls / 'indicator-key.pem'}"]
        self.ca = f"--tls_ca={self.tls / 'ca.pem'}"

    def start(self, *arguments, principals=""):
        logs = pathlib.Path(tempfile.mkdtemp(dir=self.folder))  # of this start alone
        process = Process("athena-indicator", logs,
                          [f"--database={self.folder / 'indicator.db'}", *arguments],
                          principals=principals)
        self.addCleanup(process.kill)
        return process

    def refused(self, *arguments, principals=""):
        """Why a service did not start."""
        with self.assertRaises(RuntimeError) as refusal:
            self.start(*arguments, principals=principals)
        return str(refusal.exception)

    def list_as(self, process, caller=None, **options):
        files = [] if caller is None else [self.tls / f"{caller}-key.pem", self.tls / f"{caller}.pem"]
        with grpc.secure_channel(f"127.0.0.1:{process.port}", grpc.ssl_channel_credentials(
                (self.tls / "ca.pem").read_bytes(), *(path.read_bytes() for path in files))) as channel:
            return indicator_service_pb2_grpc.IndicatorServiceStub(channel).ListIndicators(
                indicator_service_pb2.ListIndicatorsRequest(parent=setting.INSTITUTION),
                timeout=DEADLINE, **options)

    def test_beyond_loopback_takes_tls_and_credentials_that_are_no_flags(self):
        everywhere = "--listen=0.0.0.0:0"
        named = "secret,anna,gob,viewer"
        self.assertIn("--tls_certificate", self.refused(everywhere, principals=named))
        self.assertIn("--principals", self.refused(everywhere, *self.files, principals=named))
        self.assertIn("--principals", self.refused(everywhere, *self.files, self.ca, principals=named))
        # Nor are other services called beyond it without TLS.
        with self.assertRaisesRegex(RuntimeError, "--indicator_address.*a loopback address, or TLS"):
            Process("athena-plan", self.folder, [f"--database={self.folder / 'plan.db'}",
                                                 "--indicator_address=indicator.example.org:7702"])
        process = self.start(everywhere, *self.files, self.ca, "--tls_client_certificate=required")
        self.list_as(process, "reader")
        with self.assertRaises(grpc.RpcError) as refusal:
            self.list_as(process)
        self.assertEqual(refusal.exception.code(), grpc.StatusCode.UNAVAILABLE)
        self.assertEqual(events(process, "insecure"), [])
        self.assertEqual(events(process, "serving")[0]["transport"], "TLS, client certificates required")

    def test_without_tls_it_says_so(self):
        process = self.start(principals="secret,anna,gob,viewer")
        self.assertEqual([line["level"] for line in events(process, "insecure")], ["warning"])

    def test_flags_that_make_no_sense_are_refused(self):
        for arguments, fault in (
                ((), "--principals"),
                ((self.ca,), "--tls_certificate"),
                (self.files[:1], "--tls_key"),
                ((self.files[0], f"--tls_key={self.tls / 'ca-key.pem'}", self.ca), "the private key of"),
                ((*self.files, "--tls_client_certificate=required"), "--tls_ca"),
                ((*self.files, self.ca, "--tls_client_certificate=never"), "optional or required"),
                ((*self.files, "--jwt_issuer=x"), "--jwt_audience"),
                ((*self.files, "--jwt_issuer=x", "--jwt_audience=y", "--jwt_keys=http://example.org/k"),
                 "https://"),
                ((*self.files, "--jwt_issuer=x", "--jwt_audience=y", "--jwt_keys=/nowhere.json"),
                 "/nowhere.json")):
            with self.subTest(arguments):
                self.assertIn(fault, self.refused(*arguments))

    def test_keys_come_by_https_and_may_come_late(self):
        issuer = Issuer(self.folder / "keys.json")
        port = free_port()
        process = self.start(*self.files, f"--jwt_issuer={ISSUER}", f"--jwt_audience={AUDIENCE}",
                             f"--jwt_keys=https://localhost:{port}/keys",
                             f"--jwt_keys_ca={self.tls / 'ca.pem'}")
        bearer = issuer.bearer("anna", "gob", "viewer")
        with self.assertRaises(grpc.RpcError) as refusal:
            self.list_as(process, metadata=bearer)
        self.assertEqual(refusal.exception.code(), grpc.StatusCode.UNAVAILABLE)
        status, body = ops(process, "/readyz")
        self.assertEqual((status, "keys of tokens" in body), (503, True), body)
        keys = KeysServer(self.tls, issuer.path, port)
        self.addCleanup(keys.close)
        late = time.monotonic() + 2 * DEADLINE  # a read is begun at most every 10 seconds
        while True:
            try:
                self.list_as(process, metadata=bearer)
                break
            except grpc.RpcError as error:
                self.assertEqual(error.code(), grpc.StatusCode.UNAVAILABLE)
                self.assertLess(time.monotonic(), late)
        self.assertEqual(ops(process, "/readyz")[0], 200)

    def test_the_server_of_keys_must_be_the_one_of_the_url(self):
        foreign = self.folder / "foreign"
        self.assertEqual(make_certificates(foreign, "--services", "keys").returncode, 0)
        issuer = Issuer(self.folder / "keys.json")
        keys = KeysServer(foreign, issuer.path)
        self.addCleanup(keys.close)
        process = self.start(*self.files, f"--jwt_issuer={ISSUER}", f"--jwt_audience={AUDIENCE}",
                             f"--jwt_keys=https://localhost:{keys.server.server_port}/keys",
                             f"--jwt_keys_ca={self.tls / 'ca.pem'}")
        late = time.monotonic() + DEADLINE
        while not events(process, "token keys unreadable"):
            self.assertLess(time.monotonic(), late)
        self.assertIn("certificate", events(process, "token keys unreadable")[0]["message"])


class MakeCertificatesTest(unittest.TestCase):
    def setUp(self):
        owner = tempfile.TemporaryDirectory(prefix="athena-")
        self.addCleanup(owner.cleanup)
        self.folder = pathlib.Path(owner.name) / "tls"

    def contents(self):
        return {path.name: path.read_bytes() for path in self.folder.iterdir()}

    def test_it_adds_and_never_overwrites(self):
        self.assertEqual(make_certificates(self.folder, "gob/viewer/reader").returncode, 0)
        before = self.contents()
        self.assertEqual(sorted(before), sorted(
            f"{name}{part}.pem" for part in ("", "-key")
            for name in ("ca", "plan", "indicator", "reporting", "dashboard", "reader")))
        for name in before:
            self.assertEqual((self.folder / name).stat().st_mode & 0o777,
                             0o600 if name.endswith("-key.pem") else 0o644, name)
        again = make_certificates(self.folder, "gob/sender/feed", "gob/viewer/reader")
        self.assertEqual((again.returncode, "reader.pem exists" in again.stderr), (1, True))
        self.assertEqual(self.contents(), before)
        self.assertEqual(make_certificates(self.folder, "gob/sender/feed").returncode, 0)
        after = self.contents()
        self.assertEqual({name: after[name] for name in before}, before)
        self.assertEqual(sorted(after.keys() - before.keys()), ["feed-key.pem", "feed.pem"])
        verified = subprocess.run(["openssl", "verify", "-CAfile", str(self.folder / "ca.pem"),
                                   "-purpose", "sslclient", str(self.folder / "feed.pem")],
                                  capture_output=True, text=True, check=False)
        self.assertEqual(verified.returncode, 0, verified.stderr)

    def test_what_it_does_not_take_makes_nothing(self):
        for arguments in (("gob/chief/x",), ("GOB/viewer/x",), ("gob/viewer",), ("gob/viewer/a b",),
                          ("gob/viewer/plan",), ("gob/viewer/ca",), ("--days", "0"), ("--days", "x"),
                          ("--host", "a,b"), ("--services", "a/b"), ("--what",), ("--days",)):
            with self.subTest(arguments):
                ran = make_certificates(self.folder, *arguments)
                self.assertEqual(ran.returncode, 2, ran.stderr)
                self.assertFalse(self.folder.exists())


if __name__ == "__main__":
    unittest.main()

"""deploy/nginx/athena.conf, run by Debian's nginx in front of real services: TLS, limits, and what the
proxy keeps from gRPC 1.51 (SECURITY.md)."""
import pathlib
import re
import signal
import socket
import ssl
import subprocess
import unittest
import urllib.error
import urllib.request

import grpc
from athena.indicator.v1 import indicator_service_pb2, indicator_service_pb2_grpc
from athena.plan.v1 import plan_service_pb2, plan_service_pb2_grpc
from athena.reporting.v1 import reporting_service_pb2, reporting_service_pb2_grpc

import setting
from debian import free_port, program
from http2 import (ACK, CANCEL, END_HEADERS, GOAWAY, HEADERS, PING, PREFACE, RST_STREAM, SETTINGS, frame,
                   headers_of)
from services import DEADLINE, EVERYTHING, ROOT, Services, refusal_of, token

CONFIGURATION = ROOT / "deploy" / "nginx" / "athena.conf"
NAMES = [f"{name}.athena.example.org" for name in ("plan", "indicator", "reporting")]
CALLS_OF_A_CONNECTION = 1000  # keepalive_requests

MAIN = """daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log notice;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/athena.conf;
}}
"""


class Proxy:
    """nginx with the configuration of deploy/nginx, whose ports and files are those of the test."""

    def __init__(self, folder, services, change=lambda text: text):
        self.folder = pathlib.Path(folder)
        self.certificate = self.folder / "nginx.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
             "-nodes", "-days", "2", "-subj", "/CN=athena", "-keyout", str(self.folder / "nginx-key.pem"),
             "-out", str(self.certificate), "-addext",
             "subjectAltName=" + ",".join(f"DNS:{name}" for name in (*NAMES, "athena.example.org"))],
            check=True, capture_output=True)
        self.port, self.http_port = free_port(), free_port()
        text = CONFIGURATION.read_text(encoding="utf-8")
        for old, new in (
                ("listen 443 ", f"listen 127.0.0.1:{self.port} "),
                ("listen 80;", f"listen 127.0.0.1:{self.http_port};"),
                ("/etc/athena/tls/", f"{self.folder}/"),
                ("127.0.0.1:7701", f"127.0.0.1:{services.plan.port}"),
                ("127.0.0.1:7702", f"127.0.0.1:{services.indicator.port}"),
                ("127.0.0.1:7703", f"127.0.0.1:{services.reporting.port}")):
            if old not in text:
                raise AssertionError(f"{CONFIGURATION} has no {old}")
            text = text.replace(old, new)
        (self.folder / "athena.conf").write_text(change(text), encoding="utf-8")
        (self.folder / "nginx.conf").write_text(MAIN.format(folder=self.folder), encoding="utf-8")
        command = [program("nginx"), "-p", str(self.folder), "-e", str(self.folder / "error.log"),
                   "-c", str(self.folder / "nginx.conf")]
        checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
        if checked.returncode != 0:
            raise AssertionError(checked.stderr)
        # nginx answers as soon as its port is bound, which its file of the process id follows.
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        self.channels = []

    def stop(self):
        for channel in self.channels:
            channel.close()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(DEADLINE)

    def channel(self, name):
        channel = grpc.secure_channel(
            f"127.0.0.1:{self.port}", grpc.ssl_channel_credentials(self.certificate.read_bytes()),
            (("grpc.ssl_target_name_override", name), ("grpc.default_authority", name)))
        grpc.channel_ready_future(channel).result(DEADLINE)
        self.channels.append(channel)
        return channel

    def connection(self, name):
        """A TLS connection that speaks HTTP/2, for what no gRPC client would send."""
        context = ssl.create_default_context(cafile=str(self.certificate))
        context.set_alpn_protocols(["h2"])
        plain = socket.create_connection(("127.0.0.1", self.port), DEADLINE)
        return context.wrap_socket(plain, server_hostname=name)


def last_stream(reader):
    """Reads frames until the answer to a PING; the last stream of a GOAWAY frame, if that comes before."""
    while header := reader.read(9):
        kind, flags = header[3], header[4]
        payload = reader.read(int.from_bytes(header[:3], "big"))
        if kind == GOAWAY:
            return int.from_bytes(payload[:4], "big")
        if (kind, flags) == (PING, ACK):
            return None
    raise AssertionError("the connection ended without GOAWAY")


class ProxyTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.services = cls.enterClassContext(Services())
        folder = cls.services.folder / "proxy"
        folder.mkdir()
        cls.proxy = Proxy(folder, cls.services)
        cls.addClassCleanup(cls.proxy.stop)
        plan, indicator, reporting = (cls.proxy.channel(name) for name in NAMES)
        cls.plans = plan_service_pb2_grpc.PlanServiceStub(plan)
        cls.indicators = indicator_service_pb2_grpc.IndicatorServiceStub(indicator)
        cls.reports = reporting_service_pb2_grpc.ReportingServiceStub(reporting)
        setting.create_indicators(cls.services)

    def test_each_name_is_a_service_and_the_token_is_the_callers(self):
        self.plans.ListInstitutions(plan_service_pb2.ListInstitutionsRequest(), timeout=DEADLINE,
                                    metadata=EVERYTHING)
        self.assertGreater(len(self.indicators.ListIndicators(
            indicator_service_pb2.ListIndicatorsRequest(parent=setting.INSTITUTION),
            timeout=DEADLINE, metadata=EVERYTHING).indicators), 0)
        refused = refusal_of(self.reports.GetScorecard, reporting_service_pb2.GetScorecardRequest(
            name=f"{setting.INSTITUTION}/plans/none/scorecards/2021-Q1"), metadata=EVERYTHING)
        self.assertEqual(refused.code, grpc.StatusCode.NOT_FOUND)
        stranger = refusal_of(self.indicators.ListIndicators,
                              indicator_service_pb2.ListIndicatorsRequest(parent=setting.INSTITUTION),
                              metadata=token("nobody"))
        self.assertEqual((stranger.code, stranger.reason),
                         (grpc.StatusCode.UNAUTHENTICATED, "UNAUTHENTICATED"))

    def test_a_stream_of_pushes_may_be_larger_than_a_request(self):
        """The limit of 5 MiB is for a call that is one request; a stream's pushes are limited one by one."""
        periods = [f"{year}-Q{quarter}" for year in range(1900, 2000) for quarter in range(1, 5)]
        pushes = []
        for number in range(16):
            rows = [setting.observation("staff", period, number) for period in periods]
            for row in rows:
                row.comment = "x" * 900
            pushes.append(indicator_service_pb2.PushObservationsRequest(
                parent=setting.INSTITUTION, push_id=f"stream-{number}", observations=rows))
        self.assertGreater(sum(push.ByteSize() for push in pushes), 5 << 20)
        answers = list(self.indicators.StreamObservations(iter(pushes), timeout=DEADLINE,
                                                          metadata=EVERYTHING))
        self.assertEqual([answer.response.counts.inserted + answer.response.counts.revised
                          for answer in answers], [len(periods)] * len(pushes))

    def test_a_request_that_is_too_large_is_told_so(self):
        """By the service, and far beyond its limit by nginx."""
        for size, told in ((4 << 20) + 1, r"\b4194304\b"), (6 << 20, "^a request has at most 4 MiB$"):
            with self.subTest(size), self.assertRaises(grpc.RpcError) as seen:
                self.indicators.ListIndicators(
                    indicator_service_pb2.ListIndicatorsRequest(parent="x" * size),
                    timeout=DEADLINE, metadata=EVERYTHING)
            self.assertEqual(seen.exception.code(), grpc.StatusCode.INVALID_ARGUMENT)
            self.assertRegex(seen.exception.details(), told)

    def test_too_many_headers_end_at_the_proxy(self):
        """A field of more than 8 KiB, and all of more than 16 KiB: nginx ends the connection."""
        for fields, size in ((1, 9000), (5, 4000)):
            with self.subTest(fields=fields):
                more = tuple((f"x-{number}", "y" * size) for number in range(fields))
                refusal_of(self.indicators.ListIndicators,
                           indicator_service_pb2.ListIndicatorsRequest(parent=setting.INSTITUTION),
                           metadata=EVERYTHING + more)

    def started(self):
        """How many calls of ListIndicators the service has begun with."""
        with urllib.request.urlopen(
                f"http://127.0.0.1:{self.services.indicator.ops_port}/metrics", timeout=DEADLINE) as page:
            text = page.read().decode()
        return int(re.search(r'^grpc_server_started_total\{.*"ListIndicators".*\} (\d+)$', text,
                             re.M).group(1))

    def test_rapid_resets_end_with_the_connection(self):
        """CVE-2023-44487: a client that opens calls and cancels them at once gets a thousand of them."""
        before = self.started()
        headers = headers_of("/athena.indicator.v1.IndicatorService/ListIndicators",
                             authority=NAMES[1].encode(), scheme=b"https")
        last = None  # the stream that GOAWAY says was the last one: a client's have odd numbers
        with self.proxy.connection(NAMES[1]) as connection:
            self.assertEqual(connection.selected_alpn_protocol(), "h2")
            reader = connection.makefile("rb")
            connection.sendall(PREFACE + frame(SETTINGS, 0, 0, b""))
            for first in range(0, 3 * CALLS_OF_A_CONNECTION, 50):
                calls = b"".join(
                    frame(HEADERS, END_HEADERS, 2 * call + 1, headers)
                    + frame(RST_STREAM, 0, 2 * call + 1, CANCEL)
                    for call in range(first, first + 50))
                # A PING after each fifty: nginx ends floods that are faster than it takes them by itself.
                connection.sendall(calls + frame(PING, 0, 0, bytes(8)))
                if (last := last_stream(reader)) is not None:
                    break
        self.assertEqual(last, 2 * CALLS_OF_A_CONNECTION - 1)
        self.assertLessEqual(self.started() - before, CALLS_OF_A_CONNECTION)
        # Others are served.
        self.indicators.ListIndicators(
            indicator_service_pb2.ListIndicatorsRequest(parent=setting.INSTITUTION),
            timeout=DEADLINE, metadata=EVERYTHING)

    def test_a_service_that_is_down_may_be_asked_again(self):
        folder = self.services.folder / "proxy-without-service"
        folder.mkdir()
        nobody = free_port()
        proxy = Proxy(folder, self.services, lambda text: text.replace(
            f"127.0.0.1:{self.services.plan.port}", f"127.0.0.1:{nobody}"))
        self.addCleanup(proxy.stop)
        refused = refusal_of(
            plan_service_pb2_grpc.PlanServiceStub(proxy.channel(NAMES[0])).ListInstitutions,
            plan_service_pb2.ListInstitutionsRequest(), metadata=EVERYTHING)
        self.assertEqual(refused.code, grpc.StatusCode.UNAVAILABLE)
        self.assertIn("the service does not answer", refused.message)

    def test_clients_without_certificate_can_be_kept_out(self):
        folder = self.services.folder / "proxy-with-certificates"
        folder.mkdir()
        proxy = Proxy(folder, self.services, lambda text: text.replace(
            f"#ssl_client_certificate {folder}/ca.pem", f"ssl_client_certificate {folder}/nginx.pem")
            .replace("#ssl_verify_client on", "ssl_verify_client on"))
        self.addCleanup(proxy.stop)
        refused = refusal_of(
            plan_service_pb2_grpc.PlanServiceStub(proxy.channel(NAMES[0])).ListInstitutions,
            plan_service_pb2.ListInstitutionsRequest(), metadata=EVERYTHING)
        # nginx answers 400, which a client calls INTERNAL; the service was not asked.
        self.assertEqual(refused.code, grpc.StatusCode.INTERNAL)

    def test_plain_http_is_sent_to_https(self):
        class NoRedirect(urllib.request.HTTPRedirectHandler):
            def redirect_request(self, *_):
                return None

        opener = urllib.request.build_opener(NoRedirect)
        with self.assertRaises(urllib.error.HTTPError) as seen:
            opener.open(urllib.request.Request(f"http://127.0.0.1:{self.proxy.http_port}/board",
                                               headers={"Host": "athena.example.org"}), timeout=DEADLINE)
        self.assertEqual(seen.exception.code, 308)
        self.assertEqual(seen.exception.headers["Location"], "https://athena.example.org/board")


if __name__ == "__main__":
    unittest.main()

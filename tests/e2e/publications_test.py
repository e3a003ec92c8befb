"""Publications, from closing a quarter to verifying a file without any service."""
import base64
import hashlib
import json
import subprocess
import unittest

import grpc
from athena.indicator.v1 import closing_pb2
from athena.reporting.v1 import publication_pb2, reporting_service_pb2

import setting
from services import BUILD, DEADLINE, EVERYTHING, Services, refusal_of, token
from setting import push, visits

SCORECARD = f"{setting.PLAN}/scorecards/2021-Q1"
FIRST = f"{SCORECARD}/publications/1"
PASSED = publication_pb2.PublicationCheck.OUTCOME_PASSED


class PublicationsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.services = Services().__enter__()
        cls.addClassCleanup(cls.services.__exit__)
        setting.create_indicators(cls.services)
        setting.create_plan(cls.services)
        push(cls.services, "q1", [visits(f"2021-{month:02}", desk, value)
                                  for month in (1, 2, 3)
                                  for desk, value in (("NORTH", 60), ("SOUTH", 40))])

    def publish(self, **fields):
        return self.services.reports.PublishScorecard(
            reporting_service_pb2.PublishScorecardRequest(name=SCORECARD, **fields),
            **setting.options())

    def get(self):
        return self.services.reports.GetPublication(
            reporting_service_pb2.GetPublicationRequest(name=FIRST), **setting.options())

    def download(self):
        parts = self.services.reports.DownloadPublication(
            reporting_service_pb2.DownloadPublicationRequest(name=FIRST), **setting.options())
        return b"".join(piece for part in parts for piece in part.pieces)

    def verify(self):
        return self.services.reports.VerifyPublication(
            reporting_service_pb2.VerifyPublicationRequest(name=FIRST), **setting.options())

    def athenactl(self, *words):
        return subprocess.run(
            [str(BUILD / "bin" / "athenactl"), f"--reporting-address=127.0.0.1:{self.services.reporting.port}",
             "--token=everything", *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, timeout=DEADLINE, check=False)

    def test_1_an_open_quarter_is_refused(self):
        refused = refusal_of(self.services.reports.PublishScorecard,
                             reporting_service_pb2.PublishScorecardRequest(name=SCORECARD),
                             metadata=EVERYTHING)
        self.assertEqual(refused.reason, "QUARTER_OPEN")
        refused = refusal_of(self.services.reports.PublishScorecard,
                             reporting_service_pb2.PublishScorecardRequest(name=SCORECARD),
                             metadata=token("planner@gob"))
        self.assertEqual(refused.code, grpc.StatusCode.PERMISSION_DENIED)

    def test_2_a_closed_quarter_is_published(self):
        self.services.indicators.ClosePeriod(
            closing_pb2.ClosePeriodRequest(name=f"{setting.INSTITUTION}/closings/2021-Q1",
                                           reason="as decided"), **setting.options())
        published = self.publish()
        self.assertEqual(published.name, FIRST)
        self.assertFalse(published.quarter_open)
        document = self.download()
        self.assertEqual(hashlib.sha256(document).hexdigest(), published.sha256)
        self.assertTrue(self.verify().valid)

    def test_3_the_document_is_canonical_by_another_implementation(self):
        """RFC 8785 is made of what ECMAScript's JSON.stringify writes; Node.js has it."""
        canonical = subprocess.run(["node", "-e", """
            const canonical = (value) =>
              Array.isArray(value) ? `[${value.map(canonical).join(",")}]`
              : value !== null && typeof value === "object"
                ? `{${Object.keys(value).sort().map((name) =>
                    `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`
                : JSON.stringify(value);
            let text = "";
            process.stdin.on("data", (data) => { text += data; });
            process.stdin.on("end", () => process.stdout.write(canonical(JSON.parse(text))));
            """], input=self.download(), stdout=subprocess.PIPE, timeout=DEADLINE, check=True).stdout
        self.assertEqual(canonical, self.download())

    def test_4_it_is_verified_by_openssl(self):
        folder = self.services.folder
        (folder / "document").write_bytes(self.download())
        (folder / "signature").write_bytes(self.get().signature)
        verified = subprocess.run(
            ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", folder / "public-key.pem", "-rawin",
             "-in", folder / "document", "-sigfile", folder / "signature"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        self.assertEqual(verified.returncode, 0, verified.stdout)
        der = subprocess.run(
            ["openssl", "pkey", "-pubin", "-in", folder / "public-key.pem", "-outform", "DER"],
            stdout=subprocess.PIPE, check=True).stdout
        self.assertEqual(hashlib.sha256(der).hexdigest()[:16], self.get().key_id)

    def test_5_a_file_is_verified_without_any_service(self):
        folder = self.services.folder
        key = folder / "public-key.pem"
        written = self.athenactl("publications", FIRST, "--out", str(folder / "q1.json"))
        self.assertEqual(written.returncode, 0, written.stdout)
        text = (folder / "q1.json").read_text(encoding="utf-8")
        self.assertEqual(base64.b64decode(json.loads(text)["signature"]), self.get().signature)
        verified = self.athenactl("verify", str(folder / "q1.json"), "--key", str(key))
        self.assertEqual(verified.returncode, 0, verified.stdout)
        (folder / "forged.json").write_text(text.replace('"number":1', '"number":2'), encoding="utf-8")
        forged = self.athenactl("verify", str(folder / "forged.json"), "--key", str(key))
        self.assertEqual(forged.returncode, 1, forged.stdout)

    def test_6_it_survives_a_kill_and_a_correction_byte_for_byte(self):
        before, document = self.get(), self.download()
        push(self.services, "corrected", [visits("2021-01", "NORTH", 10)],
             correction_reason="a typing error")
        self.services.kill_reporting()
        try:
            self.get()
        except grpc.RpcError as error:  # the connection of before was closed
            self.assertEqual(error.code(), grpc.StatusCode.UNAVAILABLE)
        self.assertEqual(self.get(), before)
        self.assertEqual(self.download(), document)
        self.assertTrue(self.verify().valid)
        again = self.publish(reason="a corrected value")
        self.assertEqual(again.supersedes, FIRST)
        self.assertNotEqual(again.score.score.decimal, before.score.score.decimal)

    def test_7_it_is_read_while_the_others_are_down(self):
        self.services.plan.kill()
        self.services.indicator.kill()
        self.assertEqual(self.get().number, 1)
        checks = self.verify().checks
        self.assertEqual([check.outcome for check in checks], [PASSED] * 4)
        shown = self.athenactl("verify", FIRST)
        self.assertEqual(shown.returncode, 0, shown.stdout)


if __name__ == "__main__":
    unittest.main()

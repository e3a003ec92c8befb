"""Services and athenactl in a German and a Turkish locale read and write the same bytes as elsewhere.
German writes 1.234,5; in Turkish, i and I are two letters."""
import json
import locale
import os
import pathlib
import unittest
import urllib.request

from athena.indicator.v1 import indicator_pb2, indicator_service_pb2

import setting
from services import BUILD, Services

LOCALES = ("de_DE.UTF-8", "tr_TR.UTF-8")
FOLDER = os.environ.get("LOCPATH", str(BUILD / "locales"))

CSV = """\
indicator,period,ISCED,iso,value,status,comment
inscriptions-initiales,2021-01,I,i,1234567.25,,
inscriptions-initiales,2021-02,I,i,-0.1,P,"\u0130stanbul, \u0131l\u0131k"
inscriptions-initiales,2021-03,i,I,1e15,E,
"""
# What is kept of it: plain numbers, a status for each value.
EXPORTED = """\
indicator,period,ISCED,iso,value,status,comment
inscriptions-initiales,2021-01,I,i,1234567.25,A,
inscriptions-initiales,2021-02,I,i,-0.1,P,"\u0130stanbul, \u0131l\u0131k"
inscriptions-initiales,2021-03,i,I,1000000000000000,E,
"""
SDMX = """\
STRUCTURE,STRUCTURE_ID,ACTION,ISCED,iso,TIME_PERIOD,OBS_VALUE,OBS_STATUS,COMMENT
dataflow,GOB:INSCRIPTIONS_INITIALES(1.0.0),I,I,i,2021-01,1234567.25,A,
dataflow,GOB:INSCRIPTIONS_INITIALES(1.0.0),I,I,i,2021-02,-0.1,P,"\u0130stanbul, \u0131l\u0131k"
dataflow,GOB:INSCRIPTIONS_INITIALES(1.0.0),I,i,I,2021-03,1000000000000000,E,
"""


class LocalesTest(unittest.TestCase):
    def test_the_locales_are_there(self):
        before, had = locale.setlocale(locale.LC_ALL), os.environ.get("LOCPATH")
        os.environ["LOCPATH"] = FOLDER
        try:
            for name in LOCALES:
                locale.setlocale(locale.LC_ALL, name)
                self.assertEqual(locale.format_string("%.2f", 1234567.25, grouping=True),
                                 "1.234.567,25", name)
        finally:
            locale.setlocale(locale.LC_ALL, before)
            del os.environ["LOCPATH"]
            if had is not None:
                os.environ["LOCPATH"] = had

    def test_files_come_in_and_go_out_the_same_in_every_locale(self):
        for name in LOCALES:
            with self.subTest(locale=name), Services({"LC_ALL": name, "LANG": name,
                                                      "LOCPATH": FOLDER}) as services:
                self.check(services)

    def check(self, services):
        setting.create_indicators(services)
        setting.create_plan(services)
        kinds = indicator_pb2.Indicator
        codes = [indicator_pb2.Dimension.Code(id="I"), indicator_pb2.Dimension.Code(id="i")]
        services.indicators.CreateIndicator(indicator_service_pb2.CreateIndicatorRequest(
            parent=setting.INSTITUTION, indicator_id="inscriptions-initiales", indicator=kinds(
                display_name=setting.text("Enrolments"), kind=kinds.KIND_BASE,
                direction=kinds.DIRECTION_HIGHER, frequency=kinds.FREQUENCY_MONTHLY,
                time_aggregation=kinds.TIME_AGGREGATION_SUM,
                group_aggregation=kinds.GROUP_AGGREGATION_SUM,
                dimensions=[indicator_pb2.Dimension(id="ISCED", codes=codes),
                            indicator_pb2.Dimension(id="iso", codes=codes)])), **setting.options())
        rows = services.folder / "rows.csv"
        rows.write_text(CSV, encoding="utf-8")
        self.athenactl(services, "push", "--institution=gob", str(rows))
        self.assertEqual(self.exported(services, "csv"), EXPORTED)
        self.assertEqual(self.exported(services, "sdmx-csv"), SDMX)
        # What was written is what is stored; and to athenactl both files are one and the same push.
        for written in (EXPORTED, SDMX):
            rows.write_text(written, encoding="utf-8")
            self.athenactl(services, "push", "--institution=gob", str(rows))
        newest = services.indicators.ListPushes(
            indicator_service_pb2.ListPushesRequest(parent=setting.INSTITUTION),
            **setting.options()).pushes
        self.assertEqual([push.counts.unchanged for push in newest], [3, 0])
        self.assertEqual(newest[1].counts.inserted, 3)

        # A number of the service's own making: d = 30 (from 100 to the red flag at 70), and
        # 100 (90 - 70 + 30) / 90 = 55.555555555556.
        setting.push(services, "staff", [setting.observation("staff", "2021-Q1", 90.0)])
        link = setting.nodes(setting.scorecard(services, "2021-Q1").result.root)["e1-1"]
        staff = [one for one in link.indicators if one.indicator.endswith("/staff")][0]
        self.assertEqual(staff.score.decimal, "55.555555555556")
        card = json.loads(self.athenactl(services, "scorecard", "gob/p", "2021-Q1", "--json"))
        self.assertIn('"55.555555555556"', json.dumps(card))

        # And what operators read: samples are numbers with points, log lines are JSON.
        with urllib.request.urlopen(
                f"http://127.0.0.1:{services.indicator.ops_port}/metrics") as answer:
            samples = [line.split() for line in answer.read().decode().splitlines()
                       if line and not line.startswith("#")]
        self.assertTrue(any("." in sample[-1] for sample in samples))
        for sample in samples:
            float(sample[-1])
        for line in pathlib.Path(services.indicator.log_path).read_text().splitlines():
            json.loads(line)

    def athenactl(self, services, *arguments):
        ran = services.athenactl(*arguments)
        self.assertEqual(ran.returncode, 0, ran.stderr)
        return ran.stdout

    def exported(self, services, form):
        file = services.folder / "exported.csv"
        self.athenactl(services, "export", "gob/inscriptions-initiales", f"--format={form}",
                       f"--output={file}")
        return file.read_bytes().decode()


if __name__ == "__main__":
    unittest.main()

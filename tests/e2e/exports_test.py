"""Files of scorecards, as other programs read them: their numbers are those of GetScorecard."""
import csv
import html.parser
import io
import os
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree

import openpyxl
from athena.plan.v1 import plan_pb2, plan_service_pb2
from athena.reporting.v1 import export_pb2, reporting_service_pb2, scorecard_pb2
from google.protobuf import field_mask_pb2, json_format

import setting
from services import Services, BUILD
from setting import INSTITUTION, PLAN, observation, push, scorecard, visits

NAME = f"{PLAN}/scorecards/2021-Q1"
# A formula to spreadsheets, markup to browsers, and what CSV has to quote.
HOSTILE = '=1+1 "quoted", <b>&amp;</b>\n+next line'


class Page(html.parser.HTMLParser):
    """The cells of the rows of the tree, and the elements of the page."""

    def __init__(self):
        super().__init__()
        self.elements, self.rows, self.inside = set(), [], False

    def handle_starttag(self, tag, attributes):
        self.elements.add(tag)
        if tag == "table":
            self.inside = dict(attributes).get("class") == "tree"
        if tag == "tr" and self.inside:
            self.rows.append([])
        if tag in ("td", "th") and self.inside:
            self.rows[-1].append("")

    def handle_data(self, text):
        if self.inside and self.rows and self.rows[-1]:
            self.rows[-1][-1] += text


class ExportsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.services = Services().__enter__()
        cls.addClassCleanup(cls.services.__exit__)
        setting.create_indicators(cls.services)
        setting.create_plan(cls.services)
        cls.services.plans.UpdateElement(plan_service_pb2.UpdateElementRequest(
            element=plan_pb2.Element(name=f"{PLAN}/elements/e1-1", title=setting.text(HOSTILE)),
            update_mask=field_mask_pb2.FieldMask(paths=["title"])), **setting.options())
        push(cls.services, "all", [
            *(visits(f"2021-{month:02}", desk, value) for month in (1, 2, 3)
              for desk, value in (("NORTH", 60.1), ("SOUTH", 23.25))),
            observation("staff", "2021-Q1", 85, comment="=cmd")])
        cls.card = scorecard(cls.services, "2021-Q1", view=reporting_service_pb2.SCORECARD_VIEW_FULL)

    def export(self, file_format, **fields):
        parts = list(self.services.reports.ExportScorecard(
            reporting_service_pb2.ExportScorecardRequest(
                name=NAME, format=file_format, as_of=reporting_service_pb2.ScorecardAsOf(
                    basis=self.card.basis), **fields), **setting.options()))
        return b"".join(piece for part in parts for piece in part.pieces)

    def links(self):
        return setting.nodes(self.card.result.root)["e1-1"].indicators

    def test_json_is_the_scorecard(self):
        exported = json_format.Parse(self.export(export_pb2.EXPORT_FORMAT_JSON),
                                     scorecard_pb2.Scorecard())
        self.assertEqual(exported, self.card)

    def test_csv_has_the_exact_numbers_and_the_texts_as_they_are(self):
        text = self.export(export_pb2.EXPORT_FORMAT_CSV).decode()
        rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
        self.assertEqual([(row["ROW_TYPE"], row["CODE"]) for row in rows],
                         [("PLAN", ""), ("ELEMENT", "1"), ("ELEMENT", "1.1"),
                          ("INDICATOR", "1.1"), ("INDICATOR", "1.1")])
        self.assertEqual(rows[2]["TITLE"], HOSTILE)
        self.assertEqual(rows[0]["SCORE"], self.card.result.root.score.decimal)
        for row, link in zip(rows[3:], self.links(), strict=True):
            self.assertEqual(row["INDICATOR"], link.indicator)
            self.assertEqual(row["OBS_VALUE"], link.period_result.value.decimal)
            self.assertEqual(row["TARGET"], link.period_result.current.target.decimal)
            self.assertEqual(row["GAP"], link.period_result.current.gap.decimal)
            self.assertEqual("SCORECARD_STATUS_" + row["STATUS"],
                             scorecard_pb2.ScorecardStatus.Name(link.status))

    def test_a_guarded_csv_has_no_formula(self):
        text = self.export(export_pb2.EXPORT_FORMAT_CSV, guard=True).decode("utf-8-sig")
        for row in csv.reader(io.StringIO(text, newline=""), strict=True):
            for field in row:
                if field[:1] in tuple("=+-@\t\r"):
                    float(field)

    def test_xlsx_has_the_numbers_as_numbers(self):
        book = openpyxl.load_workbook(io.BytesIO(self.export(export_pb2.EXPORT_FORMAT_XLSX)))
        header, *rows = book["INDICATORS"].iter_rows(values_only=True)
        for row, link in zip(rows, self.links(), strict=True):
            found = dict(zip(header, row, strict=True))
            self.assertEqual(found["OBS_VALUE"], link.period_result.value.value)
            self.assertEqual(found["SCORE"], link.score.value)
            self.assertEqual(found["WEIGHT"], link.weight.value)
        header, *rows = book["NODES"].iter_rows(values_only=True)
        self.assertEqual(rows[2][header.index("TITLE")], HOSTILE)
        self.assertEqual(rows[0][header.index("SCORE")], self.card.result.root.score.value)
        self.assertNotIn("f", {cell.data_type for sheet in book for row in sheet.rows
                               for cell in row})

    def test_html_shows_the_numbers_and_has_no_script(self):
        page = Page()
        page.feed(self.export(export_pb2.EXPORT_FORMAT_HTML, language_code="fr").decode())
        self.assertNotIn("script", page.elements)
        self.assertNotIn("b", {cell for row in page.rows for cell in row})
        self.assertEqual(len(page.rows), 6)  # the head, the plan, two elements, two indicators
        self.assertIn(HOSTILE, page.rows[3][0])
        # 3 x (60.1 + 23.25) visits of 300, shown without decimals; 85 persons of 100.
        cells = {row[0]: row for row in page.rows[4:]}
        self.assertIn("250\u00a0visits", cells["Visits"][3])
        self.assertIn("85", cells["Staff"][3])

    def test_stratml_follows_the_schema(self):
        report = self.export(export_pb2.EXPORT_FORMAT_STRATML)
        with tempfile.NamedTemporaryFile(suffix=".xml") as file:
            file.write(report)
            file.flush()
            checked = subprocess.run([BUILD / "bin/stratml-check", file.name],
                                     stdout=subprocess.PIPE, check=False)
        self.assertEqual((checked.returncode, checked.stdout), (0, b""))
        root = xml.etree.ElementTree.fromstring(report)
        values = [result.findtext("{*}NumberOfUnits")
                  for result in root.iterfind(".//{*}ActualResult")]
        for link in self.links():
            self.assertIn(link.period_result.value.decimal, values)

    def test_observations_are_those_behind_and_pushing_them_changes_nothing(self):
        parts = list(self.services.reports.ExportObservations(
            reporting_service_pb2.ExportObservationsRequest(name=NAME), **setting.options()))
        text = b"".join(piece for part in parts for piece in part.pieces).decode()
        rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
        self.assertEqual([(row["STRUCTURE_ID"], row["TIME_PERIOD"], row["desk"], row["OBS_VALUE"])
                          for row in rows],
                         [("GOB:STAFF(1.0.0)", "2021-Q1", "", "85"),
                          *(("GOB:VISITS(1.0.0)", f"2021-{month:02}", desk, value)
                            for month in (1, 2, 3)
                            for desk, value in (("NORTH", "60.1"), ("SOUTH", "23.25")))])
        self.assertEqual(sum(part.rows for part in parts), 7)
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "cells.csv")
            ran = self.services.athenactl("export-observations", "gob", "2021-Q1", "--output", path)
            self.assertEqual(ran.returncode, 0, ran.stderr)
            self.assertIn("7 observations", ran.stderr)
            with open(path, encoding="utf-8", newline="") as file:
                self.assertEqual(file.read(), text)
            ran = self.services.athenactl("push", path, "--institution=gob", "--dry-run")
            self.assertEqual(ran.returncode, 0, ran.stderr)
            self.assertIn("7 unchanged", ran.stdout)


if __name__ == "__main__":
    unittest.main()

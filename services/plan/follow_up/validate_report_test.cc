#include "services/plan/follow_up/validate_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "services/plan/testing/text.h"

namespace athena::plan {
namespace {

using ::testing::ElementsAre;
using testing::FaultyFields;
using ::testing::IsEmpty;
using testing::Parsed;
using ::testing::UnorderedElementsAre;

std::vector<std::string> ReportFaults(const v1::ProgressReport& report) {
  status::FieldFaults faults;
  CheckProgressReport("r", report, &faults);
  return FaultyFields(faults.ToStatus());
}
std::vector<std::string> ReportFaults(const std::string& text) {
  return ReportFaults(Parsed<v1::ProgressReport>(text));
}

TEST(CheckProgressReport, ADraftMayBeEmpty) { EXPECT_THAT(ReportFaults(""), IsEmpty()); }

TEST(CheckProgressReport, APercentageHasAtMostTwoDecimals) {
  v1::ProgressReport report;
  for (const double good : {0.0, -0.0, 100.0, 33.33, 0.01, 99.9, 8.1}) {
    report.set_percent_complete(good);
    EXPECT_THAT(ReportFaults(report), IsEmpty()) << good;
  }
  for (const double bad : {-0.01, 100.01, 33.333, 0.001, 1e300, std::nan(""),
                           std::numeric_limits<double>::infinity()}) {
    report.set_percent_complete(bad);
    EXPECT_THAT(ReportFaults(report), ElementsAre("r.percent_complete")) << bad;
  }
}

TEST(CheckProgressReport, TextsHaveTheirLimits) {
  v1::ProgressReport report = Parsed<v1::ProgressReport>(
      R"(indicator_notes { indicator: "institutions/gob/indicators/a" }
         evidence { url: "https://a.be" })");
  v1::IndicatorNote& note = *report.mutable_indicator_notes(0);
  v1::Evidence& evidence = *report.mutable_evidence(0);
  const auto set = [&](size_t longer) {
    for (auto* text :
         {report.mutable_narrative(), report.mutable_blockers(), report.mutable_corrective_action(),
          note.mutable_cause(), note.mutable_measure()}) {
      (*text->mutable_text())["nl"] = std::string(4000 + longer, 'x');
    }
    note.set_owner(std::string(200 + longer, 'x'));
    evidence.set_title(std::string(200 + longer, 'x'));
    evidence.set_url("https://a.be/" + std::string(2000 - 13 + longer, 'x'));
  };
  set(0);
  EXPECT_THAT(ReportFaults(report), IsEmpty());
  set(1);
  EXPECT_THAT(ReportFaults(report),
              UnorderedElementsAre(
                  "r.narrative.text[nl]", "r.blockers.text[nl]", "r.corrective_action.text[nl]",
                  "r.indicator_notes[0].cause.text[nl]", "r.indicator_notes[0].measure.text[nl]",
                  "r.indicator_notes[0].owner", "r.evidence[0].title", "r.evidence[0].url"));
}

TEST(CheckProgressReport, DaysAreDays) {
  EXPECT_THAT(ReportFaults(R"(forecast_end { year: 2026 month: 2 day: 29 }
                              indicator_notes { indicator: "institutions/gob/indicators/a"
                                                due_date { year: 2026 month: 13 day: 1 } })"),
              ElementsAre("r.forecast_end", "r.indicator_notes[0].due_date"));
}

TEST(CheckProgressReport, OneNoteForEachIndicatorAndSlice) {
  const std::string a = R"(indicator_notes { indicator: "institutions/gob/indicators/a" } )";
  const std::string slice = R"(indicator_notes { indicator: "institutions/gob/indicators/a"
                                                 slice { key: "sex" value: "F" } } )";
  EXPECT_THAT(ReportFaults(a + slice), IsEmpty());
  EXPECT_THAT(ReportFaults(a + slice + a), ElementsAre("r.indicator_notes[2]"));
  EXPECT_THAT(ReportFaults(slice + slice), ElementsAre("r.indicator_notes[1]"));
  EXPECT_THAT(ReportFaults("indicator_notes {} indicator_notes { indicator: 'a' }"),
              ElementsAre("r.indicator_notes[0].indicator", "r.indicator_notes[1].indicator"));
}

TEST(CheckProgressReport, ThereAreAtMostTwentyPiecesOfEvidence) {
  std::string text;
  for (int i = 0; i < 20; ++i) text += R"(evidence { title: "minutes" url: "https://a.be" } )";
  EXPECT_THAT(ReportFaults(text), IsEmpty());
  EXPECT_THAT(ReportFaults(text + "evidence {}"), ElementsAre("r.evidence"));
}

TEST(CheckProgressReport, EvidenceIsAnAddressOrAFileWithItsHash) {
  const std::string hash(64, 'a');
  const auto faults = [&](const std::string& rest) {
    return ReportFaults("evidence { title: 'minutes' " + rest + " }");
  };
  EXPECT_THAT(faults("url: 'https://a.be/x?y=1'"), IsEmpty());
  EXPECT_THAT(faults("url: 'http://a.be' sha256: '" + hash + "'"), IsEmpty());
  EXPECT_THAT(faults("file_name: 'minutes.pdf' sha256: '" + hash + "'"), IsEmpty());
  EXPECT_THAT(faults(""), ElementsAre("r.evidence[0].url"));
  EXPECT_THAT(faults("file_name: 'minutes.pdf'"), ElementsAre("r.evidence[0].sha256"));
  EXPECT_THAT(faults("url: 'https://a.be' file_name: 'minutes.pdf' sha256: '" + hash + "'"),
              ElementsAre("r.evidence[0].file_name"));
  for (const char* bad : {"javascript:alert(1)", "ftp://a.be", "https://", "https://a b", "a.be",
                          "https://a.be/\\n", "https://\xC3\xA9.be"}) {
    EXPECT_THAT(faults(std::string("url: '") + bad + "'"), ElementsAre("r.evidence[0].url")) << bad;
  }
  for (const std::string& bad :
       {std::string(63, 'a'), std::string(65, 'a'), std::string(64, 'A'), std::string(64, 'g')}) {
    EXPECT_THAT(faults("url: 'https://a.be' sha256: '" + bad + "'"),
                ElementsAre("r.evidence[0].sha256"))
        << bad;
  }
  EXPECT_THAT(ReportFaults("evidence { url: 'https://a.be' }"), ElementsAre("r.evidence[0].title"));
}

}  // namespace
}  // namespace athena::plan

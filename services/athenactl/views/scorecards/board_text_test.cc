#include "services/athenactl/views/scorecards/board_text.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::ResultOf;
using ::testing::StartsWith;

reporting::v1::BoardTable Table() {
  reporting::v1::BoardTable table;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      R"pb(
        title: "Strategic plan"
        title_language: "nl"
        period_text: "fourth quarter of 2022"
        institution_title: "Regional Public Service"
        verdict {
          status: SCORECARD_STATUS_AMBER
          status_text: "Amber: not quite on course"
          score { value: 62.4 decimal: "62.4" }
          score_text: "62.4"
          scale_text: "of 100; green starts at 66.7"
          summary: "4 axes: 3 amber, 1 green. 1 A high-performing network costs the plan most points: 10.5."
          on_quarter_before {
            text: "−2.1, declining (64.5)"
            trend { period: "2022-Q3" }
          }
          history { score { value: 100 } }
          history { status: SCORECARD_STATUS_NO_SCORE }
          element_counts { green: 58 amber: 46 red: 12 no_score: 4 not_applicable: 5 }
        }
        coverage { text: "95.1 % of the weight has a score." }
        axes {
          element { code: "1" title: "A high-performing network of regional institutions and more" }
          status: SCORECARD_STATUS_AMBER
          status_text: "Amber"
          score_text: "57.9"
        }
        red {
          heading: "What is red, and why: 12 of 125"
          total: 12
          text: "New this quarter: 7. Red for longer: 5."
          left_out: 11
          lines {
            element {
              code: "3.6.1"
              title: "Systematic use of the equal opportunities test"
              critical: true
              owner { title: "Brussels Synergy" }
              lead: "project leader"
            }
            status: SCORECARD_STATUS_RED
            score_text: "29.2"
            on_quarter_before { text: "−12.8, declining (42.0)" }
            since: "2022-Q4"
            since_text: "this quarter"
            why: "Share of files with a test: 63.2 % against at least 80.0 %; red below 65.0 %."
            note: "Outil en retard"
            note_language: "fr"
            makes_red { code: "3.6" }
          }
        }
        held { heading: "Not red, but look: 0 held at amber, 0 with a red indicator inside" }
        moves { heading: "What moved since 2022-Q3" text: "0 elements changed status." }
        milestones { heading: "Missed milestones: 0, of which 0 critical" text: "unsaid" }
        missing { heading: "Data missing: 0, and who owes them" }
        untargeted { heading: "Indicators without target: 0" }
        risks {
          heading: "Top residual risks: 0 of 0"
          risks {}
        }
        decisions {
          heading: "Open decisions: 1, of which 1 overdue"
          total: 1
          lines {
            title: "Report on the go-live"
            due_text: "15 Dec 2022, overdue"
            overdue: true
            responsible: "secretary"
            element { code: "1.3.1" }
          }
        }
      )pb",
      &table));
  return table;
}

TEST(BoardTextTest, TheVerdictComesFirst) {
  EXPECT_THAT(BoardText(Table(), {}),
              StartsWith("Strategic plan [nl] · fourth quarter of 2022\n"
                         "Regional Public Service\n"
                         "\n"
                         "▲ 62.4  Amber: not quite on course (of 100; green starts at 66.7)\n"
                         "  4 axes: 3 amber, 1 green. 1 A high-performing network costs the plan "
                         "most points: 10.5.\n"
                         "  █·  −2.1, declining (64.5) · 2022-Q3\n"
                         "  58 ●  46 ▲  12 ■  4 ?  5 -\n"
                         "  95.1 % of the weight has a score.\n"));
}

TEST(BoardTextTest, ALineSaysWhySinceWhenAndWho) {
  EXPECT_THAT(BoardText(Table(), {}),
              HasSubstr("\nWhat is red, and why: 12 of 125\n"
                        "New this quarter: 7. Red for longer: 5.\n"
                        "■ 29.2  3.6.1 Systematic use of the equal opportunities test (!)\n"
                        "    Share of files with a test: 63.2 % against at least 80.0 %; red below "
                        "65.0 %.\n"
                        "    “Outil en retard” [fr]\n"
                        "    2022-Q4, this quarter; −12.8, declining (42.0); Brussels Synergy, "
                        "project leader; ■ 3.6\n"
                        "  … +11\n"));
  EXPECT_THAT(BoardText(Table(), {}),
              HasSubstr("  ! Report on the go-live: 15 Dec 2022, overdue; secretary; 1.3.1\n"));
}

TEST(BoardTextTest, EmptySectionsAreTheirHeadings) {
  EXPECT_THAT(BoardText(Table(), {}), HasSubstr("Missed milestones: 0, of which 0 critical\n\n"));
  EXPECT_THAT(BoardText(Table(), {}), Not(HasSubstr("unsaid")));
}

TEST(BoardTextTest, LinesFitTheTerminal) {
  for (const int width : {40, 80, 120}) {
    const std::vector<std::string> lines =
        absl::StrSplit(BoardText(Table(), {.width = width}), '\n');
    EXPECT_THAT(lines, Each(ResultOf([](const std::string& line) { return Width(line); },
                                     ::testing::Le(width))));
  }
}

TEST(BoardTextTest, ColourOnlyRepeatsWhatIsSaid) {
  EXPECT_THAT(BoardText(Table(), {}), Not(HasSubstr("\033")));
  EXPECT_THAT(BoardText(Table(), {.colour = true}), HasSubstr("\033"));
}

}  // namespace
}  // namespace athena::athenactl

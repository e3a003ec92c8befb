#include "services/reporting/exports/testing/sample.h"

#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>
#include <stdio.h>
#include <unistd.h>

#include <fstream>

#include "absl/strings/str_cat.h"

namespace athena::reporting::testing {
namespace {

constexpr char kCard[] = R"pb(
  name: 'institutions/gob/plans/sp/scorecards/2022-Q4'
  basis {
    date { year: 2023 month: 1 day: 31 }
    plan_revision: 12
  }
  closing {
    close_time { seconds: 1674000000 }
    differences { name: 'institutions/gob/plans/sp' }
  }
  result {
    period: '2022-Q4'
    owner_units {
      unit: 'institutions/gob/units/talent'
      title: 'Talent'
      score { status: SCORECARD_STATUS_NO_SCORE reason: SCORECARD_REASON_NO_REPORT }
      action_counts { no_score: 1 }
    }
    warnings {
      kind: KIND_INDICATOR_LINKED_TWICE
      indicator: 'institutions/gob/indicators/visits'
      elements: 'institutions/gob/plans/sp/elements/e1'
      elements: 'institutions/gob/plans/sp/elements/e11'
    }
    root {
      name: 'institutions/gob/plans/sp'
      title: 'Strategic plan'
      status: SCORECARD_STATUS_AMBER
      score { value: 62.5 decimal: '62.5' }
      coverage { share { value: 0.951 decimal: '0.951' } }
      element_counts { amber: 2 no_score: 1 }
      indicator_counts { green: 1 red: 1 }
      on_quarter_before {
        direction: DIRECTION_IMPROVING
        change { value: 1.8 decimal: '1.8' }
        earlier { value: 60.7 decimal: '60.7' }
        period: '2022-Q3'
      }
      budget {
        year: 2022
        committed { value: 1234567.5 decimal: '1234567.5' }
        commitment_adjusted { value: 2000000 decimal: '2000000' }
        commitment_execution { value: 0.61728375 decimal: '0.61728375' }
        lines: 1
      }
      risks { open: 1 highest_score: 12 }
      children {
        name: 'institutions/gob/plans/sp/elements/e1'
        kind: KIND_AXIS
        code: '1'
        title: 'Services'
        status: SCORECARD_STATUS_AMBER
        score { value: 62.5 decimal: '62.5' }
        weight { value: 1 decimal: '1' }
        coverage { share { value: 1 decimal: '1' } }
        caps { cause: CAUSE_PART_RED changed_status: true }
        children {
          name: 'institutions/gob/plans/sp/elements/e11'
          kind: KIND_OBJECTIVE
          code: '1.1'
          title: 'Doel'
          title_language: 'nl'
          status: SCORECARD_STATUS_AMBER
          score { value: 66.666666666666 decimal: '66.666666666666' }
          weight { value: 2.5 decimal: '2.5' }
          critical: true
          owner_unit: 'institutions/gob/units/talent'
          lead: 'A. Lead'
          end_date { year: 2023 month: 12 day: 31 }
          milestones {
            id: 'm1'
            title: 'Late one'
            state: STATE_MISSED
            critical: true
            due_date { year: 2022 month: 9 day: 30 }
            due_date_at_activation { year: 2022 month: 6 day: 30 }
          }
          milestones {
            id: 'm2'
            title: 'Done one'
            state: STATE_DONE
            due_date { year: 2022 month: 3 day: 31 }
            done_date { year: 2022 month: 3 day: 1 }
          }
          milestone_counts { due: 1 done: 1 missed: 1 }
          narrative {
            quarter: '2022-Q4'
            validated: true
            blockers: '-5 people'
            forecast_end { year: 2024 month: 1 day: 15 }
          }
          indicators {
            indicator: 'institutions/gob/indicators/visits'
            title: 'Visits'
            unit: '%'
            decimals: 0
            slice { key: 'desk' value: 'NORTH' }
            direction: DIRECTION_HIGHER
            evaluation_period: '2022-Q4'
            status: SCORECARD_STATUS_RED
            score { value: 30 decimal: '30' }
            weight { value: 1 decimal: '1' }
            period_result {
              value { value: 94.9996 decimal: '94.9996' }
              provisional: true
              coverage {
                share { value: 1 decimal: '1' }
                present: 3
                expected: 3
              }
              current {
                target { value: 95 decimal: '95' }
                red_flag { value: 95 decimal: '95' }
                status: SCORECARD_STATUS_RED
                gap { value: -0.0004 decimal: '-0.0004' }
                version: 1
              }
            }
            on_period_before {
              direction: DIRECTION_DECLINING
              change { value: -1234.5 decimal: '-1234.5' }
              earlier { value: 1329.4996 decimal: '1329.4996' }
              period: '2022-Q3'
            }
            narrative { cause: 'Fewer desks' measure: '+2 desks' owner: 'Desk' }
          }
          indicators {
            indicator: 'institutions/gob/indicators/load'
            title: 'Load'
            unit: 'h'
            decimals: 1
            direction: DIRECTION_RANGE
            evaluation_period: '2022'
            status: SCORECARD_STATUS_GREEN
            score { value: 100 decimal: '100' }
            weight { value: 1 decimal: '1' }
            period_result {
              value { value: 12345678901234567890 decimal: '12345678901234567890.123' }
              current {
                low { value: 2 decimal: '2' }
                high { value: 4.5 decimal: '4.5' }
                red_low { value: 1 decimal: '1' }
                red_high { value: 6 decimal: '6' }
              }
            }
          }
        }
        children {
          name: 'institutions/gob/plans/sp/elements/e12'
          kind: KIND_ACTION
          code: '1.2'
          title: 'Action'
          status: SCORECARD_STATUS_NO_SCORE
          reason: SCORECARD_REASON_NO_REPORT
          weight { value: 1 decimal: '1' }
        }
      }
    }
  }
)pb";

constexpr char kHistory[] = R"pb(
  nodes { name: 'institutions/gob/plans/sp' }
  nodes { name: 'institutions/gob/plans/sp/elements/e1' code: '1' }
  nodes { name: 'institutions/gob/plans/sp/elements/e11' code: '1.1' }
  nodes { name: 'institutions/gob/plans/sp/elements/e12' code: '1.2' }
  scorecards {
    period: '2022-Q2'
    scores { status: SCORECARD_STATUS_NO_SCORE reason: SCORECARD_REASON_NO_REPORT }
    scores {
      status: SCORECARD_STATUS_RED
      score { value: 20 decimal: '20' }
    }
    scores {}
    scores {}
  }
  scorecards {
    period: '2022-Q3'
    scores {
      status: SCORECARD_STATUS_AMBER
      score { value: 60.7 decimal: '60.7' }
    }
    scores {
      status: SCORECARD_STATUS_AMBER
      score { value: 60.7 decimal: '60.7' }
    }
    scores {}
    scores {}
  }
  scorecards {
    period: '2022-Q4'
    scores {
      status: SCORECARD_STATUS_AMBER
      score { value: 62.5 decimal: '62.5' }
    }
    scores {
      status: SCORECARD_STATUS_AMBER
      score { value: 62.5 decimal: '62.5' }
    }
    scores {}
    scores {}
  }
)pb";

}  // namespace

Exported Sample() {
  Exported exported;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(kCard, &exported.card));
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(kHistory, &exported.history));
  v1::ScorecardNode& axis = *exported.card.mutable_result()->mutable_root()->mutable_children(0);
  axis.mutable_children(0)->mutable_narrative()->set_text(kHostile);
  axis.mutable_children(1)->set_title(kHostile);
  exported.language = Language::kEnglish;
  exported.titles = "en";
  exported.institution = {"GOB", ""};
  exported.plan = {"Strategic plan", ""};
  exported.plan_first_quarter = "2021-Q1";
  exported.plan_last_quarter = "2026-Q4";
  exported.units["institutions/gob/units/talent"] = {"Talent", ""};
  ExportedRisk risk;
  risk.name = "institutions/gob/risks/r1";
  risk.code = "R-1";
  risk.title = {kHostile, ""};
  risk.owner_unit = "institutions/gob/units/talent";
  risk.inherent_likelihood = 4;
  risk.inherent_impact = 4;
  risk.residual_likelihood = 3;
  risk.residual_impact = 4;
  risk.score = 12;
  risk.treatment = plan::v1::Risk::TREATMENT_REDUCE;
  risk.next_review = "2023-03-31";
  risk.elements = {"institutions/gob/plans/sp/elements/e11"};
  exported.risks = {risk};
  return exported;
}

std::string TemporaryFile(const std::string& name, const std::string& content) {
  const std::string path = absl::StrCat(::testing::TempDir(), getpid(), "-", name);
  std::ofstream(path, std::ios::binary) << content;
  return path;
}

std::string RunPython(const std::string& script, const std::string& path) {
  const std::string file = TemporaryFile("script.py", "import sys\npath = sys.argv[1]\n" + script);
  FILE* const pipe = popen(absl::StrCat("/usr/bin/python3 ", file, " ", path).c_str(), "r");
  if (pipe == nullptr) return "";
  std::string printed;
  char block[4096];
  while (const size_t bytes = fread(block, 1, sizeof(block), pipe)) printed.append(block, bytes);
  EXPECT_EQ(pclose(pipe), 0) << script;
  return printed;
}

}  // namespace athena::reporting::testing

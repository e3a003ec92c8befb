#ifndef ATHENA_SERVICES_REPORTING_BOARD_TESTING_BOARD_FIXTURE_H_
#define ATHENA_SERVICES_REPORTING_BOARD_TESTING_BOARD_FIXTURE_H_

#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "libs/status/testing/matchers.h"
#include "services/reporting/scorecards/testing/scorecards_fixture.h"

namespace athena::reporting::testing {

// Reads the board table of a small plan over the fakes, on 1 May 2022. The fake's target is 300,
// its red flag 200: a value V scores 100 (V - 100) / 300.
class BoardTest : public ScorecardsTest {
 protected:
  BoardTest() { now_ = absl::FromCivil(absl::CivilSecond(2022, 5, 1), absl::UTCTimeZone()); }

  static v1::GetBoardTableRequest Of(const std::string& quarter,
                                     const std::string& language = "en") {
    v1::GetBoardTableRequest request;
    request.set_name(absl::StrCat(kPlan, "/scorecards/", quarter, "/boardTable"));
    request.set_language_code(language);
    return request;
  }
  v1::BoardTable Board(const v1::GetBoardTableRequest& request = Of("2022-Q1")) {
    absl::StatusOr<v1::BoardTable> table = reporting_->GetBoard(request);
    ATHENA_EXPECT_OK(table);
    return table.value_or(v1::BoardTable());
  }
  // Adds an element that one slice of the indicator measures. The fake's own element, code 1, is
  // measured by the whole; slices are selected in the order of their codes, from 1 on.
  plan::v1::Element& Add(const std::string& id, const std::string& code,
                         const std::string& parent = "") {
    plan::v1::Element& element = *plan_.more.add_elements();
    element.set_name(Named(id));
    element.set_code(code);
    element.set_kind(plan::v1::Element::KIND_ACTION);
    if (!parent.empty()) element.set_parent_element(Named(parent));
    (*element.mutable_title()->mutable_text())["nl"] = "Actie " + code;
    (*element.mutable_title()->mutable_text())["en"] = "Action " + code;
    return element;
  }
  plan::v1::Element& Measured(const std::string& id, const std::string& code,
                              const std::string& slice, const std::string& parent = "") {
    plan::v1::Element& element = Add(id, code, parent);
    plan::v1::IndicatorLink& link = *element.add_indicators();
    link.set_indicator(kVisits);
    (*link.mutable_slice())["site"] = slice;
    return element;
  }
  static std::string Named(const std::string& id) { return absl::StrCat(kPlan, "/elements/", id); }
  static void Milestone(const std::string& id, int month, int day, bool critical,
                        plan::v1::Element* element) {
    plan::v1::Milestone& milestone = *element->add_milestones();
    milestone.set_id(id);
    (*milestone.mutable_title()->mutable_text())["en"] = "Go-live " + id;
    milestone.set_critical(critical);
    milestone.mutable_due_date()->set_year(2022);
    milestone.mutable_due_date()->set_month(month);
    milestone.mutable_due_date()->set_day(day);
  }
  template <typename Message>
  static void Parse(const std::string& text, Message* message) {
    ASSERT_TRUE(google::protobuf::TextFormat::MergeFromString(text, message)) << text;
  }
  template <typename Lines>
  static std::vector<std::string> CodesOf(const Lines& lines) {
    std::vector<std::string> codes;
    for (const auto& line : lines) codes.push_back(line.element().code());
    return codes;
  }
};

}  // namespace athena::reporting::testing

#endif  // ATHENA_SERVICES_REPORTING_BOARD_TESTING_BOARD_FIXTURE_H_

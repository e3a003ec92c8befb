#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/status/testing/matchers.h"
#include "services/indicator/testing/service.h"

namespace athena::indicator {
namespace {

using ::athena::indicator::testing::Base;
using ::athena::indicator::testing::Faults;
using ::athena::indicator::testing::kMonthly;
using ::athena::indicator::testing::ListOf;
using ::athena::indicator::testing::Outcomes;
using ::athena::indicator::testing::PushOf;
using ::athena::indicator::testing::ReplaceOf;
using ::athena::indicator::testing::Retraction;
using ::athena::indicator::testing::Row;
using ::athena::indicator::testing::Service;
using ::athena::status::testing::Refuses;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using v1::RowFault;

// One month of one indicator, as "11 P counted": value, letter of the status, comment; "-" where
// there is none. Today is 2022-03-15.
class RowMaskTest : public ::testing::Test {
 protected:
  RowMaskTest() {
    service_.Define({Base("visits", kMonthly)});
    service_.SetToday(absl::CivilDay(2022, 3, 15));
  }

  static v1::Observation Cell(const std::string& period, std::optional<double> value,
                              std::string_view letter, const std::string& comment = "") {
    v1::Observation cell;
    cell.set_indicator("visits");
    cell.set_period(period);
    if (value.has_value()) cell.set_value(*value);
    const size_t at = std::string_view("-AEPFMOLHQ").find(letter);
    cell.set_status(static_cast<v1::ObservationStatus>(letter.empty() ? 0 : at));
    cell.set_comment(comment);
    return cell;
  }

  v1::PushObservationsRequest Masked(const std::vector<std::string>& mask,
                                     const std::vector<v1::Observation>& rows) {
    v1::PushObservationsRequest request = PushOf(absl::StrCat("push-", ++pushes_), rows);
    for (const std::string& path : mask) request.mutable_row_mask()->add_paths(path);
    return request;
  }

  v1::PushObservationsResponse Pushed(const v1::PushObservationsRequest& request) {
    const auto response = service_.Push(request);
    ATHENA_EXPECT_OK(response);
    return response.value_or(v1::PushObservationsResponse());
  }

  // The reasons for which a row is rejected.
  std::vector<RowFault::Reason> Reasons(const std::vector<std::string>& mask,
                                        const v1::Observation& row) {
    v1::PushObservationsRequest request = Masked(mask, {row});
    request.set_partial(true);
    std::vector<RowFault::Reason> reasons;
    const v1::PushObservationsResponse response = Pushed(request);
    for (const v1::RowOutcome& outcome : response.outcomes()) {
      for (const RowFault& fault : outcome.faults()) reasons.push_back(fault.reason());
    }
    return reasons;
  }

  std::vector<std::string> Stored() {
    std::vector<std::string> cells;
    for (const v1::ObservationRecord& record : service_.ListAll(ListOf("visits"))) {
      const v1::Observation& cell = record.observation();
      cells.push_back(absl::StrCat(cell.has_value() ? absl::StrCat(cell.value()) : "-", " ",
                                   std::string(1, "-AEPFMOLHQ"[cell.status()]),
                                   cell.comment().empty() ? "" : " ", cell.comment()));
    }
    return cells;
  }

  Service service_;
  int pushes_ = 0;
};

TEST_F(RowMaskTest, P2_AMergeOfValuesKeepsStatusAndComment) {
  Pushed(Masked({}, {Cell("2022-01", 10, "P", "counted")}));
  const auto response = Pushed(Masked({"value"}, {Cell("2022-01", 11, "")}));
  EXPECT_EQ(response.counts().revised(), 1);
  EXPECT_THAT(Stored(), ElementsAre("11 P counted"));
  // What is stored already is no revision.
  EXPECT_EQ(Pushed(Masked({"value"}, {Cell("2022-01", 11, "")})).counts().unchanged(), 1);
}

TEST_F(RowMaskTest, P2_AMergeOfAStatusKeepsValueAndComment) {
  Pushed(Masked({}, {Cell("2022-01", 10, "P", "counted")}));
  Pushed(Masked({"status"}, {Cell("2022-01", std::nullopt, "E")}));
  EXPECT_THAT(Stored(), ElementsAre("10 E counted"));
}

TEST_F(RowMaskTest, P2_AMergeOfACommentKeepsValueAndStatusAndCanRemoveIt) {
  Pushed(Masked({}, {Cell("2022-01", 10, "P", "counted")}));
  Pushed(Masked({"comment"}, {Cell("2022-01", std::nullopt, "", "counted twice")}));
  EXPECT_THAT(Stored(), ElementsAre("10 P counted twice"));
  Pushed(Masked({"comment"}, {Cell("2022-01", std::nullopt, "", "")}));
  EXPECT_THAT(Stored(), ElementsAre("10 P"));
}

TEST_F(RowMaskTest, P2_WithoutAMaskTheWholeCellIsSet) {
  Pushed(Masked({}, {Cell("2022-01", 10, "P", "counted")}));
  Pushed(Masked({"value", "comment", "status"}, {Cell("2022-01", 11, "")}));
  EXPECT_THAT(Stored(), ElementsAre("11 A"));
}

TEST_F(RowMaskTest, AValueOverAForecastOrAMissingStatusIsNormal) {
  for (const std::string letter : {"A", "E", "P", "F", "M", "O", "L", "H", "Q"}) {
    const bool has_value = std::string("AEPF").find(letter) != std::string::npos;
    Pushed(Masked({}, {Cell("2022-01", has_value ? std::optional<double>(10) : std::nullopt, letter,
                            "why")}));
    Pushed(Masked({"value"}, {Cell("2022-01", 11, "")}));
    const bool stays = letter == "E" || letter == "P";
    EXPECT_THAT(Stored(), ElementsAre(absl::StrCat("11 ", stays ? letter : "A", " why"))) << letter;
  }
}

TEST_F(RowMaskTest, InARunningPeriodItIsProvisionalAndOneToComeIsRefused) {
  Pushed(Masked({}, {Cell("2022-03", 10, "F"), Cell("2022-05", 10, "F")}));
  Pushed(Masked({"value"}, {Cell("2022-03", 11, "")}));
  EXPECT_THAT(Reasons({"value"}, Cell("2022-04", 1, "")),
              ElementsAre(RowFault::REASON_PERIOD_NOT_OVER));
  // A comment says nothing of the value.
  Pushed(Masked({"comment"}, {Cell("2022-05", std::nullopt, "", "guess")}));
  EXPECT_THAT(Stored(), ElementsAre("11 P", "10 F guess"));
}

TEST_F(RowMaskTest, AnEmptyCellTakesAValueOrAReasonForNone) {
  EXPECT_EQ(Pushed(Masked({"value"}, {Cell("2022-01", 1, "")})).counts().inserted(), 1);
  EXPECT_EQ(Pushed(Masked({"status"}, {Cell("2022-02", std::nullopt, "O")})).counts().inserted(),
            1);
  EXPECT_THAT(Stored(), ElementsAre("1 A", "- O"));
  EXPECT_THAT(Reasons({"comment"}, Cell("2021-12", std::nullopt, "", "x")),
              ElementsAre(RowFault::REASON_STORED_MISMATCH));
  EXPECT_THAT(Reasons({"status"}, Cell("2021-12", std::nullopt, "E")),
              ElementsAre(RowFault::REASON_STORED_MISMATCH));
}

TEST_F(RowMaskTest, AStatusMustFitTheValueThatStays) {
  Pushed(Masked({}, {Cell("2022-01", 10, "A"), Cell("2022-02", std::nullopt, "O")}));
  EXPECT_THAT(Reasons({"status"}, Cell("2022-01", std::nullopt, "L")),
              ElementsAre(RowFault::REASON_STORED_MISMATCH));
  EXPECT_THAT(Reasons({"status"}, Cell("2022-02", std::nullopt, "E")),
              ElementsAre(RowFault::REASON_STORED_MISMATCH));
  EXPECT_THAT(Reasons({"status"}, Cell("2022-02", std::nullopt, "L")), IsEmpty());
  EXPECT_THAT(Stored(), ElementsAre("10 A", "- L"));
}

TEST_F(RowMaskTest, WhatTheMaskDoesNotNameIsRefusedInARow) {
  EXPECT_THAT(Reasons({"value"}, Cell("2022-01", 1, "E", "x")),
              ElementsAre(RowFault::REASON_OUTSIDE_ROW_MASK, RowFault::REASON_OUTSIDE_ROW_MASK));
  EXPECT_THAT(Reasons({"value", "comment"}, Cell("2022-01", std::nullopt, "", "x")),
              ElementsAre(RowFault::REASON_STATUS_MISMATCH));
  EXPECT_THAT(Reasons({"comment"}, Cell("2022-01", 1, "")),
              ElementsAre(RowFault::REASON_OUTSIDE_ROW_MASK));
}

TEST_F(RowMaskTest, OneRowThatDoesNotFitRefusesThePushAndPartialStoresTheOthers) {
  Pushed(Masked({}, {Cell("2022-01", 10, "A", "kept")}));
  auto request = Masked({"comment"}, {Cell("2022-02", std::nullopt, "", "x"),
                                      Cell("2022-01", std::nullopt, "", "new")});
  const auto refused = service_.Push(request);
  EXPECT_THAT(refused, Refuses("INVALID_FIELDS"));
  EXPECT_THAT(Faults(refused.status()), ElementsAre("observations[0].value"));
  EXPECT_THAT(Stored(), ElementsAre("10 A kept"));
  request.set_partial(true);
  const auto response = Pushed(request);
  EXPECT_EQ(response.counts().rejected(), 1);
  EXPECT_EQ(response.counts().revised(), 1);
  EXPECT_THAT(Outcomes(response), ElementsAre(v1::OUTCOME_REJECTED));
  EXPECT_THAT(Stored(), ElementsAre("10 A new"));
}

TEST_F(RowMaskTest, AClosedQuarterLocksWhatAMergeWouldChangeAndNothingElse) {
  Pushed(Masked({}, {Cell("2021-11", 10, "P", "counted")}));
  service_.Close("2021-Q4");
  EXPECT_EQ(Pushed(Masked({"value"}, {Cell("2021-11", 10, "")})).counts().unchanged(), 1);
  EXPECT_THAT(service_.Push(Masked({"value"}, {Cell("2021-11", 11, "")})),
              Refuses("PERIOD_CLOSED"));
  auto partial = Masked({"comment"}, {Cell("2021-12", std::nullopt, "", "x")});
  partial.set_partial(true);
  const auto response = Pushed(partial);
  EXPECT_EQ(response.counts().rejected(), 1);
  EXPECT_EQ(response.counts().locked(), 0);
}

TEST_F(RowMaskTest, RetractIgnoresTheMask) {
  Pushed(Masked({}, {Cell("2022-01", 10, "A", "kept")}));
  EXPECT_EQ(Pushed(Masked({"value"}, {Retraction("visits", "2022-01")})).counts().deleted(), 1);
  EXPECT_THAT(Stored(), IsEmpty());
}

TEST_F(RowMaskTest, TheMaskIsPartOfTheContent) {
  const auto request = Masked({"value"}, {Cell("2022-01", 10, "")});
  const std::string name = Pushed(request).name();
  auto other = request;
  other.clear_row_mask();
  EXPECT_THAT(service_.Push(other), Refuses("PUSH_ID_REUSED"));
  EXPECT_TRUE(Pushed(request).replayed());
  // All three parts are the whole cell.
  const auto whole = Masked({}, {Cell("2022-02", 10, "")});
  Pushed(whole);
  other = whole;
  for (const char* const path : {"comment", "value", "status"}) {
    other.mutable_row_mask()->add_paths(path);
  }
  EXPECT_TRUE(Pushed(other).replayed());
  v1::GetPushRequest get;
  get.set_name(name);
  const auto push = service_.Call<v1::Push>("viewer", [&](auto& stub, auto* context, auto* answer) {
    return stub.GetPush(context, get, answer);
  });
  ATHENA_ASSERT_OK(push);
  EXPECT_THAT(push->row_mask().paths(), ElementsAre("value"));
}

TEST_F(RowMaskTest, UnknownPartsAndReplaceAreRefused) {
  EXPECT_THAT(
      Faults(service_.Push(Masked({"value", "period"}, {Row("visits", "2022-01", 1)})).status()),
      ElementsAre("row_mask"));
  auto replace = ReplaceOf("r", "visits", "2022-01", "2022-01", {Row("visits", "2022-01", 1)});
  replace.mutable_row_mask()->add_paths("value");
  EXPECT_THAT(Faults(service_.Push(replace).status()), ElementsAre("row_mask"));
}

TEST_F(RowMaskTest, ManyCellsOfABlockAreMergedEachWithItsOwn) {
  std::vector<v1::Observation> first;
  std::vector<v1::Observation> second;
  std::vector<std::string> want;
  for (int month = 1; month <= 12; ++month) {
    const std::string period = absl::StrCat("2021-", month < 10 ? "0" : "", month);
    const std::string letter = month % 2 == 0 ? "E" : "P";
    if (month % 3 != 0) first.push_back(Cell(period, month, letter, absl::StrCat("c", month)));
    second.push_back(Cell(period, 100 + month, ""));
    want.push_back(
        absl::StrCat(100 + month, " ", month % 3 == 0 ? "A" : absl::StrCat(letter, " c", month)));
  }
  Pushed(Masked({}, first));
  Pushed(Masked({"value"}, second));
  EXPECT_EQ(Stored(), want);
}

}  // namespace
}  // namespace athena::indicator

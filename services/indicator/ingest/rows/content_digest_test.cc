// Which pushes are the same push.

#include "services/indicator/ingest/rows/content_digest.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "athena/indicator/v1/indicator_service.pb.h"
#include "google/protobuf/arena.h"
#include "services/indicator/ingest/rows/push_request.h"

namespace athena::indicator {
namespace {

using Push = v1::PushObservationsRequest;

std::string DigestOf(const Push& push) {
  const std::string bytes = push.SerializeAsString();
  google::protobuf::Arena arena;
  const PushRequest* const request = PushRequest::Parse(bytes, arena);
  return request == nullptr ? "" : ContentDigest(*request);
}

v1::Observation& AddRow(Push& push, const std::string& indicator, const std::string& period,
                        const std::map<std::string, std::string>& codes) {
  v1::Observation& row = *push.add_observations();
  row.set_indicator(indicator);
  row.set_period(period);
  row.mutable_dimensions()->insert(codes.begin(), codes.end());
  return row;
}

v1::Scope& AddScope(Push& push, const std::string& indicator, const std::string& period) {
  v1::Scope& scope = *push.add_scopes();
  scope.set_indicator(indicator);
  scope.set_start_period(period);
  return scope;
}

Push SomePush() {
  Push push;
  push.set_parent("institutions/gob");
  push.set_push_id("monday");
  AddRow(push, "visits", "2021-07", {{"unit", "BM"}, {"channel", "web"}}).set_value(1);
  AddRow(push, "visits", "2021-08", {{"unit", "BX"}, {"channel", "desk"}}).set_value(2);
  AddRow(push, "calls", "2021-07", {}).set_value(1);
  return push;
}

TEST(ContentDigestTest, WhateverIsSaidOfARowOrOfThePushMakesItAnother) {
  std::vector<std::pair<std::string, Push>> pushes;
  const auto other = [&](const std::string& what) -> Push& {
    return pushes.emplace_back(what, SomePush()).second;
  };
  pushes.reserve(100);
  other("none");
  other("indicator").mutable_observations(0)->set_indicator("calls");
  other("period").mutable_observations(0)->set_period("2021-09");
  other("code").mutable_observations(0)->mutable_dimensions()->at("unit") = "BX";
  other("code of the second dimension")
      .mutable_observations(0)
      ->mutable_dimensions()
      ->at("channel") = "desk";
  other("dimension left out").mutable_observations(0)->mutable_dimensions()->erase("unit");
  (*other("dimension more").mutable_observations(2)->mutable_dimensions())["unit"] = "BM";
  (*other("another dimension more").mutable_observations(2)->mutable_dimensions())["place"] = "BM";
  {
    auto& codes = *other("codes exchanged").mutable_observations(0)->mutable_dimensions();
    codes["unit"] = "web";
    codes["channel"] = "BM";
  }
  {
    Push& push = other("periods exchanged");
    push.mutable_observations(0)->set_period("2021-08");
    push.mutable_observations(1)->set_period("2021-07");
  }
  {
    Push& push = other("values exchanged");
    push.mutable_observations(0)->set_value(2);
    push.mutable_observations(1)->set_value(1);
  }
  other("value").mutable_observations(0)->set_value(1.0000000000000002);
  other("value 0").mutable_observations(0)->set_value(0);
  other("no value").mutable_observations(0)->clear_value();
  other("status").mutable_observations(0)->set_status(v1::OBSERVATION_STATUS_ESTIMATED);
  other("retract").mutable_observations(0)->set_retract(true);
  other("comment").mutable_observations(0)->set_comment("x");
  other("comment of the second row").mutable_observations(1)->set_comment("x");
  other("row left out").mutable_observations()->RemoveLast();
  *other("row twice").add_observations() = SomePush().observations(0);
  other("empty row").add_observations();
  other("partial").set_partial(true);
  other("mode").set_mode(v1::PUSH_MODE_REPLACE);
  other("reason").set_correction_reason("a reason");
  AddScope(other("scope"), "visits", "2021");
  AddScope(other("scope of another indicator"), "calls", "2021");
  AddScope(other("scope of another period"), "visits", "2022");
  AddScope(other("scope to a later period"), "visits", "2021").set_end_period("2022");
  (*AddScope(other("scope of a slice"), "visits", "2021").mutable_slice())["unit"] = "BM";
  (*AddScope(other("scope of another slice"), "visits", "2021").mutable_slice())["unit"] = "BX";

  std::map<std::string, std::string> seen;  // digest > what it is of
  for (const auto& [what, push] : pushes) {
    const auto [first, added] = seen.emplace(DigestOf(push), what);
    EXPECT_TRUE(added) << what << " has the digest of " << first->second;
  }
}

TEST(ContentDigestTest, OrderAndSpellingMakeNoOther) {
  Push push = SomePush();
  // Rows of the same cell are rejected, but have a digest that does not depend on their order.
  AddRow(push, "calls", "2021-07", {}).set_value(9);
  AddRow(push, "calls", "2021-07", {}).set_comment("counted");
  AddRow(push, "letters", "2021-07", {}).set_value(1);
  AddScope(push, "visits", "2021");
  AddScope(push, "calls", "2021");
  const std::string digest = DigestOf(push);

  Push turned = push;
  std::reverse(turned.mutable_observations()->pointer_begin(),
               turned.mutable_observations()->pointer_end());
  std::reverse(turned.mutable_scopes()->pointer_begin(), turned.mutable_scopes()->pointer_end());
  EXPECT_EQ(DigestOf(turned), digest);

  Push spelled = push;
  spelled.set_mode(v1::PUSH_MODE_MERGE);
  spelled.mutable_observations(0)->set_status(v1::OBSERVATION_STATUS_NORMAL);
  spelled.mutable_scopes(0)->set_end_period("2021");
  *spelled.add_scopes() = push.scopes(1);
  EXPECT_EQ(DigestOf(spelled), digest);

  Push zero = push;
  zero.mutable_observations(0)->set_value(0.0);
  Push minus_zero = push;
  minus_zero.mutable_observations(0)->set_value(-0.0);
  EXPECT_EQ(DigestOf(minus_zero), DigestOf(zero));
}

TEST(ContentDigestTest, HowAPushIsSentIsNotItsContent) {
  Push sent = SomePush();
  sent.set_push_id("tuesday");
  sent.set_outcome_detail(v1::OUTCOME_DETAIL_ALL);
  sent.set_validate_only(true);
  EXPECT_EQ(DigestOf(sent), DigestOf(SomePush()));
}

}  // namespace
}  // namespace athena::indicator

#include "libs/ids/name_pattern.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace athena {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr NamePattern kInstitution("institutions/{institution}");
constexpr NamePattern kElement("institutions/{institution}/plans/{plan}/elements/{element}");

TEST(NamePattern, TakesANameApart) {
  const auto name = kElement.Match("institutions/gob/plans/p1/elements/e3");
  ASSERT_TRUE(name.has_value());
  EXPECT_THAT(name->ids, ElementsAre("gob", "p1", "e3"));
  EXPECT_EQ(name->institution(), "gob");
  EXPECT_EQ(name->id(), "e3");
  EXPECT_EQ(name->key(), "p1/e3");
  EXPECT_EQ(kElement.collection(), "elements");
  EXPECT_EQ(kElement.Of({"gob", "p1", "e3"}).text, "institutions/gob/plans/p1/elements/e3");
  EXPECT_FALSE(kElement.Match("institutions/gob/plans/p1").has_value());
}

TEST(NamePattern, AnInstitutionIsKeptByItsId) {
  EXPECT_EQ(kInstitution.Match("institutions/gob")->key(), "gob");
  EXPECT_EQ(kInstitution.collection(), "institutions");
}

TEST(NamePattern, WhatDoesNotFitIsAFaultOfItsField) {
  status::FieldFaults faults;
  EXPECT_TRUE(kInstitution.Read("parent", "institutions/gob", &faults).has_value());
  EXPECT_TRUE(faults.empty());
  EXPECT_FALSE(kInstitution.Read("parent", "gob", &faults).has_value());
  EXPECT_FALSE(kInstitution.Read("name", "", &faults).has_value());
  EXPECT_EQ(faults.count(), 2);
  EXPECT_THAT(std::string(faults.ToStatus().message()), HasSubstr("`institutions/{institution}`"));
}

}  // namespace
}  // namespace athena

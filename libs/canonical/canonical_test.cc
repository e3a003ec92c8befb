#include "libs/canonical/canonical.h"

#include <gtest/gtest.h>

#include "absl/strings/escaping.h"
#include "athena/common/v1/values.pb.h"

namespace athena {
namespace {

TEST(CanonicalJson, SortsMembersWhateverTheOrderOfInsertion) {
  common::v1::LocalizedText one;
  (*one.mutable_text())["nl"] = "plan";
  (*one.mutable_text())["fr"] = "le plan";
  common::v1::LocalizedText other;
  (*other.mutable_text())["fr"] = "le plan";
  (*other.mutable_text())["nl"] = "plan";
  EXPECT_EQ(CanonicalJson(one), R"({"text":{"fr":"le plan","nl":"plan"}})");
  EXPECT_EQ(CanonicalJson(one), CanonicalJson(other));
}

TEST(CanonicalJson, LeavesOutWhatItIsTold) {
  common::v1::Date day;
  day.set_year(2022);
  day.set_month(3);
  day.set_day(1);
  EXPECT_EQ(CanonicalJson(day, {"day"}), R"({"month":3,"year":2022})");
}

// FIPS 180-4 example values.
TEST(Sha256, AgreesWithThePublishedVectors) {
  EXPECT_EQ(absl::BytesToHexString(Sha256Of("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(absl::BytesToHexString(Sha256Of("")),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Sha256, FieldsCannotBeShiftedIntoEachOther) {
  EXPECT_NE(Sha256().AddField("ab").AddField("c").Digest(),
            Sha256().AddField("a").AddField("bc").Digest());
}

}  // namespace
}  // namespace athena

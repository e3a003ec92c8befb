#include "services/reporting/rules/explanation/operands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace athena::reporting {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(OperandsOf, ReadsIdsAndSlicesAndNoFunctions) {
  EXPECT_THAT(OperandsOf("1 - breaches / attendances{type=\"1\", org=\"A-b\"}"),
              ElementsAre(FormulaOperand{"breaches", {}},
                          FormulaOperand{"attendances", {{"type", "1"}, {"org", "A-b"}}}));
  EXPECT_THAT(
      OperandsOf("coalesce(a-b, 0) + min (c, max)"),
      ElementsAre(FormulaOperand{"a-b", {}}, FormulaOperand{"c", {}}, FormulaOperand{"max", {}}));
  EXPECT_THAT(OperandsOf("a + a + a{x=\"1\"}"),
              ElementsAre(FormulaOperand{"a", {}}, FormulaOperand{"a", {{"x", "1"}}}));
  EXPECT_THAT(OperandsOf("1.5e"), ElementsAre(FormulaOperand{"e", {}}));
  EXPECT_THAT(OperandsOf(""), IsEmpty());
  EXPECT_THAT(OperandsOf("a{x="), ElementsAre(FormulaOperand{"a", {}}));
}

}  // namespace
}  // namespace athena::reporting

#include <vector>

#include "libs/period/period.h"
#include "tests/fuzz/property.h"

namespace athena {
namespace {

using fuzz::Require;

void CheckParts(Period period, Frequency finer) {
  const std::vector<Period> parts = period.SubPeriods(finer);
  Require(static_cast<int>(parts.size()) == period.SubPeriodCount(finer), "parts are counted");
  Require(!parts.empty(), "a period has parts");
  for (size_t i = 0; i < parts.size(); ++i) {
    Require(parts[i].ParentIn(period.frequency()) == period, "a part belongs to its whole");
    Require(i == 0 || parts[i] == parts[i - 1].Plus(1), "parts follow one another");
  }
  Require(parts.front().Minus(1).ParentIn(period.frequency()) == period.Minus(1),
          "what is before the first part belongs to the period before");
}

}  // namespace
}  // namespace athena

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using athena::Frequency;
  using athena::Period;
  using athena::fuzz::Require;
  const std::string_view text = athena::fuzz::TextOf(data, size);
  const absl::StatusOr<Period> parsed = Period::Parse(text);
  if (!parsed.ok()) {
    Require(parsed.status().code() == absl::StatusCode::kInvalidArgument, "a refusal says why");
    return 0;
  }
  const Period period = *parsed;
  Require(period.ToString() == text, "a period has one spelling");
  Require(period.FirstDay() <= period.LastDay(), "a period has days");
  Require(Period::Containing(period.frequency(), period.FirstDay()) == period,
          "the first day is in it");
  Require(Period::Containing(period.frequency(), period.LastDay()) == period,
          "the last day is in it");
  Require(period.Plus(1).FirstDay() == period.LastDay() + 1, "no gap to the next");
  Require(Period::OfIndex(period.frequency(), period.index()) == period, "the index names it");
  for (const Frequency frequency : {Frequency::kDay, Frequency::kWeek, Frequency::kMonth,
                                    Frequency::kQuarter, Frequency::kSemester, Frequency::kYear}) {
    if (frequency <= period.frequency()) athena::CheckParts(period, frequency);
    if (frequency < period.frequency()) continue;
    const Period parent = period.ParentIn(frequency);
    Require(parent.FirstDay() <= period.LastDay() && period.FirstDay() <= parent.LastDay(),
            "a period overlaps the one it belongs to");
  }
  return 0;
}

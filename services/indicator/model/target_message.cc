#include "services/indicator/model/target_message.h"

#include <array>
#include <cmath>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/fields/fields.h"
#include "libs/period/period.h"
#include "services/indicator/model/limits.h"

namespace athena::indicator {
namespace {

using fields::At;

// Reads the parts of a message; what cannot be read is a fault and comes out as zero.
class Reader {
 public:
  Reader(std::string_view path, status::FieldFaults* faults) : path_(path), faults_(faults) {}

  std::string Path(std::string_view field) const {
    return absl::StrCat(path_, ".", std::string(field));
  }

  Decimal Number(const std::string& field, double value) {
    // Also refuses a NaN. What is finite and larger is for the rules to refuse.
    if (std::abs(value) <= kMaxObservationMagnitude) {
      const std::optional<Decimal> decimal = Decimal::FromDouble(value);
      // What would be taken for 0 is refused with the number that was sent.
      if (decimal.has_value() && (value == 0 || !decimal->IsZero())) return *decimal;
      if (decimal.has_value()) {
        faults_->Add(Path(field), value, "0, or a magnitude of at least 1e-12");
        return *decimal;
      }
    }
    faults_->Add(Path(field), value, "a number between -1e15 and 1e15");
    return Decimal();
  }
  std::optional<Decimal> Number(const std::string& field, bool has, double value) {
    if (!has) return std::nullopt;
    return Number(field, value);
  }

  Period PeriodOf(const std::string& field, const std::string& text) {
    if (text.empty()) {
      faults_->Missing(Path(field));
      return Period();
    }
    const absl::StatusOr<Period> period = Period::Parse(text);
    if (period.ok()) return *period;
    faults_->Add(Path(field), text, "a quarter, \"2023-Q4\", or a year, \"2023\", of 1900 to 2199");
    return Period();
  }

 private:
  const std::string path_;
  status::FieldFaults* faults_;
};

Anchor ReadAnchor(const std::string& field, const v1::Target::Anchor& message, Reader& reader) {
  Anchor anchor;
  anchor.period = reader.PeriodOf(field + ".period", message.period());
  anchor.value = reader.Number(field + ".value", message.has_value(), message.value());
  anchor.red = reader.Number(field + ".red", message.has_red(), message.red());
  anchor.low = reader.Number(field + ".low", message.has_low(), message.low());
  anchor.high = reader.Number(field + ".high", message.has_high(), message.high());
  anchor.red_low = reader.Number(field + ".red_low", message.has_red_low(), message.red_low());
  anchor.red_high = reader.Number(field + ".red_high", message.has_red_high(), message.red_high());
  return anchor;
}

void ReadRedFlag(const v1::Target& message, Reader& reader, Target* target,
                 status::FieldFaults* faults) {
  switch (message.red_flag_case()) {
    case v1::Target::kMargin:
      target->red_flag = RedFlag::kMargin;
      target->margin = reader.Number("margin", message.margin());
      return;
    case v1::Target::kTolerance:
      target->red_flag = RedFlag::kTolerance;
      target->tolerance = reader.Number("tolerance", message.tolerance());
      return;
    case v1::Target::kRedValues:
      target->red_flag = RedFlag::kValues;
      return;
    case v1::Target::RED_FLAG_NOT_SET:
      break;
  }
  faults->Add(reader.Path("red_flag"), "nothing", "one of margin, tolerance and red_values");
}

void ReadProfile(const v1::Target& message, Reader& reader, Target* target,
                 status::FieldFaults* faults) {
  if (message.quarter_profile().empty()) return;
  std::array<Decimal, 4>& profile = target->quarter_profile.emplace();
  if (message.quarter_profile_size() != 4) {
    faults->Add(reader.Path("quarter_profile"), message.quarter_profile_size(),
                "four numbers, or none");
    return;
  }
  for (size_t i = 0; i < profile.size(); ++i) {
    profile[i] =
        reader.Number(At("quarter_profile", i), message.quarter_profile(static_cast<int>(i)));
  }
}

}  // namespace

namespace {

Target ReadTrajectory(std::string_view path, const v1::Target& message, Direction direction,
                      Measure measure, status::FieldFaults* faults) {
  const int64_t before = faults->count();
  Reader reader(path, faults);
  Target target;
  target.direction = direction;
  target.measure = measure;
  if (message.has_baseline()) {
    const v1::Target::Baseline& baseline = message.baseline();
    target.baseline = Baseline{reader.PeriodOf("baseline.period", baseline.period()),
                               reader.Number("baseline.value", baseline.value()),
                               reader.Number("baseline.red", baseline.has_red(), baseline.red())};
  }
  // More of them are refused by the rules without being read.
  const bool few = message.anchors_size() <= static_cast<int>(kMaxAnchors);
  for (int i = 0; few && i < message.anchors_size(); ++i) {
    target.anchors.push_back(ReadAnchor(At("anchors", i), message.anchors(i), reader));
  }
  if (!few) {
    faults->Add(reader.Path("anchors"), message.anchors_size(), absl::StrCat("1 to ", kMaxAnchors));
  }
  if (!v1::Target::Interpolation_IsValid(message.interpolation())) {
    faults->Add(reader.Path("interpolation"), static_cast<int>(message.interpolation()),
                "a value of Interpolation");
  } else if (message.interpolation() == v1::Target::INTERPOLATION_STEP) {
    target.interpolation = Interpolation::kStep;
  }
  ReadRedFlag(message, reader, &target, faults);
  ReadProfile(message, reader, &target, faults);
  if (!message.ended_from().empty()) {
    target.ended_from = reader.PeriodOf("ended_from", message.ended_from());
  }
  // What could not be read would only lead to faults that are none.
  if (faults->count() != before) return target;
  for (const Fault& fault : Validate(target)) {
    faults->Describe(reader.Path(fault.field), fault.message);
  }
  return target;
}

}  // namespace

Target ReadTarget(std::string_view path, const v1::Target& message, const Definition& definition,
                  status::FieldFaults* faults) {
  return ReadTrajectory(path, message, definition.direction, definition.measure, faults);
}

absl::StatusOr<Target> ReadStoredTarget(const v1::Target& message, const Definition& definition) {
  status::FieldFaults faults;
  Target target = ReadTrajectory("target", message,
                                 DirectionOf(message.direction()).value_or(definition.direction),
                                 definition.measure, &faults);
  if (faults.empty()) return target;
  return status::Internal(
      absl::StrCat("a stored target of ", message.indicator(), " does not fit its definition"));
}

v1::Indicator::Direction DirectionMessage(Direction direction) {
  switch (direction) {
    case Direction::kHigher:
      return v1::Indicator::DIRECTION_HIGHER;
    case Direction::kLower:
      return v1::Indicator::DIRECTION_LOWER;
    case Direction::kRange:
      return v1::Indicator::DIRECTION_RANGE;
  }
  return v1::Indicator::DIRECTION_UNSPECIFIED;
}

void SetNumber(Decimal number, common::v1::Number* message) {
  message->set_value(number.ToDouble());
  message->set_decimal(number.ToString());
}

void SetThresholds(Direction direction, const Thresholds& thresholds, int32_t version,
                   v1::Thresholds* message) {
  if (direction == Direction::kRange) {
    SetNumber(thresholds.low, message->mutable_low());
    SetNumber(thresholds.high, message->mutable_high());
    SetNumber(thresholds.red_low, message->mutable_red_low());
    SetNumber(thresholds.red_high, message->mutable_red_high());
  } else {
    SetNumber(thresholds.target, message->mutable_target());
    SetNumber(thresholds.red, message->mutable_red());
  }
  if (thresholds.baseline.has_value()) {
    SetNumber(*thresholds.baseline, message->mutable_baseline());
  }
  message->set_version(version);
  message->set_direction(DirectionMessage(direction));
}

}  // namespace athena::indicator

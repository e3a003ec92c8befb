#include "services/indicator/query/period_values_answer.h"

#include <google/protobuf/arena.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "services/indicator/model/definition.h"
#include "services/indicator/model/limits.h"
#include "services/indicator/model/target_message.h"
#include "services/indicator/rules/reason.h"
#include "services/indicator/rules/trajectory.h"

namespace athena::indicator {
namespace {

using v1::QueryPeriodValuesResponse;

// The most bytes that the tag and the length of a field take: five each.
constexpr size_t kFieldHeaderBytes = 10;
// Memory on the stack for one message: enough for most values with all their thresholds.
constexpr size_t kMessageBytes = 16 << 10;

// Reasons have the same numbers in the rules and in the contract.
static_assert(static_cast<int>(NoValueReason::kNotReadable) ==
              v1::NO_VALUE_REASON_INDICATOR_NOT_READABLE);
static_assert(static_cast<int>(NoValueReason::kNotBegun) == v1::NO_VALUE_REASON_NOT_BEGUN);
static_assert(static_cast<int>(NoValueReason::kNotAdditive) == v1::NO_VALUE_REASON_NOT_ADDITIVE);
static_assert(static_cast<int>(NoValueReason::kNotDue) == v1::NO_VALUE_REASON_NOT_DUE);
static_assert(static_cast<int>(NoValueReason::kNoData) == v1::NO_VALUE_REASON_NO_DATA);
static_assert(static_cast<int>(NoValueReason::kOverdue) == v1::NO_VALUE_REASON_OVERDUE);
static_assert(static_cast<int>(NoValueReason::kIncomplete) == v1::NO_VALUE_REASON_INCOMPLETE);
static_assert(static_cast<int>(NoValueReason::kOperand) == v1::NO_VALUE_REASON_OPERAND);
static_assert(static_cast<int>(NoValueReason::kDiv0) == v1::NO_VALUE_REASON_DIV0);
static_assert(static_cast<int>(NoValueReason::kOverflow) == v1::NO_VALUE_REASON_OVERFLOW);
static_assert(static_cast<int>(NoValueReason::kTooShort) == v1::NO_VALUE_REASON_PERIOD_TOO_SHORT);
static_assert(static_cast<int>(NoValueReason::kNoCommonCells) ==
              v1::NO_VALUE_REASON_NO_COMMON_CELLS);
static_assert(static_cast<int>(NoValueReason::kWithheld) == v1::NO_VALUE_REASON_WITHHELD);

void SetMeasured(const PeriodValue& value, const Definition& definition, v1::Measured* message) {
  if (value.value.has_value()) SetNumber(*value.value, message->mutable_value());
  message->set_reason(static_cast<v1::NoValueReason>(value.reason));
  if (value.operand >= 0 && definition.formula.has_value()) {
    message->set_operand(
        definition.formula->operands()[static_cast<size_t>(value.operand)].ToString());
    message->set_operand_reason(static_cast<v1::NoValueReason>(value.operand_reason));
  }
  message->set_present(value.coverage.present);
  message->set_expected(value.coverage.expected);
  message->set_not_expected(value.not_expected);
  message->set_provisional(value.provisional);
  message->set_judged(value.used);
  message->set_all(value.all);
}

void SetVersion(const TargetVersion& version, const std::optional<Thresholds>& thresholds,
                v1::Thresholds* message) {
  SetThresholds(version.trajectory.direction, *thresholds, version.message.version(), message);
}

// Sets the thresholds of `message` by the root's versions. `at` gives those of a version, scaled or
// not, or nullopt.
template <typename At>
void SetMeasuredThresholds(const QueryRoot& root, const TargetVersion* held, bool is_scaled,
                           const At& at, v1::Measured* message) {
  std::optional<Thresholds> current;
  if (root.current != nullptr) current = at(*root.current, is_scaled);
  if (current.has_value()) {
    SetVersion(*root.current, current, message->mutable_current());
    if (is_scaled) {
      const std::optional<Thresholds> whole = at(*root.current, false);
      if (*whole != *current) {
        SetVersion(*root.current, whole, message->mutable_current_unscaled());
      }
    }
  }
  if (root.original != nullptr) {
    if (root.original == root.current) {
      // The usual case. Copying is faster than formatting the same numbers again.
      if (current.has_value()) *message->mutable_original() = message->current();
    } else if (const auto original = at(*root.original, is_scaled); original.has_value()) {
      SetVersion(*root.original, original, message->mutable_original());
    }
  }
  if (held == nullptr) return;
  if (const auto last = at(*held, is_scaled); last.has_value()) {
    SetVersion(*held, last, message->mutable_last_held());
  }
}

bool IsScaled(const PeriodValue& value) {
  return std::any_of(value.shares.begin(), value.shares.end(),
                     [](const Share& share) { return share.numerator != share.denominator; });
}

// Sets the thresholds of a value by the current, the original and the last version of the target.
void SetAllThresholds(const QueryRoot& root, const SelectionValue& value,
                      std::optional<Period> end_quarter, v1::PeriodValue* message) {
  const auto own = [&](const TargetVersion& version, bool scaled) {
    std::optional<Thresholds> thresholds = ThresholdsAt(version.trajectory, value.period);
    if (thresholds.has_value() && scaled) thresholds = Scaled(*thresholds, value.own.shares[0]);
    return thresholds;
  };
  const TargetVersion* held = nullptr;
  const bool has_current =
      root.current != nullptr && ThresholdsAt(root.current->trajectory, value.period).has_value();
  if (!has_current) held = root.LastHeld(value.period);
  SetMeasuredThresholds(root, held, IsScaled(value.own), own, message->mutable_own());
  const auto set_to_date = [&](const ValueToDate& to_date, v1::Measured* measured) {
    if (to_date.first.frequency() != Frequency::kQuarter) return;
    const auto at = [&](const TargetVersion& version, bool scaled) {
      return ThresholdsToDate(
          version.trajectory, to_date.first, to_date.last,
          scaled ? absl::MakeConstSpan(to_date.value.shares) : absl::Span<const Share>());
    };
    SetMeasuredThresholds(root, held, IsScaled(to_date.value), at, measured);
  };
  if (value.year_to_date.has_value()) {
    set_to_date(*value.year_to_date, message->mutable_year_to_date());
  }
  if (value.year_to_date_held.has_value()) {
    set_to_date(*value.year_to_date_held, message->mutable_year_to_date_held());
  }
  if (!end_quarter.has_value()) return;
  const auto set_at_end = [&](const std::shared_ptr<const TargetVersion>& version,
                              v1::Thresholds* (v1::PeriodValue::*end)()) {
    if (version == nullptr) return;
    const auto at_end = ThresholdsAtEnd(version->trajectory, value.period, *end_quarter);
    if (at_end.has_value()) SetVersion(*version, at_end, (message->*end)());
  };
  set_at_end(root.current, &v1::PeriodValue::mutable_current_at_end);
  set_at_end(root.original, &v1::PeriodValue::mutable_original_at_end);
}

// Sets an empty message to the value of a readable root in the period `asked`, whose text is
// `text`.
void SetValue(const QueryRoot& root, const Definition& definition, const SelectionValue& value,
              Period asked, const std::string& text, std::optional<Period> end_quarter,
              v1::PeriodValue* message) {
  message->set_period(value.period == asked ? text : value.period.ToString());
  SetMeasured(value.own, definition, message->mutable_own());
  if (value.year_to_date.has_value()) {
    SetMeasured(value.year_to_date->value, definition, message->mutable_year_to_date());
  }
  if (value.year_to_date_held.has_value()) {
    SetMeasured(value.year_to_date_held->value, definition, message->mutable_year_to_date_held());
  }
  if (value.so_far.has_value()) {
    message->mutable_so_far()->set_period(value.so_far->first.ToString());
    SetNumber(value.so_far->second, message->mutable_so_far()->mutable_value());
  }
  message->set_added_after_activation(root.added_after_activation);
  if (value.own.reason == NoValueReason::kTooShort) return;
  if (root.current == nullptr && root.original == nullptr) return;
  SetAllThresholds(root, value, end_quarter, message);
}

// Appends a message to the part as an element of a repeated field; false, and nothing is appended,
// when it does not fit in.
bool Append(int field, const google::protobuf::MessageLite& message, std::string* part) {
  using google::protobuf::internal::WireFormatLite;
  using Out = google::protobuf::io::CodedOutputStream;
  const size_t size = message.ByteSizeLong();
  if (!part->empty() && part->size() + size + kFieldHeaderBytes > kMaxPartBytes) return false;
  std::array<uint8_t, kFieldHeaderBytes> header;
  uint8_t* end = Out::WriteTagToArray(
      WireFormatLite::MakeTag(field, WireFormatLite::WIRETYPE_LENGTH_DELIMITED), header.data());
  end = Out::WriteVarint32ToArray(static_cast<uint32_t>(size), end);
  part->append(header.data(), end);
  const size_t begin = part->size();
  part->resize(begin + size);
  message.SerializeWithCachedSizesToArray(reinterpret_cast<uint8_t*>(part->data() + begin));
  return true;
}

}  // namespace

PeriodValuesAnswer::PeriodValuesAnswer(PeriodValuesContent content) : content_(std::move(content)) {
  if (content_.graph == nullptr) return;
  period_texts_.reserve(content_.graph->periods.size());
  for (const Period period : content_.graph->periods) period_texts_.push_back(period.ToString());
}

bool PeriodValuesAnswer::ListsNextRoot() const {
  const QueryRoot& root = content_.graph->roots[next_root_];
  if (!root.has_values || content_.OmitsValues(root)) return false;
  if (root.group.empty()) return true;
  const auto first = content_.values.begin() + static_cast<std::ptrdiff_t>(next_value_);
  return std::any_of(first, first + static_cast<std::ptrdiff_t>(content_.graph->periods.size()),
                     [](const SelectionValue& value) { return value.reported; });
}

bool PeriodValuesAnswer::Next(std::string* part) {
  const bool first = !std::exchange(begun_, true);
  if (first) {
    QueryPeriodValuesResponse begin;
    *begin.mutable_header() = content_.header;
    begin.AppendToString(part);
  }
  if (content_.header.not_modified()) return first;
  // A message has many submessages. The arena allocates them in one block, which the next message
  // uses again.
  alignas(std::max_align_t) std::array<char, kMessageBytes> memory;
  google::protobuf::ArenaOptions options;
  options.initial_block = memory.data();
  options.initial_block_size = memory.size();
  google::protobuf::Arena arena(options);
  if (!AppendDefinitions(arena, part) || !AppendValues(arena, part)) return true;
  return !part->empty();
}

bool PeriodValuesAnswer::AppendDefinitions(google::protobuf::Arena& arena, std::string* part) {
  const QueryGraph& graph = *content_.graph;
  for (; next_definition_ < graph.roots.size(); ++next_definition_) {
    const QueryRoot& root = graph.roots[next_definition_];
    // Groups share the definition of their selection.
    if (!root.group.empty() || content_.OmitsDefinition(root)) continue;
    auto& message = *google::protobuf::Arena::CreateMessage<v1::SelectionDefinition>(&arena);
    message.set_selection(root.selection);
    if (root.readable) {
      *message.mutable_indicator() =
          graph.nodes[static_cast<size_t>(root.node)].definition->message;
      if (root.current != nullptr) *message.mutable_current() = root.current->message;
      if (root.original != nullptr) *message.mutable_original() = root.original->message;
    }
    if (!Append(QueryPeriodValuesResponse::kDefinitionsFieldNumber, message, part)) return false;
    arena.Reset();
  }
  return true;
}

bool PeriodValuesAnswer::AppendValues(google::protobuf::Arena& arena, std::string* part) {
  const QueryGraph& graph = *content_.graph;
  for (; next_root_ < graph.roots.size(); ++next_root_, next_period_ = 0) {
    const QueryRoot& root = graph.roots[next_root_];
    const bool listed = ListsNextRoot();
    for (; listed && next_period_ < graph.periods.size(); ++next_period_) {
      const std::string& asked = period_texts_[next_period_];
      auto& message = *google::protobuf::Arena::CreateMessage<v1::PeriodValue>(&arena);
      if (root.readable) {
        SetValue(root, *graph.nodes[static_cast<size_t>(root.node)].definition,
                 content_.values[next_value_ + next_period_], graph.periods[next_period_], asked,
                 content_.end_quarter, &message);
      } else {
        message.mutable_own()->set_reason(v1::NO_VALUE_REASON_INDICATOR_NOT_READABLE);
      }
      message.set_selection(root.selection);
      message.set_asked(asked);
      if (!root.group.empty()) {
        message.mutable_group()->insert(root.group.begin(), root.group.end());
      }
      if (!Append(QueryPeriodValuesResponse::kValuesFieldNumber, message, part)) return false;
      arena.Reset();
    }
    if (content_.NeedsValues(root)) next_value_ += graph.periods.size();
  }
  return true;
}

}  // namespace athena::indicator

#ifndef ATHENA_SERVICES_REPORTING_READING_H_
#define ATHENA_SERVICES_REPORTING_READING_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "athena/plan/v1/plan_service.pb.h"
#include "libs/period/period.h"
#include "services/reporting/parts.h"
#include "services/reporting/scoring.h"

namespace athena::reporting {

// A plan as it was read: the parts of the answer, and where the elements lie in them.
struct PlanTree {
  Parts<PlanPart> parts;
  std::vector<const plan::v1::Element*> elements;
  // What to read of the indicator service, each indicator and slice once, in the order of their
  // keys; and which of them each link of each element is.
  std::vector<indicator::v1::Selection> selections;
  std::vector<std::string> keys;
  std::vector<std::vector<int>> links;

  const PlanPart::Header& header() const { return (*parts.front())->header(); }
  const plan::v1::Plan& plan() const { return header().plan(); }
};

// INTERNAL when the parts are not what the contract says.
absl::StatusOr<std::shared_ptr<const PlanTree>> ReadTree(Parts<PlanPart> parts);

// The zone in which the institution's days begin; Europe/Brussels where it names none that is
// known.
absl::TimeZone ZoneOf(const plan::v1::Institution& institution);

// A message for each selection, in their order: those of one answer, and instead of some what later
// answers said. Copies share the messages.
template <typename Message>
class BySelection {
 public:
  BySelection() = default;
  // Nothing yet for any of `selections`.
  explicit BySelection(size_t selections) : messages_(selections, nullptr) {}

  size_t size() const { return messages_.size(); }
  const Message& operator[](size_t selection) const { return *messages_[selection]; }
  bool complete() const {
    return std::find(messages_.begin(), messages_.end(), nullptr) == messages_.end();
  }
  // Whether a selection has the very message that it has in `other`.
  bool SameAs(const BySelection& other, size_t selection) const {
    return messages_[selection] == other.messages_[selection];
  }

  // From here on all messages are those of one answer; each is yet to be set.
  void BeginAnswer() {
    std::fill(messages_.begin(), messages_.end(), nullptr);
    copies_.clear();
    parts_.clear();
  }
  // `message` lies in `part`, which holds some of that answer.
  void Set(size_t selection, const Message& message,
           const std::shared_ptr<const OnArena<ValuesPart>>& part) {
    if (parts_.empty() || parts_.back() != part) parts_.push_back(part);
    messages_[selection] = &message;
  }
  // A copy of `message` comes in the place of what the selection had.
  void Replace(size_t selection, const Message& message) {
    std::shared_ptr<const Message>& copy = copies_[selection];
    copy = std::make_shared<const Message>(message);
    messages_[selection] = copy.get();
  }

  // What it takes in memory, about.
  size_t bytes() const {
    size_t bytes = messages_.size() * sizeof(Message*) + BytesOf(parts_);
    for (const auto& [selection, message] : copies_) bytes += message->SpaceUsedLong();
    return bytes;
  }

 private:
  std::vector<const Message*> messages_;
  Parts<ValuesPart> parts_;
  absl::flat_hash_map<size_t, std::shared_ptr<const Message>> copies_;
};

// Values as they were read: definition and value of each selection, in their order.
struct Values {
  std::string version_token;  // what stands for all of this
  BySelection<indicator::v1::SelectionDefinition> definitions;
  BySelection<indicator::v1::PeriodValue> values;
};

// `known` is what the token that was sent stands for, and what an answer of changes only leaves
// out; nullptr when none was sent. INTERNAL unless there is a definition and a value for each of
// `selections`.
absl::StatusOr<std::shared_ptr<const Values>> ReadAnswers(const Parts<ValuesPart>& parts,
                                                          size_t selections, const Values* known);

// What one selection measured, shared by all links to it.
struct SelectionValues {
  Direction direction = Direction::kHigher;
  Measured period;
  std::optional<Measured> year_to_date;
};

// What a selection says beside its scores, evaluated once.
struct Detail {
  Way way;
  Growth growth;
};

// All that a scorecard is made of, and the outcome. Immutable, so threads share it.
struct Reading {
  uint64_t id = 0;  // tells it apart from every other reading of this process
  Period quarter;
  absl::CivilDay date;
  std::shared_ptr<const PlanTree> tree;
  std::shared_ptr<const Values> values;  // nullptr when the plan links no indicator
  std::vector<SelectionValues> selections;
  std::vector<Detail> details;  // one per selection
  Plan rules;
  Outcome outcome;
  size_t bytes = 0;  // what it takes in memory, about
};

// Scores what was read. What `known`, when it is one, has of selections that did not change since
// is taken from it; the outcome is the same without. INTERNAL when an answer holds a number or a
// period that is none.
absl::StatusOr<std::shared_ptr<const Reading>> ScoreReading(Period quarter, absl::CivilDay date,
                                                            std::shared_ptr<const PlanTree> tree,
                                                            std::shared_ptr<const Values> values,
                                                            const Reading* known);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_READING_H_

#include "services/reporting/comparisons/comparisons.h"

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/fields/fields.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/reporting/comparisons/causes.h"
#include "services/reporting/comparisons/changes.h"
#include "services/reporting/errors.h"
#include "services/reporting/limits.h"
#include "services/reporting/scorecards/differences.h"
#include "services/reporting/scorecards/messages/languages.h"
#include "services/reporting/scorecards/messages/numbers.h"
#include "services/reporting/scorecards/messages/part_messages.h"
#include "services/reporting/scorecards/validate.h"

namespace athena::reporting {
namespace {

// One of the two sides.
struct Side {
  ReadRequest request;
  std::optional<LastClosing> closing;
  std::string publication;
  Scorecards::Read read;
};

absl::StatusOr<Side> ReadSide(Scorecards& scorecards, const rpc::Call& call, ReadRequest request) {
  Side side;
  side.publication = request.publication;
  ATHENA_ASSIGN_OR_RETURN(side.closing, scorecards.Resolve(call, &request));
  ATHENA_ASSIGN_OR_RETURN(side.read, scorecards.ReadPlan(call, request));
  side.request = std::move(request);
  return side;
}

void SideInto(const Side& side, v1::ComparedScorecard* message) {
  message->set_period(side.read.plan->quarter.ToString());
  message->set_name(absl::StrCat(side.request.plan, "/scorecards/", message->period()));
  *message->mutable_basis() = side.read.basis;
  if (side.closing.has_value()) {
    *message->mutable_close_time() = fields::TimestampOf(side.closing->time);
  }
  message->set_publication(side.publication);
}

v1::ComparedMeasure MeasureMessage(const Place& place) {
  v1::ComparedMeasure message;
  const indicator::v1::PeriodValue& value =
      *place.plan->values->values[place.plan->tree->links[place.element][place.link]];
  const indicator::v1::Measured& measured = place.message();
  message.set_period(value.period());
  if (measured.has_value()) *message.mutable_value() = measured.value();
  if (!measured.has_current()) return message;
  const indicator::v1::Thresholds& thresholds = measured.current();
  if (thresholds.has_target()) *message.mutable_target() = thresholds.target();
  if (thresholds.has_red()) *message.mutable_red_flag() = thresholds.red();
  if (thresholds.has_low()) *message.mutable_low() = thresholds.low();
  if (thresholds.has_high()) *message.mutable_high() = thresholds.high();
  message.set_target_version(thresholds.version());
  return message;
}

void DifferenceInto(const Difference& difference, const Languages& languages,
                    v1::ScoreDifference* message) {
  const Place& last = difference.last();
  message->set_name(last.name());
  const common::v1::LocalizedText* title = &last.plan->tree->plan().title();
  if (last.element >= 0) {
    const plan::v1::Element& element = *last.plan->tree->elements[last.element];
    message->set_code(element.code());
    title = &element.title();
    if (last.link >= 0) {
      const int selection = last.plan->tree->links[last.element][last.link];
      message->set_indicator(element.indicators(last.link).indicator());
      *message->mutable_slice() = element.indicators(last.link).slice();
      title = &last.plan->values->definitions[selection]->title;
    }
  }
  languages.Pick(*title, message->mutable_title(), message->mutable_title_language());
  if (difference.from.has_value()) {
    *message->mutable_from() = ScoreMessage(*difference.from);
    Put(difference.from->weight(), message, &v1::ScoreDifference::mutable_from_weight);
    if (last.link >= 0) *message->mutable_from_measure() = MeasureMessage(*difference.from);
  }
  if (difference.to.has_value()) {
    *message->mutable_to() = ScoreMessage(*difference.to);
    Put(difference.to->weight(), message, &v1::ScoreDifference::mutable_to_weight);
    if (last.link >= 0) *message->mutable_to_measure() = MeasureMessage(*difference.to);
  }
}

std::set<std::string> KeysOfDifferences(const ScoredPlan& from, const ScoredPlan& to,
                                        const std::string& element) {
  std::set<std::string> keys;
  for (const Difference& difference : PlacesOf(from, to, element, kMaxDepth)) {
    if (AnythingDiffers(difference)) keys.insert(difference.last().key());
  }
  return keys;
}

}  // namespace

absl::StatusOr<v1::ScorecardComparison> Comparisons::Compare(
    const rpc::Call& call, const v1::CompareScorecardsRequest& message) {
  ATHENA_ASSIGN_OR_RETURN(const ComparisonRequest request, Validate(message, scorecards_.Now()));
  ATHENA_ASSIGN_OR_RETURN(const Side to, ReadSide(scorecards_, call, request.to));
  ATHENA_ASSIGN_OR_RETURN(const Side from, ReadSide(scorecards_, call, request.from));
  const bool other_quarter = from.read.plan->quarter != to.read.plan->quarter;

  // What was known on the earlier side, on the later side's day: what differs from it by that is
  // not the day's doing.
  Side on_day = from;
  if (!other_quarter && from.read.plan->date != to.read.plan->date) {
    ReadRequest later = from.request;
    later.date = to.read.plan->date;
    ATHENA_ASSIGN_OR_RETURN(on_day, ReadSide(scorecards_, call, std::move(later)));
  }
  const std::vector<Difference> places =
      PlacesOf(*from.read.plan, *to.read.plan, request.element, kMaxDepth);
  if (places.empty()) return status::NotFound(request.element);
  const std::set<std::string> became_due =
      KeysOfDifferences(*from.read.plan, *on_day.read.plan, request.element);
  const std::set<std::string> changed =
      KeysOfDifferences(*on_day.read.plan, *to.read.plan, request.element);
  ATHENA_ASSIGN_OR_RETURN(Changes changes, ReadChanges(scorecards_.dependencies(), call,
                                                       from.read.basis, to.read.basis, places));

  v1::ScorecardComparison comparison;
  SideInto(from, comparison.mutable_from());
  SideInto(to, comparison.mutable_to());
  const Languages languages(request.language, to.read.plan->tree->plan());
  std::vector<std::vector<v1::DifferenceCause>> causes =
      CausesOf({places, became_due, changed, other_quarter, changes});
  int unchanged = 0;
  for (size_t i = 0; i < places.size(); ++i) {
    if (!AnythingDiffers(places[i])) {
      ++unchanged;
      continue;
    }
    v1::ScoreDifference& one = *comparison.add_differences();
    DifferenceInto(places[i], languages, &one);
    for (v1::DifferenceCause& cause : causes[i]) *one.add_causes() = std::move(cause);
  }
  comparison.set_unchanged(unchanged);
  for (v1::ComparedRevision& revision : changes.revisions) {
    *comparison.add_revisions() = std::move(revision);
  }
  comparison.set_more_revisions(changes.more);
  if (comparison.ByteSizeLong() > kMaxAnswerBytes) return AnswerTooLarge(comparison.ByteSizeLong());
  return comparison;
}

}  // namespace athena::reporting

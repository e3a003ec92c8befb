#include "services/athenactl/commands/publications/publication_target.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "libs/period/period.h"
#include "libs/status/macros.h"
#include "services/athenactl/commands/scorecards/scorecard_flags.h"
#include "services/athenactl/resources/resolve.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

constexpr char kPublicationsSegment[] = "/publications/";

// Takes the number off the end of the words; nullopt when there is none.
std::optional<int64_t> TakeNumber(std::vector<std::string>* words) {
  if (words->empty()) return std::nullopt;
  std::string& last = words->back();
  const size_t at = last.find(kPublicationsSegment);
  if (at != std::string::npos) {
    const std::string number = last.substr(at + std::string(kPublicationsSegment).size());
    last.resize(at);
    return WholeNumber(number).value_or(-1);
  }
  const std::optional<int64_t> number = WholeNumber(last);
  if (words->size() > 1 && number.has_value()) words->pop_back();
  return words->empty() || !number.has_value() ? std::nullopt : number;
}

bool EndsInQuarter(const std::vector<std::string>& words) {
  if (words.empty()) return false;
  const std::string& last = words.back();
  const auto period = Period::Parse(last.substr(last.rfind('/') + 1));
  return period.ok() && period->frequency() == Frequency::kQuarter;
}

}  // namespace

std::string PublicationTarget::Scorecard() const {
  return absl::StrCat(plan, "/scorecards/", quarter.empty() ? "-" : quarter);
}

std::string PublicationTarget::Publication() const {
  return absl::StrCat(Scorecard(), kPublicationsSegment, number);
}

absl::StatusOr<PublicationTarget> ReadPublicationTarget(const Connections& connections,
                                                        const Arguments& arguments) {
  std::vector<std::string> words = arguments.operands();
  const std::optional<int64_t> number = TakeNumber(&words);
  PublicationTarget target;
  if (EndsInQuarter(words) || number.has_value()) {
    ATHENA_ASSIGN_OR_RETURN(const ScorecardTarget scorecard,
                            ReadTarget(connections, arguments, words));
    target.plan = scorecard.plan;
    target.quarter = scorecard.quarter.ToString();
    target.number = number.value_or(0);
    if (number.has_value() && target.number < 1) {
      return Misused("want the number of a publication, 1 or more: gob/PLAN 2026-Q2 1");
    }
    return target;
  }
  if (words.size() > 1) return Misused("want [PLAN] [QUARTER [NUMBER]], like gob/PLAN 2026-Q2 1");
  ATHENA_ASSIGN_OR_RETURN(
      target.plan, ResolvePlan(connections, arguments, words.empty() ? std::string() : words[0]));
  return target;
}

absl::StatusOr<PublicationTarget> ReadOnePublication(const Connections& connections,
                                                     const Arguments& arguments) {
  ATHENA_ASSIGN_OR_RETURN(PublicationTarget target, ReadPublicationTarget(connections, arguments));
  if (target.number > 0) return target;
  return Misused("want one publication, [PLAN] QUARTER NUMBER, like gob/PLAN 2026-Q2 1");
}

}  // namespace athena::athenactl

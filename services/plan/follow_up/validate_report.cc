#include "services/plan/follow_up/validate_report.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/decimal/decimal.h"
#include "libs/fields/fields.h"
#include "services/plan/limits.h"
#include "services/plan/names.h"

namespace athena::plan {
namespace {

using fields::Below;
using fields::Need;

void CheckPercent(const std::string& field, double percent, status::FieldFaults* faults) {
  const std::optional<Decimal> decimal = Decimal::FromDouble(percent);
  if (!decimal.has_value() || decimal->IsNegative() || *decimal > Decimal::FromInt(100) ||
      decimal->Round(kPercentDecimals).ToDouble() != percent) {
    faults->Add(field, percent,
                absl::StrCat("0 to 100 with at most ", kPercentDecimals, " decimals"));
  }
}

void CheckIndicatorNotes(std::string_view path, const v1::ProgressReport& report,
                         status::FieldFaults* faults) {
  const std::string field = Below(path, "indicator_notes");
  if (report.indicator_notes_size() > kMaxIndicatorLinks) {
    faults->Add(field, report.indicator_notes_size(),
                absl::StrCat("at most ", kMaxIndicatorLinks, " of them"));
    return;
  }
  std::set<std::pair<std::string, std::map<std::string, std::string>>> seen;
  for (int i = 0; i < report.indicator_notes_size(); ++i) {
    const v1::IndicatorNote& note = report.indicator_notes(i);
    const std::string at = fields::At(field, i);
    if (note.indicator().empty()) {
      faults->Missing(Below(at, "indicator"));
    } else if (!kIndicatorName.Read(Below(at, "indicator"), note.indicator(), faults)) {
      // Read has added the fault.
    } else if (!seen.insert({note.indicator(), {note.slice().begin(), note.slice().end()}})
                    .second) {
      faults->Add(at, note.indicator(), "each indicator and slice once");
    }
    fields::CheckText(Below(at, "cause"), note.cause(), fields::kMaxDescriptionBytes,
                      Need::kOptional, faults);
    fields::CheckText(Below(at, "measure"), note.measure(), fields::kMaxDescriptionBytes,
                      Need::kOptional, faults);
    fields::CheckText(Below(at, "owner"), note.owner(), fields::kMaxLineBytes, Need::kOptional,
                      faults);
    fields::ReadDay(Below(at, "due_date"), note.has_due_date(), note.due_date(), faults);
  }
}

// An absolute address without blanks or control characters, whose scheme runs nothing.
bool IsWebAddress(std::string_view url) {
  const bool has_scheme = url.starts_with("https://") || url.starts_with("http://");
  return has_scheme && url.size() <= kMaxUrlBytes && url.find("//") + 2 < url.size() &&
         std::all_of(url.begin(), url.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

bool IsSha256(std::string_view digits) {
  return digits.size() == 64 && std::all_of(digits.begin(), digits.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

void CheckEvidence(const std::string& at, const v1::Evidence& evidence,
                   status::FieldFaults* faults) {
  fields::CheckText(Below(at, "title"), evidence.title(), fields::kMaxLineBytes, Need::kRequired,
                    faults);
  if (evidence.url().empty() && evidence.file_name().empty()) {
    faults->Missing(Below(at, "url"), "an address, or a file_name");
  } else if (!evidence.url().empty() && !evidence.file_name().empty()) {
    faults->Add(Below(at, "file_name"), evidence.file_name(), "nothing beside a url");
  }
  if (!evidence.url().empty() && !IsWebAddress(evidence.url())) {
    faults->Add(Below(at, "url"), evidence.url(),
                absl::StrCat("an http or https address of at most ", kMaxUrlBytes,
                             " ASCII characters without blanks"));
  }
  fields::CheckText(Below(at, "file_name"), evidence.file_name(), fields::kMaxLineBytes,
                    Need::kOptional, faults);
  if (evidence.sha256().empty()) {
    if (!evidence.file_name().empty()) {
      faults->Missing(Below(at, "sha256"), "the SHA-256 by which the file is recognised");
    }
  } else if (!IsSha256(evidence.sha256())) {
    faults->Add(Below(at, "sha256"), evidence.sha256(), "64 hexadecimal digits in lower case");
  }
}

}  // namespace

void CheckProgressReport(std::string_view path, const v1::ProgressReport& report,
                         status::FieldFaults* faults) {
  if (report.has_percent_complete()) {
    CheckPercent(Below(path, "percent_complete"), report.percent_complete(), faults);
  }
  fields::ReadDay(Below(path, "forecast_end"), report.has_forecast_end(), report.forecast_end(),
                  faults);
  fields::CheckText(Below(path, "narrative"), report.narrative(), fields::kMaxDescriptionBytes,
                    Need::kOptional, faults);
  fields::CheckText(Below(path, "blockers"), report.blockers(), fields::kMaxDescriptionBytes,
                    Need::kOptional, faults);
  fields::CheckText(Below(path, "corrective_action"), report.corrective_action(),
                    fields::kMaxDescriptionBytes, Need::kOptional, faults);
  CheckIndicatorNotes(path, report, faults);
  const std::string field = Below(path, "evidence");
  if (report.evidence_size() > kMaxEvidence) {
    faults->Add(field, report.evidence_size(), absl::StrCat("at most ", kMaxEvidence, " of them"));
    return;
  }
  for (int i = 0; i < report.evidence_size(); ++i) {
    CheckEvidence(fields::At(field, i), report.evidence(i), faults);
  }
}

}  // namespace athena::plan

#include "services/athenactl/sending/pushing.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string_view>
#include <thread>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "libs/status/status.h"
#include "services/athenactl/terminal/explain.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

namespace v1 = athena::indicator::v1;
using Rows = absl::Span<const ObservationRow>;
using Answer = absl::StatusOr<v1::PushObservationsResponse>;

// Tries of a push whose outcome is unknown, or whose service is overloaded.
constexpr int kMostTries = 8;
// Attempts while the service is unavailable: before its first answer one or two seconds, since the
// address may be wrong; afterwards kChangeAttempts, enough for a restart.
constexpr int kFirstAttempts = 6;
constexpr absl::Duration kFirstPause = absl::Milliseconds(100);
constexpr absl::Duration kLongestPause = absl::Seconds(10);

bool OutcomeUnknown(absl::StatusCode code) {
  return code == absl::StatusCode::kDeadlineExceeded || code == absl::StatusCode::kInternal ||
         code == absl::StatusCode::kUnknown || code == absl::StatusCode::kCancelled;
}

Answer Send(const Connections& connections, const v1::PushObservationsRequest& request,
            int attempts) {
  absl::Duration pause = kFirstPause;
  for (int left = kMostTries;; --left) {
    Answer answer = connections.Call<v1::PushObservationsResponse>(request, attempts);
    const absl::Duration asked = status::RetryAfter(answer.status());
    const bool full = answer.status().code() == absl::StatusCode::kResourceExhausted &&
                      asked > absl::ZeroDuration();
    if (left == 1 || !(full || OutcomeUnknown(answer.status().code()))) return answer;
    std::this_thread::sleep_for(
        absl::ToChronoMicroseconds(full ? std::min(asked, kLongestPause) : pause));
    pause = std::min(pause * 2, kLongestPause);
  }
}

// "INDICATOR_TAKES_NONE" as "indicator takes none", for a fault without words of its own.
std::string ReasonText(v1::RowFault::Reason reason) {
  std::string text = v1::RowFault::Reason_Name(reason);
  constexpr std::string_view kPrefix = "REASON_";
  if (text.compare(0, kPrefix.size(), kPrefix) == 0) text.erase(0, kPrefix.size());
  for (char& letter : text) {
    letter = letter == '_'
                 ? ' '
                 : static_cast<char>(letter >= 'A' && letter <= 'Z' ? letter | 0x20 : letter);
  }
  return text;
}

// Whether the cell is now as the row says.
bool Accepted(v1::Outcome outcome) {
  return outcome == v1::OUTCOME_INSERTED || outcome == v1::OUTCOME_REVISED ||
         outcome == v1::OUTCOME_UNCHANGED || outcome == v1::OUTCOME_DELETED;
}

std::string FaultText(const v1::RowFault& fault) {
  return fault.description().empty() ? ReasonText(fault.reason()) : fault.description();
}

// Adds the rows that the answer flags.
void TakeFlags(const v1::PushObservationsResponse& answer, Rows rows, PushReport& report) {
  for (const v1::RowOutcome& row : answer.outcomes()) {
    if (row.index() < 0 || static_cast<size_t>(row.index()) >= rows.size()) continue;
    for (const v1::RowFault& flag : row.flags()) {
      report.flagged.push_back({rows[static_cast<size_t>(row.index())].line, flag.field(),
                                absl::StrCat("stored, but odd: ", FaultText(flag))});
    }
  }
}

// Adds the rows that the answer refuses; returns how many it described.
int64_t TakeRefusals(const v1::PushObservationsResponse& answer, Rows rows, PushReport& report) {
  int64_t taken = 0;
  for (const v1::RowOutcome& row : answer.outcomes()) {
    if (Accepted(row.outcome()) || row.index() < 0 ||
        static_cast<size_t>(row.index()) >= rows.size()) {
      continue;
    }
    ++taken;
    const int64_t line = rows[static_cast<size_t>(row.index())].line;
    if (row.outcome() == v1::OUTCOME_LOCKED) {
      report.refused.push_back({line, "",
                                "its quarter is closed; who may correct it does so with "
                                "--correction-reason"});
    } else if (row.faults().empty()) {
      report.refused.push_back({line, "", "refused; correct the rows above and push again"});
    }
    for (const v1::RowFault& fault : row.faults()) {
      report.refused.push_back({line, fault.field(), FaultText(fault)});
    }
  }
  return taken;
}

// The row of "observations[17].value", and "value".
std::optional<std::pair<size_t, std::string>> RowOf(std::string_view field) {
  constexpr std::string_view kRows = "observations[";
  const size_t close = field.find(']');
  if (field.substr(0, kRows.size()) != kRows || close == std::string_view::npos) {
    return std::nullopt;
  }
  const std::optional<int64_t> index =
      WholeNumber(field.substr(kRows.size(), close - kRows.size()));
  if (!index.has_value()) return std::nullopt;
  std::string_view rest = field.substr(close + 1);
  if (!rest.empty() && rest.front() == '.') rest.remove_prefix(1);
  return std::make_pair(static_cast<size_t>(*index), std::string(rest));
}

// Adds the rows that an error names, when it names rows and nothing else.
int64_t TakeRefusals(const absl::Status& refusal, Rows rows, PushReport& report) {
  std::vector<RowRefusal> named;
  for (const auto& [field, description] : FieldFaultsOf(refusal)) {
    const auto row = RowOf(field);
    if (!row.has_value() || row->first >= rows.size()) return 0;
    named.push_back({rows[row->first].line, row->second, description});
  }
  std::vector<int64_t> lines;
  for (RowRefusal& row : named) {
    lines.push_back(row.line);
    report.refused.push_back(std::move(row));
  }
  std::sort(lines.begin(), lines.end());
  return std::unique(lines.begin(), lines.end()) - lines.begin();
}

void Add(const v1::PushCounts& more, v1::PushCounts& counts) {
  const auto* reflection = counts.GetReflection();
  const auto* descriptor = counts.GetDescriptor();
  for (int at = 0; at < descriptor->field_count(); ++at) {
    const auto* field = descriptor->field(at);
    reflection->SetInt32(&counts, field,
                         reflection->GetInt32(counts, field) + reflection->GetInt32(more, field));
  }
}

// The number of rows that were refused.
int64_t RefusedOf(const v1::PushCounts& counts) { return counts.rejected() + counts.locked(); }

// Pushes one piece. False when the following ones should not be tried.
bool PushPiece(const Connections& connections, v1::PushObservationsRequest& request, Rows rows,
               PushReport& report) {
  const int attempts = report.pieces_done == 0 ? kFirstAttempts : kChangeAttempts;
  const Answer answer = Send(connections, request, attempts);
  if (answer.ok()) {
    ++report.pieces_done;
    TakeRefusals(*answer, rows, report);
    TakeFlags(*answer, rows, report);
    const int64_t refused = RefusedOf(answer->counts());
    report.rows_refused += refused;
    if (refused > 0) ++report.pieces_refused;
    if (answer->replayed()) {
      ++report.pieces_replayed;
      report.rows_replayed += static_cast<int64_t>(rows.size()) - refused;
    } else {
      Add(answer->counts(), report.counts);
    }
    return true;
  }
  const std::string reason = status::Reason(answer.status());
  if (request.validate_only() || (reason != "INVALID_FIELDS" && reason != "PERIOD_CLOSED")) {
    report.failure = answer.status();
    return false;
  }
  // The error lists the first bad rows only; a validate_only push lists all of them.
  request.set_validate_only(true);
  const Answer check = Send(connections, request, attempts);
  request.set_validate_only(false);
  int64_t refused = check.ok() ? TakeRefusals(*check, rows, report) : 0;
  if (refused > 0) {
    refused = std::max(refused, RefusedOf(check->counts()));
  } else {
    refused = TakeRefusals(answer.status(), rows, report);
  }
  if (refused == 0) {
    report.failure = answer.status();
    return false;
  }
  ++report.pieces_refused;
  report.rows_refused += refused;
  report.rows_held_back += std::max<int64_t>(static_cast<int64_t>(rows.size()) - refused, 0);
  return true;
}

}  // namespace

bool PushReport::Changed() const {
  return counts.inserted() > 0 || counts.revised() > 0 || counts.deleted() > 0;
}

PushReport Push(const Connections& connections, absl::Span<const Piece> pieces,
                const PushOptions& options, const std::function<void(int64_t)>& progress) {
  PushReport report;
  report.pieces = static_cast<int64_t>(pieces.size());
  int64_t done = 0;
  for (size_t number = 0; number < pieces.size(); ++number) {
    const Piece& piece = pieces[number];
    v1::PushObservationsRequest request;
    request.set_parent(options.institution);
    request.set_mode(piece.scopes.empty() ? v1::PUSH_MODE_MERGE : v1::PUSH_MODE_REPLACE);
    request.set_partial(options.partial);
    request.set_correction_reason(options.correction_reason);
    for (const v1::Scope& scope : piece.scopes) *request.add_scopes() = scope;
    for (const ObservationRow& row : piece.rows) *request.add_observations() = row.observation;
    request.set_validate_only(options.validate_only);
    if (!options.validate_only) {
      request.set_push_id(PushId(options.id_prefix, number + 1, request));
    }
    if (!PushPiece(connections, request, piece.rows, report)) break;
    done += static_cast<int64_t>(piece.rows.size());
    progress(done);
  }
  std::stable_sort(report.refused.begin(), report.refused.end(),
                   [](const RowRefusal& a, const RowRefusal& b) { return a.line < b.line; });
  std::stable_sort(report.flagged.begin(), report.flagged.end(),
                   [](const RowRefusal& a, const RowRefusal& b) { return a.line < b.line; });
  return report;
}

std::string CountsText(const v1::PushCounts& counts) {
  std::string text;
  const auto* reflection = counts.GetReflection();
  const auto* descriptor = counts.GetDescriptor();
  for (int at = 0; at < descriptor->field_count(); ++at) {
    const auto* field = descriptor->field(at);
    const int32_t rows = reflection->GetInt32(counts, field);
    if (rows == 0) continue;
    absl::StrAppend(&text, text.empty() ? "" : ", ", Grouped(rows), " ",
                    absl::StrReplaceAll(field->name(), {{"_", " "}}));
  }
  return text;
}

}  // namespace athena::athenactl

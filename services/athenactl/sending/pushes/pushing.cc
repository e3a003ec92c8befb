#include "services/athenactl/sending/pushes/pushing.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/athenactl/files/text/dialect.h"
#include "services/athenactl/resources/resolve.h"
#include "services/athenactl/sending/interruption.h"
#include "services/athenactl/sending/pushes/push_id.h"
#include "services/athenactl/sending/pushes/replays.h"
#include "services/athenactl/sending/pushes/retries.h"
#include "services/athenactl/terminal/explain.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

namespace v1 = athena::indicator::v1;
using Rows = std::vector<ObservationRow>;
using Answer = absl::StatusOr<v1::PushObservationsResponse>;

// Attempts while the service is unavailable: before its first answer one or two seconds, since the
// address may be wrong; afterwards kChangeAttempts, enough for a restart.
constexpr int kFirstAttempts = 6;

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

// `text` with each "observations[17]" in it replaced by the line of that row.
std::string WithLines(std::string text, const Rows& rows) {
  constexpr std::string_view kRows = "observations[";
  for (size_t begin = text.find(kRows); begin != std::string::npos;
       begin = text.find(kRows, begin + 1)) {
    const size_t close = text.find(']', begin);
    if (close == std::string::npos) break;
    const size_t digits = begin + kRows.size();
    const std::optional<int64_t> index =
        WholeNumber(std::string_view(text).substr(digits, close - digits));
    if (!index.has_value() || static_cast<size_t>(*index) >= rows.size()) continue;
    text.replace(begin, close + 1 - begin,
                 absl::StrCat("line ", rows[static_cast<size_t>(*index)].line));
  }
  return text;
}

const ObservationRow* RowOf(const v1::RowOutcome& outcome, const Rows& rows) {
  const bool known = outcome.index() >= 0 && static_cast<size_t>(outcome.index()) < rows.size();
  return known ? &rows[static_cast<size_t>(outcome.index())] : nullptr;
}

// Adds the rows that the answer flags.
void TakeFlags(const v1::PushObservationsResponse& answer, const Rows& rows, PushReport& report) {
  for (const v1::RowOutcome& outcome : answer.outcomes()) {
    const ObservationRow* const row = RowOf(outcome, rows);
    if (row == nullptr) continue;
    for (const v1::RowFault& flag : outcome.flags()) {
      report.flagged.Add({row->line, flag.field(),
                          WithLines(absl::StrCat("stored, but odd: ", FaultText(flag)), rows)});
    }
  }
}

void Refuse(const v1::RowOutcome& outcome, const Rows& rows, PushReport& report) {
  const int64_t line = RowOf(outcome, rows)->line;
  if (outcome.outcome() == v1::OUTCOME_LOCKED) {
    report.refused.Add({line, "",
                        "its quarter is closed; who may correct it does so with "
                        "--correction-reason"});
  } else if (outcome.faults().empty()) {
    report.refused.Add({line, "", "refused; correct the rows above and push again"});
  }
  for (const v1::RowFault& fault : outcome.faults()) {
    report.refused.Add({line, fault.field(), WithLines(FaultText(fault), rows)});
  }
}

// The number of cells that were refused.
int64_t RefusedOf(const v1::PushCounts& counts) { return counts.rejected() + counts.locked(); }

// Adds the rows that the answer refuses; returns how many.
int64_t TakeRefusals(const v1::PushObservationsResponse& answer, const Piece& piece,
                     PushReport& report) {
  const int64_t before = report.refused.rows();
  for (const v1::RowOutcome& outcome : answer.outcomes()) {
    if (Accepted(outcome.outcome()) || RowOf(outcome, piece.rows) == nullptr) continue;
    Refuse(outcome, piece.rows, report);
  }
  int64_t refused = report.refused.rows() - before;
  const int64_t others = RefusedOf(answer.counts()) - refused;
  if (others <= 0) return refused;
  if (piece.scopes.empty()) {
    report.refused.AddRows(others);
    return refused + others;
  }
  // No row of the file is at fault, and still the piece cannot be stored.
  const int64_t line = piece.rows.empty() ? 1 : piece.rows.front().line;
  report.refused.Add(
      {line, "",
       absl::StrCat("here --replace would take back ", Grouped(others),
                    others == 1 ? " cell" : " cells", " of closed quarters that the file leaves ",
                    "out; who may correct them does so with --correction-reason")});
  return std::max<int64_t>(refused, piece.rows.empty() ? 0 : 1);
}

// Adds the rows that an error names, when it names rows and nothing else.
int64_t TakeRefusals(const absl::Status& refusal, const Rows& rows, PushReport& report) {
  std::vector<RowRefusal> named;
  for (const auto& [field, description] : FieldFaultsOf(refusal)) {
    const auto row = RowOf(field);
    if (!row.has_value() || row->first >= rows.size()) return 0;
    named.push_back({rows[row->first].line, row->second, WithLines(description, rows)});
  }
  for (const RowRefusal& row : named) report.refused.Add(row);
  return LinesOf(named);
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

v1::PushObservationsRequest RequestFor(const Piece& piece, const PushOptions& options) {
  v1::PushObservationsRequest request;
  request.set_parent(options.institution);
  request.set_mode(piece.scopes.empty() ? v1::PUSH_MODE_MERGE : v1::PUSH_MODE_REPLACE);
  request.set_partial(options.partial);
  request.set_correction_reason(options.correction_reason);
  for (const v1::Scope& scope : piece.scopes) *request.add_scopes() = scope;
  for (const ObservationRow& row : piece.rows) *request.add_observations() = row.observation;
  if (piece.mask != kWholeCell) {
    auto& mask = *request.mutable_row_mask();
    if ((piece.mask & kValuePart) != 0) mask.add_paths("value");
    if ((piece.mask & kStatusPart) != 0) mask.add_paths("status");
    if ((piece.mask & kCommentPart) != 0) mask.add_paths("comment");
  }
  return request;
}

// Pushes pieces one after the other and reports on them.
class Pusher {
 public:
  Pusher(const Connections& connections, const PushOptions& options, PushReport& report)
      : connections_(connections), options_(options), report_(report) {}

  // False when the following ones should not be tried.
  bool Push(const Piece& piece) {
    v1::PushObservationsRequest request = RequestFor(piece, options_);
    if (options_.validate_only) return Check(request, piece);
    request.set_push_id(PushId(options_.id_prefix, ++number_, request));
    const Answer answer = SendIt(request);
    if (!answer.ok()) return TakeError(answer.status(), request, piece);
    if (answer->replayed()) return TakeReplay(*answer, request, piece);
    Take(*answer, piece);
    return true;
  }

 private:
  Answer SendIt(const v1::PushObservationsRequest& request) const {
    return SendPush<v1::PushObservationsResponse>(
        connections_, request, report_.pieces == 0 ? kFirstAttempts : kChangeAttempts);
  }

  // What would become of a push, row by row.
  Answer Validate(v1::PushObservationsRequest request) const {
    request.clear_push_id();
    request.set_validate_only(true);
    request.set_outcome_detail(v1::OUTCOME_DETAIL_ALL);
    return SendIt(request);
  }

  void Finish(const Piece& piece) {
    ++report_.pieces;
    report_.rows += static_cast<int64_t>(piece.rows.size());
  }

  // Adds the answer to a push that was stored or checked.
  void Take(const v1::PushObservationsResponse& answer, const Piece& piece) {
    TakeRefusals(answer, piece, report_);
    TakeFlags(answer, piece.rows, report_);
    v1::PushCounts stored = answer.counts();
    stored.clear_rejected();
    stored.clear_locked();
    Add(stored, report_.counts);
    const int64_t refused_rows = std::count_if(
        answer.outcomes().begin(), answer.outcomes().end(), [&](const v1::RowOutcome& row) {
          return !Accepted(row.outcome()) && RowOf(row, piece.rows) != nullptr;
        });
    if (!piece.scopes.empty()) {
      report_.cells_swept += stored.inserted() + stored.revised() + stored.unchanged() +
                             stored.deleted() + refused_rows -
                             static_cast<int64_t>(piece.rows.size());
    }
    Finish(piece);
  }

  bool Check(v1::PushObservationsRequest& request, const Piece& piece) {
    request.set_validate_only(true);
    const Answer answer = SendIt(request);
    if (!answer.ok()) return TakeError(answer.status(), request, piece);
    Take(*answer, piece);
    return true;
  }

  bool Fail(const absl::Status& failure) {
    report_.failure = failure;
    return false;
  }

  bool TakeError(const absl::Status& error, const v1::PushObservationsRequest& request,
                 const Piece& piece) {
    const std::string reason = status::Reason(error);
    if (request.validate_only() || (reason != "INVALID_FIELDS" && reason != "PERIOD_CLOSED")) {
      return Fail(error);
    }
    // The error lists the first bad rows only; a validate_only push lists all of them.
    const Answer check = Validate(request);
    int64_t refused = check.ok() ? TakeRefusals(*check, piece, report_) : 0;
    if (refused == 0) refused = TakeRefusals(error, piece.rows, report_);
    if (refused == 0) return Fail(error);
    report_.rows_held_back +=
        std::max<int64_t>(static_cast<int64_t>(piece.rows.size()) - refused, 0);
    Finish(piece);
    return true;
  }

  // Decides on a push that was stored before.
  bool TakeReplay(const v1::PushObservationsResponse& stored,
                  const v1::PushObservationsRequest& request, const Piece& piece) {
    const Answer now = Validate(request);
    if (!now.ok()) return Fail(now.status());
    std::set<size_t> refused_before;
    for (const v1::RowOutcome& outcome : stored.outcomes()) {
      if (!Accepted(outcome.outcome())) refused_before.insert(static_cast<size_t>(outcome.index()));
    }
    const v1::PushCounts& counts = now->counts();
    int64_t swept = int64_t{counts.inserted()} + counts.revised() + counts.unchanged() +
                    counts.deleted() + RefusedOf(counts) - static_cast<int64_t>(piece.rows.size());
    std::vector<size_t> differing;
    std::vector<const v1::RowOutcome*> refused;
    for (const v1::RowOutcome& outcome : now->outcomes()) {
      if (RowOf(outcome, piece.rows) == nullptr) continue;
      const auto index = static_cast<size_t>(outcome.index());
      const bool was_refused = refused_before.count(index) > 0;
      if (outcome.outcome() == v1::OUTCOME_REJECTED || outcome.outcome() == v1::OUTCOME_LOCKED) {
        if (was_refused) {
          refused.push_back(&outcome);
        } else if (outcome.outcome() == v1::OUTCOME_LOCKED) {
          differing.push_back(index);
        }
      } else if (outcome.outcome() != v1::OUTCOME_UNCHANGED) {
        differing.push_back(index);
      }
    }
    if (differing.empty() && swept <= 0) {
      for (const v1::RowOutcome* outcome : refused) Refuse(*outcome, piece.rows, report_);
      return StoredBefore(stored, static_cast<int64_t>(piece.rows.size() - refused.size()), piece);
    }
    if (!options_.again) {
      const absl::StatusOr<StoredPush> push = ReadStoredPush(connections_, stored.name());
      if (!push.ok()) return Fail(push.status());
      const absl::StatusOr<std::vector<ChangedRow>> changed =
          WhoChanged(connections_, stored, push->sender, piece, differing, swept > 0);
      if (!changed.ok()) return Fail(changed.status());
      const int64_t by_others = TakeChanged(*changed, *push, piece);
      if (by_others >= 0) {
        for (const v1::RowOutcome* outcome : refused) Refuse(*outcome, piece.rows, report_);
        return StoredBefore(
            stored, static_cast<int64_t>(piece.rows.size() - refused.size()) - by_others, piece);
      }
    }
    v1::PushObservationsRequest anew = request;
    const std::string unique = connections_.NewRequestId();
    anew.set_push_id(
        AnotherPushId(request.push_id(), std::string_view(unique).substr(unique.find('-') + 1)));
    const Answer answer = SendIt(anew);
    if (!answer.ok()) return TakeError(answer.status(), anew, piece);
    ++report_.pieces_again;
    Take(*answer, piece);
    return true;
  }

  // Adds the rows that are left as they are, because somebody else has changed one of the piece;
  // returns how many. -1: nobody else has.
  int64_t TakeChanged(const std::vector<ChangedRow>& changed, const StoredPush& push,
                      const Piece& piece) {
    const bool others = std::any_of(changed.begin(), changed.end(),
                                    [](const ChangedRow& row) { return !row.by.empty(); });
    if (!others) return -1;
    int64_t rows = 0;
    int64_t beside = 0;
    for (const ChangedRow& row : changed) {
      if (row.index >= piece.rows.size()) {
        ++beside;
        continue;
      }
      ++rows;
      report_.changed.Add({piece.rows[row.index].line, "",
                           absl::StrCat("pushed on ", TimeText(push.time), ", changed since by ",
                                        row.by.empty() ? "yourself" : Quoted(row.by),
                                        row.push.empty() ? "" : absl::StrCat(" (", row.push, ")"),
                                        ": left as it is")});
    }
    if (beside > 0) {
      report_.changed.Add({piece.rows.empty() ? 1 : piece.rows.front().line, "",
                           absl::StrCat(Grouped(beside), beside == 1 ? " cell" : " cells",
                                        " that the file does not have came since ",
                                        TimeText(push.time), ": left as they are")});
    }
    return rows;
  }

  static std::string Quoted(const std::string& name) {
    return absl::StrCat("\"", Printable(name), "\"");
  }
  static std::string TimeText(absl::Time time) {
    return absl::FormatTime("%Y-%m-%d %H:%M UTC", time, absl::UTCTimeZone());
  }

  bool StoredBefore(const v1::PushObservationsResponse& stored, int64_t rows, const Piece& piece) {
    // Who may push may not always read pushes; the date is then unknown.
    if (const auto push = ReadStoredPush(connections_, stored.name()); push.ok()) {
      report_.first_before = std::min(report_.first_before, push->time);
      report_.last_before = std::max(report_.last_before, push->time);
    }
    report_.rows_before += rows;
    Finish(piece);
    return true;
  }

  const Connections& connections_;
  const PushOptions& options_;
  PushReport& report_;
  size_t number_ = 0;
};

}  // namespace

bool PushReport::Changed() const {
  return counts.inserted() > 0 || counts.revised() > 0 || counts.deleted() > 0;
}

int64_t PushReport::RowsStored() const {
  return int64_t{counts.inserted()} + counts.revised() + counts.unchanged() + counts.deleted() -
         cells_swept + rows_before;
}

absl::Status NameDimensions(const Connections& connections, const std::string& institution,
                            SourceFile& file) {
  ATHENA_ASSIGN_OR_RETURN(const std::vector<std::string> columns, file.Dimensions());
  if (columns.empty()) return absl::OkStatus();
  file.SetDimensionIds(DimensionIdsOrNone(connections, institution));
  return absl::OkStatus();
}

PushReport Push(const Connections& connections, const NextPiece& next, const PushOptions& options,
                const std::function<void(int64_t)>& progress) {
  PushReport report;
  Pusher pusher(connections, options, report);
  for (;;) {
    if (Interruption::Requested()) {
      report.interrupted = true;
      return report;
    }
    const absl::StatusOr<std::optional<Piece>> piece = next();
    if (!piece.ok()) report.failure = piece.status();
    if (!piece.ok() || !piece->has_value() || !pusher.Push(**piece)) return report;
    progress(report.rows);
  }
}

Answer ValidatePiece(const Connections& connections, const std::string& institution,
                     const Piece& piece) {
  PushOptions options;
  options.institution = institution;
  v1::PushObservationsRequest request = RequestFor(piece, options);
  request.set_validate_only(true);
  request.set_outcome_detail(v1::OUTCOME_DETAIL_ALL);
  return SendPush<v1::PushObservationsResponse>(connections, request, kFirstAttempts);
}

bool IsWorthRetrying(const absl::Status& failure) {
  return failure.code() == absl::StatusCode::kUnavailable || OutcomeUnknown(failure.code()) ||
         (failure.code() == absl::StatusCode::kResourceExhausted &&
          status::RetryAfter(failure) > absl::ZeroDuration());
}

std::string CountsText(const v1::PushCounts& counts) {
  std::string text;
  for (const auto& [rows, what] :
       {std::pair(counts.inserted(), "inserted"), std::pair(counts.revised(), "revised"),
        std::pair(counts.unchanged(), "unchanged"), std::pair(counts.deleted(), "deleted")}) {
    if (rows == 0) continue;
    absl::StrAppend(&text, text.empty() ? "" : ", ", Grouped(rows), " ", what);
  }
  return text;
}

}  // namespace athena::athenactl

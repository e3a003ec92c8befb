#include "services/athenactl/commands/resources/load_observations.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "libs/status/macros.h"
#include "services/athenactl/files/text/dialect.h"
#include "services/athenactl/sending/pushes/push_id.h"
#include "services/athenactl/sending/pushes/pushing.h"
#include "services/athenactl/terminal/explain.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

namespace v1 = athena::indicator::v1;

// The changed rows of a load that are listed with what they change.
constexpr size_t kMostChangesListed = 20;

std::string ContentText(const v1::Observation& cell, RowMask mask) {
  if (cell.retract()) return "nothing";
  std::vector<std::string> parts;
  if ((mask & kValuePart) != 0) {
    parts.push_back(cell.has_value() ? Shortest(cell.value()) : "no value");
  }
  const bool plain = cell.status() == v1::OBSERVATION_STATUS_UNSPECIFIED ||
                     cell.status() == v1::OBSERVATION_STATUS_NORMAL;
  if ((mask & kStatusPart) != 0 && !plain) parts.emplace_back(StatusLetter(cell.status()));
  if ((mask & kCommentPart) != 0 && !cell.comment().empty()) {
    parts.push_back(absl::StrCat("\"", cell.comment(), "\""));
  }
  return parts.empty() ? "A" : absl::StrJoin(parts, " ");
}

std::string CellText(const v1::Observation& cell) {
  const std::map<std::string, std::string> codes(cell.dimensions().begin(),
                                                 cell.dimensions().end());
  std::string text = cell.indicator();
  for (const auto& [dimension, code] : codes)
    absl::StrAppend(&text, "{", dimension, "=", code, "}");
  return absl::StrCat(text, " ", cell.period());
}

// The observations of one file.
class FileLoader {
 public:
  FileLoader(Context& context, LoadFile& file, const LoadOptions& options,
             const std::set<std::string>& new_indicators, LoadedRows& rows)
      : connections_(context.connections),
        file_(file),
        options_(options),
        new_indicators_(new_indicators),
        rows_(rows) {}

  absl::StatusOr<PushReport> Load(const std::function<void(int64_t)>& progress) {
    PushOptions options;
    options.institution = file_.institution;
    options.id_prefix = PushIdPrefix(file_.file.path());
    options.correction_reason = "";
    const bool readable = file_.survey.refused.empty() && file_.survey.broken.ok();
    // Of a file with rows that cannot be read the others are checked all the same, so that all
    // faults are known at once.
    options.validate_only = options_.dry_run || !readable;
    ATHENA_ASSIGN_OR_RETURN(NextPiece next, PiecesOf(file_.file, file_.survey));
    PushReport report = Push(
        connections_, [&] { return NextToPush(next); }, options, progress);
    Take(report, readable);
    return report;
  }

 private:
  void Take(const PushReport& report, bool readable) {
    const v1::PushCounts& counts = report.counts;
    rows_.refused += file_.survey.refused.rows() + report.refused.rows();
    rows_.left += report.changed.rows() + left_;
    rows_.held_back += report.rows_held_back;
    rows_.before += report.rows_before;
    if (!readable) {
      rows_.held_back += report.RowsStored() + uncheckable_;
      return;
    }
    rows_.inserted += counts.inserted() + uncheckable_;
    rows_.revised += counts.revised() + counts.deleted();
    rows_.unchanged += counts.unchanged();
  }

  // The next piece, without the rows that are to be left as they are.
  absl::StatusOr<std::optional<Piece>> NextToPush(const NextPiece& next) {
    for (;;) {
      ATHENA_ASSIGN_OR_RETURN(std::optional<Piece> piece, next());
      if (!piece.has_value()) return piece;
      if (options_.dry_run) LeaveOutUncheckable(*piece);
      if (!piece->rows.empty()) {
        ATHENA_RETURN_IF_ERROR(LeaveOutChanged(*piece));
      }
      if (!piece->rows.empty()) return piece;
    }
  }

  void LeaveOutUncheckable(Piece& piece) {
    const auto is_new = [&](const ObservationRow& row) {
      return new_indicators_.count(
                 absl::StrCat(file_.institution, "/indicators/", row.observation.indicator())) > 0;
    };
    const auto end = std::remove_if(piece.rows.begin(), piece.rows.end(), is_new);
    uncheckable_ += piece.rows.end() - end;
    piece.rows.erase(end, piece.rows.end());
  }

  // Asks which rows would change what exists, notes these changes and, without --update, leaves
  // them out.
  absl::Status LeaveOutChanged(Piece& piece) {
    ATHENA_ASSIGN_OR_RETURN(const v1::PushObservationsResponse answer,
                            ValidatePiece(connections_, file_.institution, piece));
    std::vector<size_t> changing;
    for (const v1::RowOutcome& outcome : answer.outcomes()) {
      if ((outcome.outcome() != v1::OUTCOME_REVISED && outcome.outcome() != v1::OUTCOME_DELETED) ||
          outcome.index() < 0 || static_cast<size_t>(outcome.index()) >= piece.rows.size()) {
        continue;
      }
      changing.push_back(static_cast<size_t>(outcome.index()));
    }
    if (changing.empty()) return absl::OkStatus();
    for (const size_t index : changing) {
      ATHENA_RETURN_IF_ERROR(NoteChange(piece.rows[index]));
    }
    if (options_.update) return absl::OkStatus();
    left_ += static_cast<int64_t>(changing.size());
    for (size_t at = changing.size(); at > 0; --at) {
      piece.rows.erase(piece.rows.begin() + static_cast<std::ptrdiff_t>(changing[at - 1]));
    }
    return absl::OkStatus();
  }

  absl::Status NoteChange(const ObservationRow& row) {
    if (rows_.changes.size() > kMostChangesListed) return absl::OkStatus();
    if (rows_.changes.size() == kMostChangesListed) {
      rows_.changes.emplace_back("and more rows of observations");
      return absl::OkStatus();
    }
    v1::ListObservationsRequest list;
    list.set_parent(absl::StrCat(file_.institution, "/indicators/", row.observation.indicator()));
    list.set_start_period(row.observation.period());
    list.set_end_period(row.observation.period());
    *list.mutable_slice() = row.observation.dimensions();
    ATHENA_ASSIGN_OR_RETURN(const auto listed,
                            connections_.CallPages<v1::ListObservationsResponse>(list));
    std::string present = "nothing";
    for (const v1::ObservationRecord& record : listed.observations()) {
      v1::Observation cell = record.observation();
      cell.set_indicator(row.observation.indicator());
      if (CellKey(cell) == CellKey(row.observation)) present = ContentText(cell, row.mask);
    }
    rows_.changes.push_back(absl::StrCat(file_.file.path(), ":", row.line, ": ",
                                         CellText(row.observation), ": from ", present, " to ",
                                         ContentText(row.observation, row.mask)));
    return absl::OkStatus();
  }

  const Connections& connections_;
  LoadFile& file_;
  const LoadOptions& options_;
  const std::set<std::string>& new_indicators_;
  LoadedRows& rows_;
  int64_t left_ = 0;
  int64_t uncheckable_ = 0;
};

}  // namespace

absl::StatusOr<std::vector<LoadFile>> SurveyObservations(const Connections& connections,
                                                         const Arguments& arguments,
                                                         const std::vector<SeedFolder>& folders) {
  std::vector<LoadFile> files;
  for (const SeedFolder& folder : folders) {
    ATHENA_ASSIGN_OR_RETURN(Dialect dialect, ReadDialect(arguments, folder.dialect));
    dialect.of_several = true;
    for (const std::string& path : folder.observations) {
      ATHENA_ASSIGN_OR_RETURN(SourceFile file, SourceFile::Open(path, dialect, false));
      ATHENA_RETURN_IF_ERROR(
          At(path, NameDimensions(connections, folder.institution.name(), file)));
      absl::StatusOr<FileSurvey> survey = Survey(file);
      if (!survey.ok()) return At(path, survey.status());
      files.push_back({folder.institution.name(), std::move(file), *std::move(survey)});
    }
  }
  return files;
}

absl::Status LoadObservations(Context& context, std::vector<LoadFile>& files,
                              const LoadOptions& options,
                              const std::set<std::string>& new_indicators, LoadReport& report) {
  LoadedRows rows;
  rows.files = static_cast<int64_t>(files.size());
  for (const LoadFile& file : files) rows.rows += file.survey.rows;
  std::vector<std::pair<std::string, RowFaults>> faults;
  absl::Status failure;
  {
    Progress progress(context.console, "rows", rows.rows);
    int64_t done = 0;
    for (LoadFile& file : files) {
      if (report.interrupted() || !failure.ok()) break;
      const absl::StatusOr<PushReport> pushed =
          FileLoader(context, file, options, new_indicators, rows).Load([&](int64_t of_file) {
            progress.Show(done + of_file);
          });
      if (!pushed.ok()) {
        failure = At(file.file.path(), pushed.status());
        break;
      }
      done += file.survey.rows;
      RowFaults all = file.survey.refused;
      all.Add(pushed->refused);
      all.Add(pushed->changed);
      faults.emplace_back(file.file.path(), std::move(all));
      if (pushed->interrupted) report.Interrupt();
      if (!pushed->failure.ok()) {
        failure = At(absl::StrCat(file.file.path(), ": ", Grouped(pushed->RowsStored()), " of ",
                                  Counted(file.survey.rows, "row", "rows"), " are stored",
                                  IsWorthRetrying(pushed->failure) ? "; load again to go on" : ""),
                     pushed->failure);
      } else if (!file.survey.broken.ok()) {
        failure = At(file.file.path(), file.survey.broken);
      }
    }
  }
  report.Add(rows);
  for (const auto& [path, refused] : faults) report.Refuse(path, refused);
  return failure;
}

}  // namespace athena::athenactl

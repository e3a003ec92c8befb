#include "services/reporting/exports/exports.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"
#include "services/reporting/errors.h"
#include "services/reporting/exports/exported.h"
#include "services/reporting/exports/formats.h"
#include "services/reporting/exports/observations/behind.h"
#include "services/reporting/exports/observations/observation_file.h"
#include "services/reporting/limits.h"
#include "services/reporting/scorecards/validate.h"

namespace athena::reporting {
namespace {

// A file that is in memory, in parts.
class FileParts final : public rpc::PageSource<v1::ExportScorecardResponse> {
 public:
  FileParts(v1::ExportedFile file, std::string content)
      : file_(std::move(file)), content_(std::move(content)) {}

  absl::StatusOr<bool> Next(v1::ExportScorecardResponse* part) override {
    if (Ended()) return false;
    if (!begun_) *part->mutable_file() = std::move(file_);
    begun_ = true;
    // The header is small, and leaves room for itself.
    part->add_pieces(content_.substr(given_, kMaxPieceBytes - kBesidePiece));
    given_ += part->pieces(0).size();
    return true;
  }
  bool Ended() const override { return begun_ && given_ == content_.size(); }

 private:
  static constexpr size_t kBesidePiece = 64 << 10;

  v1::ExportedFile file_;
  const std::string content_;
  size_t given_ = 0;
  bool begun_ = false;
};

}  // namespace

absl::StatusOr<std::unique_ptr<rpc::PageSource<v1::ExportScorecardResponse>>> Exports::Scorecard(
    const rpc::Call& call, const v1::ExportScorecardRequest& message) {
  ATHENA_ASSIGN_OR_RETURN(const ExportRequest request, Validate(message, scorecards_.Now()));
  ATHENA_ASSIGN_OR_RETURN(Scorecards::Whole whole, scorecards_.GetWhole(call, request.card));
  const ScoredPlan& plan = *whole.read.plan;
  if (plan.quarter != request.quarter) {
    return PeriodOutsidePlan(request.quarter.ToString(), plan.tree->plan().first_quarter(),
                             plan.tree->plan().last_quarter());
  }
  if (const size_t bytes = whole.card.ByteSizeLong(); bytes > kMaxExportedBytes) {
    return ExportTooLarge(bytes);
  }
  ATHENA_RETURN_IF_ERROR(call.StillWanted());
  const Format& format = FormatOf(request.format);
  ATHENA_ASSIGN_OR_RETURN(
      const Exported exported,
      ExportedOf(plan, std::move(whole.card), message.language_code(), message.element()));
  v1::ExportedFile file;
  file.set_media_type(std::string(format.media_type));
  file.set_language_code(format.has_words ? std::string(TagOf(exported.language))
                                          : exported.titles);
  *file.mutable_basis() = exported.card.basis();
  file.set_file_name(absl::StrCat(FileStem(message.name(), message.element()),
                                  file.language_code().empty() ? "" : "-", file.language_code(),
                                  ".", std::string(format.extension)));
  ATHENA_ASSIGN_OR_RETURN(std::string content, format.write(exported, request.guard));
  return std::make_unique<FileParts>(std::move(file), std::move(content));
}

absl::StatusOr<std::unique_ptr<rpc::PageSource<v1::ExportObservationsResponse>>>
Exports::Observations(const rpc::Call& call, const v1::ExportObservationsRequest& message) {
  ATHENA_ASSIGN_OR_RETURN(ObservationsRequest request, Validate(message, scorecards_.Now()));
  ATHENA_RETURN_IF_ERROR(scorecards_.Resolve(call, &request.read).status());
  ATHENA_ASSIGN_OR_RETURN(const Scorecards::Read read, scorecards_.ReadPlan(call, request.read));
  ATHENA_ASSIGN_OR_RETURN(CellsBehind behind, ReadBehind(scorecards_.dependencies(), call,
                                                         *read.plan, read.basis, request));
  v1::ExportedFile file;
  file.set_file_name(
      absl::StrCat(FileStem(message.name(), message.element()), "-observations.csv"));
  file.set_media_type("application/vnd.sdmx.data+csv; version=2.0.0; labels=id");
  *file.mutable_basis() = read.basis;
  return MakeObservationFile(scorecards_.dependencies(), call, std::move(file), std::move(behind),
                             request.guard);
}

}  // namespace athena::reporting

#include "services/reporting/exports/observations/observation_file.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "libs/csv/csv.h"
#include "libs/csv/sdmx_csv.h"
#include "libs/status/macros.h"
#include "services/reporting/errors.h"
#include "services/reporting/limits.h"

namespace athena::reporting {
namespace {

using indicator::v1::ListObservationsRequest;
using indicator::v1::ListObservationsResponse;
using indicator::v1::Observation;

// Leaves room in a part for names of indicators.
constexpr size_t kPieceBytes = kMaxPieceBytes / 2;

// The shortest decimal that reads back as the same double, without exponent.
std::string DecimalText(double number) {
  std::array<char, 512> text;  // 1e300 has 301 digits
  const auto [end, fault] =
      std::to_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  return std::string(text.data(), end);
}

// Codes of CL_OBS_STATUS.
std::string_view StatusCode(indicator::v1::ObservationStatus status) {
  switch (status) {
    case indicator::v1::OBSERVATION_STATUS_NORMAL:
      return "A";
    case indicator::v1::OBSERVATION_STATUS_ESTIMATED:
      return "E";
    case indicator::v1::OBSERVATION_STATUS_PROVISIONAL:
      return "P";
    case indicator::v1::OBSERVATION_STATUS_FORECAST:
      return "F";
    case indicator::v1::OBSERVATION_STATUS_NOT_APPLICABLE:
      return "M";
    case indicator::v1::OBSERVATION_STATUS_MISSING:
      return "O";
    case indicator::v1::OBSERVATION_STATUS_NOT_COLLECTED:
      return "L";
    case indicator::v1::OBSERVATION_STATUS_HOLIDAY:
      return "H";
    case indicator::v1::OBSERVATION_STATUS_SUPPRESSED:
      return "Q";
    default:
      return "";
  }
}

bool Matches(const Observation& cell, const std::set<CellSlice>& slices) {
  return std::any_of(slices.begin(), slices.end(), [&](const CellSlice& slice) {
    return std::all_of(slice.begin(), slice.end(), [&](const auto& fixed) {
      const auto code = cell.dimensions().find(fixed.first);
      return code != cell.dimensions().end() && code->second == fixed.second;
    });
  });
}

bool IsWithin(const Observation& cell, Period first, Period last) {
  const absl::StatusOr<Period> period = Period::Parse(cell.period());
  if (!period.ok()) return false;
  const Period quarter = period->QuarterOf();
  return first <= quarter && quarter <= last;
}

// "gob" and "visits" of "institutions/gob/indicators/visits".
std::string StructureIdOf(const std::string& indicator) {
  const size_t end = indicator.find("/indicators/");
  const std::string institution = indicator.substr(0, end);
  return SdmxStructureId(institution.substr(institution.rfind('/') + 1),
                         indicator.substr(indicator.rfind('/') + 1));
}

class ObservationFile final : public rpc::PageSource<v1::ExportObservationsResponse> {
 public:
  ObservationFile(const Dependencies& dependencies, const rpc::Call& call, v1::ExportedFile file,
                  CellsBehind behind, std::vector<std::string> dimensions, bool guard)
      : dependencies_(dependencies),
        call_(call),
        file_(std::move(file)),
        behind_(std::move(behind)),
        dimensions_(std::move(dimensions)),
        guard_(guard),
        unasked_(behind_.indicators.begin()) {}

  absl::StatusOr<bool> Next(v1::ExportObservationsResponse* part) override {
    if (Ended()) return false;
    if (!begun_) {
      begun_ = true;
      *part->mutable_file() = std::move(file_);
      for (const std::string& name : behind_.withheld) part->add_withheld_indicators(name);
      if (guard_) unsent_ = kCsvByteOrderMark;
      unsent_ += CsvLine(SdmxColumns(dimensions_), kCsvLineEnd);
    }
    Ask();
    // Most indicators have few cells: their rows travel together.
    while (!asked_.empty() && unsent_.size() < kPieceBytes) {
      ATHENA_RETURN_IF_ERROR(call_.StillWanted());
      ATHENA_RETURN_IF_ERROR(TakePage(part));
      Ask();
    }
    part->set_rows(rows_);
    part->add_pieces(unsent_.substr(0, kPieceBytes));
    unsent_.erase(0, kPieceBytes);
    return true;
  }
  bool Ended() const override {
    return begun_ && unsent_.empty() && asked_.empty() && unasked_ == behind_.indicators.end();
  }

 private:
  // An indicator of which a page was asked for.
  struct Asked {
    const std::string* name;
    const IndicatorCells* cells;
    ListObservationsRequest request;
    std::unique_ptr<Pending<ListObservationsResponse>> pending;
  };

  void Ask() {
    for (; asked_.size() < kExportsAtATime && unasked_ != behind_.indicators.end(); ++unasked_) {
      const auto& [name, cells] = *unasked_;
      Asked asked{&name, &cells, {}, nullptr};
      asked.request.set_parent(name);
      asked.request.set_start_period(cells.first.ToString());
      asked.request.set_end_period(cells.last.ToString());
      if (cells.slices.size() == 1) {
        asked.request.mutable_slice()->insert(cells.slices.begin()->begin(),
                                              cells.slices.begin()->end());
      }
      asked.request.set_page_size(kExportedPage);
      const std::string institution = name.substr(0, name.find("/indicators/"));
      const v1::Basis& basis = behind_.basis;
      const auto revision = basis.indicator_revisions().find(institution);
      if (revision != basis.indicator_revisions().end()) {
        asked.request.mutable_as_of()->set_revision(revision->second);
      }
      const auto lineage = basis.indicator_lineages().find(institution);
      if (lineage != basis.indicator_lineages().end()) {
        asked.request.mutable_as_of()->set_lineage(lineage->second);
      }
      asked.pending = dependencies_.ListObservations(call_, asked.request);
      asked_.push_back(std::move(asked));
    }
  }

  // Writes a page of the first indicator that was asked for.
  absl::Status TakePage(v1::ExportObservationsResponse* part) {
    Asked& asked = asked_.front();
    const absl::StatusOr<Parts<ListObservationsResponse>> parts = asked.pending->Await();
    if (absl::IsPermissionDenied(parts.status()) || absl::IsNotFound(parts.status())) {
      part->add_withheld_indicators(*asked.name);
      asked_.pop_front();
      return absl::OkStatus();
    }
    ATHENA_RETURN_IF_ERROR(parts.status());
    const ListObservationsResponse& page = **parts->front();
    const std::string structure = StructureIdOf(*asked.name);
    for (const indicator::v1::ObservationRecord& record : page.observations()) {
      const Observation& cell = record.observation();
      if (!Matches(cell, asked.cells->slices) ||
          !IsWithin(cell, asked.cells->first, asked.cells->last)) {
        continue;
      }
      unsent_ += CsvLine(SdmxFields(RowOf(structure, cell)), kCsvLineEnd);
      ++rows_;
    }
    if (page.next_page_token().empty()) {
      asked_.pop_front();
    } else {
      asked.request.set_page_token(page.next_page_token());
      asked.pending = dependencies_.ListObservations(call_, asked.request);
    }
    return absl::OkStatus();
  }

  SdmxRow RowOf(const std::string& structure, const Observation& cell) const {
    const auto text = [&](const std::string& said) { return guard_ ? Guarded(said) : said; };
    SdmxRow row;
    row.structure_id = structure;
    row.action = "I";
    for (const std::string& dimension : dimensions_) {
      const auto code = cell.dimensions().find(dimension);
      row.codes.push_back(code == cell.dimensions().end() ? "" : text(code->second));
    }
    row.period = cell.period();
    if (cell.has_value()) row.value = DecimalText(cell.value());
    row.status = std::string(StatusCode(cell.status()));
    row.comment = text(cell.comment());
    return row;
  }

  const Dependencies& dependencies_;
  const rpc::Call& call_;
  v1::ExportedFile file_;
  const CellsBehind behind_;
  const std::vector<std::string> dimensions_;
  const bool guard_;
  bool begun_ = false;
  std::string unsent_;  // what was read and not sent yet
  int64_t rows_ = 0;    // that were read
  std::map<std::string, IndicatorCells>::const_iterator unasked_;
  std::deque<Asked> asked_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<rpc::PageSource<v1::ExportObservationsResponse>>>
MakeObservationFile(const Dependencies& dependencies, const rpc::Call& call, v1::ExportedFile file,
                    CellsBehind behind, bool guard) {
  std::vector<std::string> dimensions;
  for (const auto& [name, cells] : behind.indicators) {
    for (const std::string& dimension : cells.dimensions) {
      if (IsReservedSdmxColumn(dimension)) return ColumnNameTaken(name, dimension);
      if (std::find(dimensions.begin(), dimensions.end(), dimension) == dimensions.end()) {
        dimensions.push_back(dimension);
      }
    }
  }
  return std::make_unique<ObservationFile>(dependencies, call, std::move(file), std::move(behind),
                                           std::move(dimensions), guard);
}

}  // namespace athena::reporting

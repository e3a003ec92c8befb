#include "services/indicator/ingest/rows/check_rows.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "libs/fields/fields.h"
#include "libs/period/period.h"
#include "services/indicator/ingest/rows/allowed_values.h"
#include "services/indicator/ingest/rows/check_scopes.h"
#include "services/indicator/ingest/rows/sort_cells.h"
#include "services/indicator/model/cell_block.h"
#include "services/indicator/model/definition.h"
#include "services/indicator/model/limits.h"

namespace athena::indicator {
namespace {

using v1::RowFault;

// A period of the request, parsed once however many rows have it.
struct PushPeriod {
  bool valid = false;
  Period period;
  int32_t quarter = 0;
  bool begun = false;
  bool over = false;
};

// A series of the request, likewise.
struct PushSeries {
  const Definition* definition = nullptr;  // nullptr: there is no such indicator
  std::optional<std::string> codes;        // as in SeriesKey; nullopt when they are not valid
  int32_t index = -1;                      // in CheckedRows::series; -1 until a valid row has it
};

PushPeriod ReadPushPeriod(std::string_view text, absl::CivilDay today) {
  const absl::StatusOr<Period> period = Period::Parse(text);
  if (!period.ok()) return {};
  return {true, *period, period->QuarterOf().index(), period->FirstDay() <= today,
          period->LastDay() < today};
}

bool IsCodeOf(const Dimension& dimension, std::string_view code) {
  return dimension.position.contains(absl::string_view(code.data(), code.size()));
}

PushSeries ReadPushSeries(const RowSeries& series, const Definitions& definitions) {
  PushSeries read;
  read.definition = definitions.Find(series.indicator);
  if (read.definition == nullptr) return read;
  const std::vector<Dimension>& dimensions = read.definition->dimensions;
  if (dimensions.size() != series.codes.size()) return read;
  std::string codes;
  for (const Dimension& dimension : dimensions) {
    const std::string_view* const code = series.FindCode(dimension.id);
    if (code == nullptr || !IsCodeOf(dimension, *code)) return read;
    if (!codes.empty()) codes += ',';
    codes += *code;
  }
  read.codes = std::move(codes);
  return read;
}

std::string StatusName(int status) {
  if (!v1::ObservationStatus_IsValid(status)) return absl::StrCat(status);
  return v1::ObservationStatus_Name(status).substr(std::string_view("OBSERVATION_STATUS_").size());
}

class RowChecker {
 public:
  RowChecker(const PushRequest& request, const Definitions& definitions, absl::CivilDay today)
      : request_(request), definitions_(definitions), today_(today) {}

  // The result is not sorted yet.
  CheckedRows Run() {
    checked_.parts = PartsOf(request_.head());
    checked_.scopes = CheckScopes(request_.head(), definitions_, today_, &checked_.scope_faults);
    periods_.reserve(request_.periods().size());
    for (const std::string_view period : request_.periods()) {
      periods_.push_back(ReadPushPeriod(period, today_));
    }
    series_.reserve(request_.series().size());
    for (const RowSeries& series : request_.series()) {
      series_.push_back(ReadPushSeries(series, definitions_));
    }
    checked_.cells.reserve(request_.rows().size());
    for (const PushRow& row : request_.rows()) {
      CheckRow(row);
      ++row_;
    }
    return std::move(checked_);
  }

 private:
  void Reject(RowFault::Reason reason, std::string_view field, decltype(RowError::saw) saw,
              std::string_view allowed) {
    checked_.errors.push_back(
        {row_, reason, std::string(field), std::move(saw), std::string(allowed)});
  }

  void CheckRow(const PushRow& row) {
    const size_t errors_before = checked_.errors.size();
    PushSeries& series = series_[static_cast<size_t>(row.series)];
    const PushPeriod& period = periods_[static_cast<size_t>(row.period)];
    const Definition* const definition = series.definition;
    CheckIndicator(row, definition);
    CheckPeriod(row, definition, period);
    CellWrite cell;
    cell.row = row_;
    CheckValue(row, definition, period, &cell);
    CheckComment(row.comment);
    if (definition != nullptr && !series.codes.has_value()) {
      RejectCodes(request_.SeriesOf(row), *definition);
    }
    if (checked_.errors.size() != errors_before) return;
    cell.quarter = period.quarter;
    cell.period = period.period.index();
    cell.comment = row.comment;
    if (!checked_.scopes.empty() &&
        !InScopes(checked_.scopes, *definition, request_.SeriesOf(row), cell.period)) {
      return Reject(RowFault::REASON_OUTSIDE_SCOPES, "period", std::string(request_.PeriodOf(row)),
                    "a cell inside one of the push's scopes");
    }
    cell.series = IndexOf(series);
    checked_.cells.push_back(cell);
  }

  void CheckIndicator(const PushRow& row, const Definition* definition) {
    if (definition == nullptr) {
      Reject(RowFault::REASON_UNKNOWN_INDICATOR, "indicator",
             std::string(request_.SeriesOf(row).indicator),
             "the id of an indicator of the institution");
    } else if (!definition->TakesObservations()) {
      Reject(RowFault::REASON_INDICATOR_TAKES_NONE, "indicator", definition->id,
             definition->retired ? "one that is not RETIRED"
                                 : "one of kind BASE: a FORMULA is computed");
    }
  }

  void CheckPeriod(const PushRow& row, const Definition* definition, const PushPeriod& period) {
    if (!period.valid) {
      Reject(RowFault::REASON_INVALID_PERIOD, "period", std::string(request_.PeriodOf(row)),
             kAnyPeriod);
    } else if (definition != nullptr && period.period.frequency() != definition->frequency) {
      Reject(
          RowFault::REASON_WRONG_FREQUENCY, "period", std::string(request_.PeriodOf(row)),
          absl::StrCat("a period of frequency ", std::string(FrequencyCode(definition->frequency)),
                       " like ", Period::Containing(definition->frequency, today_).ToString()));
    }
  }

  void CheckValue(const PushRow& row, const Definition* definition, const PushPeriod& period,
                  CellWrite* cell) {
    if (row.retract) {
      if (row.value.has_value()) {
        Reject(RowFault::REASON_STATUS_MISMATCH, "value", *row.value, "nothing with retract");
      }
      if (row.status != v1::OBSERVATION_STATUS_UNSPECIFIED) {
        Reject(RowFault::REASON_STATUS_MISMATCH, "status", StatusName(row.status),
               "nothing with retract");
      }
      if (!row.comment.empty()) {
        Reject(RowFault::REASON_STATUS_MISMATCH, "comment", std::string(row.comment),
               "nothing with retract");
      }
      return;
    }
    const RowParts& parts = checked_.parts;
    if (!parts.whole()) RejectOutsideMask(row);
    int status = row.status;
    if (status == v1::OBSERVATION_STATUS_UNSPECIFIED) {
      const bool running = !parts.status && period.valid && !period.over;
      status = running ? v1::OBSERVATION_STATUS_PROVISIONAL : v1::OBSERVATION_STATUS_NORMAL;
    }
    if (!v1::ObservationStatus_IsValid(status)) {
      Reject(RowFault::REASON_STATUS_MISMATCH, "status", StatusName(status), "a status");
      return;
    }
    cell->status = status;
    if (parts.value) CheckValueFits(row, definition, status, cell);
    // What neither value nor status changes stays as true as it was.
    if (period.valid && (parts.value || parts.status)) CheckOver(period, status);
  }

  void RejectOutsideMask(const PushRow& row) {
    const auto reject = [&](std::string_view field, decltype(RowError::saw) saw) {
      Reject(RowFault::REASON_OUTSIDE_ROW_MASK, field, std::move(saw),
             absl::StrCat("nothing: the push's row_mask does not name ", std::string(field)));
    };
    const RowParts& parts = checked_.parts;
    if (!parts.value && row.value.has_value()) reject("value", *row.value);
    if (!parts.status && row.status != v1::OBSERVATION_STATUS_UNSPECIFIED) {
      reject("status", StatusName(row.status));
    }
    if (!parts.comment && !row.comment.empty()) reject("comment", std::string(row.comment));
  }

  void CheckValueFits(const PushRow& row, const Definition* definition, int status,
                      CellWrite* cell) {
    if (row.value.has_value() && !HasValue(status)) {
      Reject(RowFault::REASON_STATUS_MISMATCH, "status", StatusName(status),
             "NORMAL, ESTIMATED, PROVISIONAL or FORECAST with a value");
    } else if (!row.value.has_value() && HasValue(status)) {
      Reject(RowFault::REASON_STATUS_MISMATCH, "value", std::monostate(),
             checked_.parts.status
                 ? absl::StrCat("a value with status ", StatusName(status))
                 : "a value: no status comes with it that says why there is none");
    } else if (row.value.has_value()) {
      // Adding zero turns -0 into 0 and changes no other number.
      cell->value = *row.value + 0.0;
      CheckMagnitude(cell->value, definition);
    }
  }

  void CheckMagnitude(double value, const Definition* definition) {
    if (!std::isfinite(value) || std::abs(value) > kMaxObservationMagnitude) {
      Reject(RowFault::REASON_VALUE_OUT_OF_RANGE, "value", value,
             "a finite number from -1e15 to 1e15");
      return;
    }
    if (definition == nullptr) return;
    if (definition->min_value.has_value() && value < *definition->min_value) {
      Reject(RowFault::REASON_VALUE_OUT_OF_RANGE, "value", value,
             absl::StrCat("at least ", NumberText(*definition->min_value),
                          ", the indicator's min_value"));
    }
    if (definition->max_value.has_value() && value > *definition->max_value) {
      Reject(RowFault::REASON_VALUE_OUT_OF_RANGE, "value", value,
             absl::StrCat("at most ", NumberText(*definition->max_value),
                          ", the indicator's max_value"));
    }
  }

  void CheckOver(const PushPeriod& period, int status) {
    if (status == v1::OBSERVATION_STATUS_FORECAST || period.over) return;
    if (!period.begun) {
      Reject(RowFault::REASON_PERIOD_NOT_OVER, "period", period.period.ToString(),
             "a period that has begun; one to come takes only FORECAST");
    } else if (status != v1::OBSERVATION_STATUS_ESTIMATED &&
               status != v1::OBSERVATION_STATUS_PROVISIONAL) {
      Reject(RowFault::REASON_PERIOD_NOT_OVER, "period", period.period.ToString(),
             "a period that is over; a running one takes only ESTIMATED, PROVISIONAL or FORECAST");
    }
  }

  void CheckComment(std::string_view comment) {
    // Cells that look empty in a spreadsheet may have blanks.
    if (comment.find_first_not_of(" \t\r\n") == std::string_view::npos) return;
    status::FieldFaults faults;
    fields::CheckText("comment", comment, kMaxCommentBytes, fields::Need::kOptional, &faults);
    if (faults.empty()) return;
    if (comment.size() > kMaxCommentBytes) {
      Reject(RowFault::REASON_INVALID_TEXT, "comment", absl::StrCat(comment.size(), " bytes"),
             absl::StrCat("at most ", kMaxCommentBytes, " bytes"));
    } else {
      Reject(RowFault::REASON_INVALID_TEXT, "comment", std::string(comment),
             "a text without control characters or marks of direction");
    }
  }

  void RejectCodes(const RowSeries& series, const Definition& definition) {
    for (const Dimension& dimension : definition.dimensions) {
      const std::string_view* const code = series.FindCode(dimension.id);
      if (code == nullptr) {
        Reject(RowFault::REASON_MISSING_DIMENSION, fields::At("dimensions", dimension.id),
               std::monostate(), "a code of the dimension");
      } else if (!IsCodeOf(dimension, *code)) {
        Reject(RowFault::REASON_UNKNOWN_CODE, fields::At("dimensions", dimension.id),
               std::string(*code), CodesAllowed(dimension));
      }
    }
    for (const auto& [id, code] : series.codes) {
      if (definition.DimensionAt(id).has_value()) continue;
      Reject(RowFault::REASON_UNKNOWN_DIMENSION,
             fields::At("dimensions", status::Printable(id, kMaxShownId)), std::string(code),
             DimensionsAllowed(definition));
    }
  }

  int32_t IndexOf(PushSeries& series) {
    if (series.index >= 0) return series.index;
    const Definition& definition = *series.definition;
    series.index = static_cast<int32_t>(checked_.series.size());
    checked_.series.push_back({definition.id, *std::move(series.codes), 0});
    series.codes.emplace();  // moved from; still says that the codes are valid
    if (definition.max_change.has_value()) {
      checked_.change_bounds[definition.id] = {*definition.max_change, definition.frequency};
    }
    return series.index;
  }

  const PushRequest& request_;
  const Definitions& definitions_;
  const absl::CivilDay today_;
  CheckedRows checked_;
  int32_t row_ = 0;                  // the row being checked
  std::vector<PushPeriod> periods_;  // as in the request
  std::vector<PushSeries> series_;   // as in the request
};

}  // namespace

CheckedRows CheckRows(const PushRequest& request, std::string_view institution,
                      const Definitions& definitions, absl::CivilDay today,
                      const SeriesNumbers& numbers) {
  CheckedRows checked = RowChecker(request, definitions, today).Run();
  numbers.Resolve(institution, absl::MakeSpan(checked.series));
  SortCells(request, &checked);
  RejectDuplicates(request, &checked);
  std::stable_sort(checked.errors.begin(), checked.errors.end(),
                   [](const RowError& a, const RowError& b) { return a.row < b.row; });
  for (size_t i = 0; i < checked.errors.size(); ++i) {
    if (i == 0 || checked.errors[i].row != checked.errors[i - 1].row) ++checked.rejected_rows;
  }
  return checked;
}

}  // namespace athena::indicator

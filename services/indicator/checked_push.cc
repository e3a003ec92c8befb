#include "services/indicator/checked_push.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <numeric>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/canonical/canonical.h"
#include "libs/fields/fields.h"
#include "libs/status/status.h"
#include "services/indicator/cell_block.h"
#include "services/indicator/limits.h"

namespace athena::indicator {
namespace {

using v1::RowFault;

// A period of the push, looked at once however many rows have it.
struct PeriodSeen {
  bool valid = false;
  Period period;
  int32_t quarter = 0;
  bool begun = false;
  bool over = false;
};

using Saw = decltype(RowError::saw);

class RowChecker {
 public:
  RowChecker(const v1::PushObservationsRequest& request, const Definitions& definitions,
             absl::CivilDay today)
      : request_(request), definitions_(definitions), today_(today) {}

  CheckedRows Check(const SeriesNumbers& numbers, std::string_view institution) {
    CheckScopes();
    checked_.cells.reserve(static_cast<size_t>(request_.observations_size()));
    for (int row = 0; row < request_.observations_size(); ++row) {
      CheckRow(row, request_.observations(row));
    }
    numbers.Resolve(institution, absl::MakeSpan(checked_.series));
    OrderSeries();
    OrderCells();
    RefuseDuplicates();
    std::stable_sort(checked_.errors.begin(), checked_.errors.end(),
                     [](const RowError& a, const RowError& b) { return a.row < b.row; });
    for (size_t i = 0; i < checked_.errors.size(); ++i) {
      if (i == 0 || checked_.errors[i].row != checked_.errors[i - 1].row) ++checked_.rejected;
    }
    return std::move(checked_);
  }

 private:
  void Refuse(RowFault::Reason reason, std::string_view field, Saw saw, std::string_view allowed) {
    checked_.errors.push_back(
        {row_, reason, std::string(field), std::move(saw), std::string(allowed)});
  }

  void CheckRow(int row, const v1::Observation& observation) {
    row_ = row;
    const size_t errors_before = checked_.errors.size();
    const Definition* definition = FindIndicator(observation.indicator());
    const PeriodSeen& seen = See(observation.period());
    if (!seen.valid) {
      Refuse(RowFault::REASON_INVALID_PERIOD, "period", observation.period(),
             "a period: 2021, 2021-S1, 2021-Q3, 2021-07, 2021-W30 or 2021-07-15, years 1900 to "
             "2199");
    } else if (definition != nullptr && seen.period.frequency() != definition->frequency) {
      Refuse(
          RowFault::REASON_WRONG_FREQUENCY, "period", observation.period(),
          absl::StrCat("a period of frequency ", std::string(FrequencyCode(definition->frequency)),
                       " like ", Period::Containing(definition->frequency, today_).ToString()));
    }
    CellWrite cell;
    cell.row = row;
    CheckValue(observation, definition, seen, &cell);
    CheckComment(observation.comment());
    if (definition != nullptr) ReadCodes(observation, *definition);
    if (checked_.errors.size() != errors_before) return;
    cell.quarter = seen.quarter;
    cell.period = seen.period.index();
    cell.comment = observation.comment();
    if (replaces_ && !InScope(observation, *definition, cell.period)) {
      return Refuse(RowFault::REASON_OUTSIDE_SCOPES, "period", observation.period(),
                    "a cell inside one of the push's scopes");
    }
    cell.series = SeriesOf(*definition);
    checked_.cells.push_back(cell);
  }

  void CheckScopes() {
    std::vector<CheckedScope> scopes;
    for (int i = 0; i < request_.scopes_size(); ++i) {
      CheckScope(fields::At("scopes", static_cast<size_t>(i)), request_.scopes(i), &scopes);
    }
    if (checked_.scope_faults.empty()) checked_.scopes = std::move(scopes);
    replaces_ = !checked_.scopes.empty();
  }

  void CheckScope(const std::string& at, const v1::Scope& scope,
                  std::vector<CheckedScope>* scopes) {
    status::FieldFaults& faults = checked_.scope_faults;
    const Definition* definition = definitions_.Find(scope.indicator());
    if (definition == nullptr || !definition->TakesObservations()) {
      faults.Add(at + ".indicator", scope.indicator(),
                 "the id of an indicator of the institution that takes observations");
      return;
    }
    const std::string& last_text =
        scope.end_period().empty() ? scope.start_period() : scope.end_period();
    const std::optional<Period> first =
        ScopePeriod(at + ".start_period", scope.start_period(), definition->frequency);
    const std::optional<Period> last =
        ScopePeriod(at + ".end_period", last_text, definition->frequency);
    CheckedScope checked;
    checked.indicator = definition->id;
    for (const auto& [id, code] : scope.slice()) {
      const std::string field = fields::At(at + ".slice", status::Printable(id, kMaxShownId));
      const std::optional<size_t> place = definition->DimensionAt(id);
      if (!place.has_value()) {
        faults.Add(field, code,
                   absl::StrCat("a dimension of the indicator: ", DimensionIds(*definition)));
      } else if (!definition->dimensions[*place].position.contains(code)) {
        faults.Add(
            field, code,
            absl::StrCat("a code of the dimension: ", FirstCodes(definition->dimensions[*place])));
      } else {
        checked.codes.emplace_back(*place, code);
      }
    }
    if (!first.has_value() || !last.has_value()) return;
    const Period first_cell = first->SubPeriods(definition->frequency).front();
    const Period last_cell = last->SubPeriods(definition->frequency).back();
    if (last_cell < first_cell) {
      faults.Add(at + ".end_period", last_text,
                 absl::StrCat("no period before ", scope.start_period(), ", the start_period"));
      return;
    }
    checked.first_period = first_cell.index();
    checked.last_period = last_cell.index();
    checked.first_quarter = first_cell.QuarterOf().index();
    checked.last_quarter = last_cell.QuarterOf().index();
    scopes->push_back(std::move(checked));
  }

  std::optional<Period> ScopePeriod(const std::string& field, const std::string& text,
                                    Frequency frequency) {
    const absl::StatusOr<Period> period = Period::Parse(text);
    if (period.ok() && period->frequency() >= frequency) return *period;
    checked_.scope_faults.Add(
        field, text,
        absl::StrCat("a period of frequency ", std::string(FrequencyCode(frequency)),
                     " or coarser, like ", Period::Containing(frequency, today_).ToString()));
    return std::nullopt;
  }

  bool InScope(const v1::Observation& observation, const Definition& definition,
               int32_t period) const {
    return std::any_of(
        checked_.scopes.begin(), checked_.scopes.end(), [&](const CheckedScope& scope) {
          return scope.indicator == definition.id && scope.first_period <= period &&
                 period <= scope.last_period &&
                 std::all_of(scope.codes.begin(), scope.codes.end(), [&](const auto& want) {
                   return observation.dimensions().at(definition.dimensions[want.first].id) ==
                          want.second;
                 });
        });
  }

  const Definition* FindIndicator(const std::string& id) {
    if (last_definition_ == nullptr || last_definition_->id != id) {
      last_definition_ = definitions_.Find(id);
    }
    if (last_definition_ == nullptr) {
      Refuse(RowFault::REASON_UNKNOWN_INDICATOR, "indicator", id,
             "the id of an indicator of the institution");
    } else if (!last_definition_->TakesObservations()) {
      Refuse(RowFault::REASON_INDICATOR_TAKES_NONE, "indicator", id,
             last_definition_->retired ? "one that is not RETIRED"
                                       : "one of kind BASE: a FORMULA is computed");
    }
    return last_definition_;
  }

  const PeriodSeen& See(const std::string& text) {
    const auto [found, added] = periods_.try_emplace(text);
    PeriodSeen& seen = found->second;
    if (!added) return seen;
    const absl::StatusOr<Period> period = Period::Parse(text);
    if (!period.ok()) return seen;
    seen = {true, *period, period->QuarterOf().index(), period->FirstDay() <= today_,
            period->LastDay() < today_};
    return seen;
  }

  void CheckValue(const v1::Observation& observation, const Definition* definition,
                  const PeriodSeen& seen, CellWrite* cell) {
    if (observation.retract()) {
      if (observation.has_value()) {
        Refuse(RowFault::REASON_STATUS_MISMATCH, "value", observation.value(),
               "nothing with retract");
      }
      if (observation.status() != v1::OBSERVATION_STATUS_UNSPECIFIED) {
        Refuse(RowFault::REASON_STATUS_MISMATCH, "status", StatusName(observation.status()),
               "nothing with retract");
      }
      if (!observation.comment().empty()) {
        Refuse(RowFault::REASON_STATUS_MISMATCH, "comment", observation.comment(),
               "nothing with retract");
      }
      return;
    }
    int status = observation.status();
    if (status == v1::OBSERVATION_STATUS_UNSPECIFIED) status = v1::OBSERVATION_STATUS_NORMAL;
    if (!v1::ObservationStatus_IsValid(status)) {
      Refuse(RowFault::REASON_STATUS_MISMATCH, "status", StatusName(status), "a status");
      return;
    }
    cell->status = status;
    if (observation.has_value() && !HasValue(status)) {
      Refuse(RowFault::REASON_STATUS_MISMATCH, "status", StatusName(status),
             "NORMAL, ESTIMATED, PROVISIONAL or FORECAST with a value");
    } else if (!observation.has_value() && HasValue(status)) {
      Refuse(RowFault::REASON_STATUS_MISMATCH, "value", std::monostate(),
             absl::StrCat("a value with status ", StatusName(status)));
    } else if (observation.has_value()) {
      // Adding zero turns -0 into 0 and changes no other number.
      cell->value = observation.value() + 0.0;
      CheckMagnitude(cell->value, definition);
    }
    if (seen.valid) CheckOver(seen, status);
  }

  void CheckMagnitude(double value, const Definition* definition) {
    if (!std::isfinite(value) || std::abs(value) > kMaxObservationMagnitude) {
      Refuse(RowFault::REASON_VALUE_OUT_OF_RANGE, "value", value,
             "a finite number from -1e15 to 1e15");
      return;
    }
    if (definition == nullptr) return;
    if (definition->min_value.has_value() && value < *definition->min_value) {
      Refuse(RowFault::REASON_VALUE_OUT_OF_RANGE, "value", value,
             absl::StrCat("at least ", NumberText(*definition->min_value),
                          ", the indicator's min_value"));
    }
    if (definition->max_value.has_value() && value > *definition->max_value) {
      Refuse(RowFault::REASON_VALUE_OUT_OF_RANGE, "value", value,
             absl::StrCat("at most ", NumberText(*definition->max_value),
                          ", the indicator's max_value"));
    }
  }

  void CheckOver(const PeriodSeen& seen, int status) {
    if (status == v1::OBSERVATION_STATUS_FORECAST || seen.over) return;
    if (!seen.begun) {
      Refuse(RowFault::REASON_PERIOD_NOT_OVER, "period", seen.period.ToString(),
             "a period that has begun; one to come takes only FORECAST");
    } else if (status != v1::OBSERVATION_STATUS_ESTIMATED &&
               status != v1::OBSERVATION_STATUS_PROVISIONAL) {
      Refuse(RowFault::REASON_PERIOD_NOT_OVER, "period", seen.period.ToString(),
             "a period that is over; a running one takes only ESTIMATED, PROVISIONAL or FORECAST");
    }
  }

  void CheckComment(const std::string& comment) {
    if (comment.empty()) return;
    status::FieldFaults faults;
    fields::CheckText("comment", comment, kMaxCommentBytes, fields::Need::kOptional, &faults);
    if (faults.empty()) return;
    if (comment.size() > kMaxCommentBytes) {
      Refuse(RowFault::REASON_INVALID_TEXT, "comment", absl::StrCat(comment.size(), " bytes"),
             absl::StrCat("at most ", kMaxCommentBytes, " bytes"));
    } else {
      Refuse(RowFault::REASON_INVALID_TEXT, "comment", comment,
             "a text without control characters");
    }
  }

  // Leaves the codes in codes_, in the order of the definition's dimensions.
  void ReadCodes(const v1::Observation& observation, const Definition& definition) {
    codes_.clear();
    size_t known = 0;
    for (const Dimension& dimension : definition.dimensions) {
      const auto code = observation.dimensions().find(dimension.id);
      if (code == observation.dimensions().end()) {
        Refuse(RowFault::REASON_MISSING_DIMENSION, fields::At("dimensions", dimension.id),
               std::monostate(), "a code of the dimension");
        continue;
      }
      ++known;
      if (!dimension.position.contains(code->second)) {
        Refuse(RowFault::REASON_UNKNOWN_CODE, fields::At("dimensions", dimension.id), code->second,
               absl::StrCat("a code of the dimension: ", FirstCodes(dimension)));
        continue;
      }
      if (!codes_.empty()) codes_ += ',';
      codes_ += code->second;
    }
    if (known == observation.dimensions().size()) return;
    for (const auto& [id, code] : observation.dimensions()) {
      if (definition.DimensionAt(id).has_value()) continue;
      Refuse(RowFault::REASON_UNKNOWN_DIMENSION,
             fields::At("dimensions", status::Printable(id, kMaxShownId)), code,
             absl::StrCat("a dimension of the indicator: ", DimensionIds(definition)));
    }
  }

  static std::string FirstCodes(const Dimension& dimension) {
    constexpr size_t kShown = 5;
    const size_t shown = std::min(kShown, dimension.codes.size());
    return absl::StrCat(absl::StrJoin(dimension.codes.begin(),
                                      dimension.codes.begin() + static_cast<int64_t>(shown), ", "),
                        shown < dimension.codes.size() ? " ..." : "");
  }

  static std::string DimensionIds(const Definition& definition) {
    if (definition.dimensions.empty()) return "it has none";
    return absl::StrJoin(
        definition.dimensions, ", ",
        [](std::string* out, const Dimension& dimension) { out->append(dimension.id); });
  }

  static std::string StatusName(int status) {
    if (!v1::ObservationStatus_IsValid(status)) return absl::StrCat(status);
    return v1::ObservationStatus_Name(status).substr(
        std::string_view("OBSERVATION_STATUS_").size());
  }

  int32_t SeriesOf(const Definition& definition) {
    auto& of_indicator = series_[&definition];
    const auto found = of_indicator.find(codes_);
    if (found != of_indicator.end()) return found->second;
    const auto place = static_cast<int32_t>(checked_.series.size());
    of_indicator.emplace(codes_, place);
    checked_.series.push_back({definition.id, codes_, 0});
    if (definition.max_change.has_value()) {
      checked_.change_bounds[definition.id] = {*definition.max_change, definition.frequency};
    }
    return place;
  }

  // Known numbers first: series that are not known get larger ones when they are made.
  void OrderSeries() {
    std::vector<int32_t> order(checked_.series.size());
    std::iota(order.begin(), order.end(), 0);
    const auto before = [this](int32_t a, int32_t b) {
      const SeriesKey& left = checked_.series[static_cast<size_t>(a)];
      const SeriesKey& right = checked_.series[static_cast<size_t>(b)];
      if ((left.number == 0) != (right.number == 0)) return left.number != 0;
      if (left.number != right.number) return left.number < right.number;
      if (left.number != 0) return false;
      return std::tie(left.indicator, left.codes) < std::tie(right.indicator, right.codes);
    };
    std::sort(order.begin(), order.end(), before);
    std::vector<SeriesKey> ordered;
    ordered.reserve(order.size());
    std::vector<int32_t> place(order.size());
    for (const int32_t old : order) {
      place[static_cast<size_t>(old)] = static_cast<int32_t>(ordered.size());
      ordered.push_back(std::move(checked_.series[static_cast<size_t>(old)]));
    }
    checked_.series = std::move(ordered);
    for (CellWrite& cell : checked_.cells) cell.series = place[static_cast<size_t>(cell.series)];
  }

  void OrderCells() {
    std::sort(checked_.cells.begin(), checked_.cells.end(),
              [](const CellWrite& a, const CellWrite& b) {
                return std::tie(a.quarter, a.series, a.period, a.row) <
                       std::tie(b.quarter, b.series, b.period, b.row);
              });
  }

  void RefuseDuplicates() {
    std::vector<CellWrite>& cells = checked_.cells;
    const auto same = [](const CellWrite& a, const CellWrite& b) {
      return a.quarter == b.quarter && a.series == b.series && a.period == b.period;
    };
    size_t kept = 0;
    for (size_t begin = 0; begin < cells.size();) {
      size_t end = begin + 1;
      while (end < cells.size() && same(cells[begin], cells[end])) ++end;
      if (end == begin + 1) {
        cells[kept++] = cells[begin];
      } else {
        for (size_t i = begin; i < end; ++i) {
          row_ = cells[i].row;
          Refuse(RowFault::REASON_DUPLICATE_KEY, "period", request_.observations(row_).period(),
                 absl::StrCat("each cell once; row ", cells[i == begin ? begin + 1 : begin].row,
                              " has the same indicator, period and dimensions"));
        }
      }
      begin = end;
    }
    cells.resize(kept);
  }

  static constexpr size_t kMaxShownId = 63;

  const v1::PushObservationsRequest& request_;
  const Definitions& definitions_;
  const absl::CivilDay today_;
  // Whether rows are held against scopes: not where these are wrong themselves.
  bool replaces_ = false;
  CheckedRows checked_;
  int32_t row_ = 0;
  const Definition* last_definition_ = nullptr;
  std::string codes_;
  absl::flat_hash_map<std::string_view, PeriodSeen> periods_;
  absl::flat_hash_map<const Definition*, absl::flat_hash_map<std::string, int32_t>> series_;
};

void AppendText(std::string_view text, std::string* to) {
  const auto size = static_cast<uint32_t>(text.size());
  to->append(reinterpret_cast<const char*>(&size), sizeof size);
  to->append(text);
}

using Codes = google::protobuf::Map<std::string, std::string>;

void AppendCodes(const Codes& codes, std::string* to) {
  std::vector<std::pair<std::string_view, std::string_view>> sorted;
  sorted.reserve(codes.size());
  for (const auto& [id, code] : codes) sorted.emplace_back(id, code);
  std::sort(sorted.begin(), sorted.end());
  const auto count = static_cast<uint32_t>(sorted.size());
  to->append(reinterpret_cast<const char*>(&count), sizeof count);
  for (const auto& [id, code] : sorted) {
    AppendText(id, to);
    AppendText(code, to);
  }
}

// A scope as bytes, like a row.
std::string ScopeBytes(const v1::Scope& scope) {
  std::string bytes;
  AppendText(scope.indicator(), &bytes);
  AppendText(scope.start_period(), &bytes);
  AppendText(scope.end_period().empty() ? scope.start_period() : scope.end_period(), &bytes);
  AppendCodes(scope.slice(), &bytes);
  return bytes;
}

// A row as bytes: equal rows give equal bytes, and no two different rows do. Numbers stand in the
// machine's order, little-endian on every machine that is supported.
void AppendRow(const v1::Observation& row, std::string* to) {
  AppendText(row.indicator(), to);
  AppendText(row.period(), to);
  AppendCodes(row.dimensions(), to);
  to->push_back(row.has_value() ? '\1' : '\0');
  const auto bits = std::bit_cast<uint64_t>(row.value() + 0.0);
  to->append(reinterpret_cast<const char*>(&bits), sizeof bits);
  const bool normal = row.status() == v1::OBSERVATION_STATUS_UNSPECIFIED && row.has_value();
  const int32_t status = normal ? v1::OBSERVATION_STATUS_NORMAL : row.status();
  to->append(reinterpret_cast<const char*>(&status), sizeof status);
  to->push_back(row.retract() ? '\1' : '\0');
  AppendText(row.comment(), to);
}

}  // namespace

std::string NumberText(double value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value);
  return std::string(text.data(), end.ptr);
}

std::string RowError::Description() const {
  std::string text = "got ";
  if (const auto* quoted = std::get_if<std::string>(&saw)) {
    absl::StrAppend(&text, "\"", status::Printable(*quoted), "\"");
  } else if (const auto* number = std::get_if<double>(&saw)) {
    text += NumberText(*number);
  } else {
    text += "nothing";
  }
  return absl::StrCat(text, ", want ", allowed);
}

CheckedRows CheckRows(const v1::PushObservationsRequest& request, const Definitions& definitions,
                      absl::CivilDay today, const SeriesNumbers& numbers) {
  const std::string_view institution =
      std::string_view(request.parent()).substr(std::string_view("institutions/").size());
  return RowChecker(request, definitions, today).Check(numbers, institution);
}

std::string ContentDigest(const v1::PushObservationsRequest& request) {
  std::string bytes;
  std::vector<std::pair<size_t, size_t>> at;  // begin and size of each row
  at.reserve(static_cast<size_t>(request.observations_size()));
  for (const v1::Observation& row : request.observations()) {
    const size_t begin = bytes.size();
    AppendRow(row, &bytes);
    at.emplace_back(begin, bytes.size() - begin);
  }
  std::vector<std::string_view> rows;
  rows.reserve(at.size());
  for (const auto& [begin, size] : at) rows.push_back(std::string_view(bytes).substr(begin, size));
  std::sort(rows.begin(), rows.end());
  Sha256 digest;
  std::vector<std::string> scopes;
  scopes.reserve(static_cast<size_t>(request.scopes_size()));
  for (const v1::Scope& scope : request.scopes()) scopes.push_back(ScopeBytes(scope));
  std::sort(scopes.begin(), scopes.end());
  scopes.erase(std::unique(scopes.begin(), scopes.end()), scopes.end());
  digest.AddField("athena push 1");
  digest.AddInt(request.mode() == v1::PUSH_MODE_UNSPECIFIED ? v1::PUSH_MODE_MERGE : request.mode());
  digest.AddInt(request.partial() ? 1 : 0);
  digest.AddField(request.correction_reason());
  digest.AddInt(static_cast<int64_t>(scopes.size()));
  for (const std::string& scope : scopes) digest.AddField(scope);
  digest.AddInt(static_cast<int64_t>(rows.size()));
  for (const std::string_view row : rows) digest.AddField(row);
  return digest.Digest();
}

}  // namespace athena::indicator

#include "services/indicator/ingest/checked_push.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <numeric>
#include <optional>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/canonical/canonical.h"
#include "libs/fields/fields.h"
#include "libs/status/status.h"
#include "services/indicator/ingest/counting_order.h"
#include "services/indicator/model/cell_block.h"
#include "services/indicator/model/limits.h"

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

// A series of the push, likewise.
struct SeriesSeen {
  const Definition* definition = nullptr;  // nullptr: there is no such indicator
  std::optional<std::string> codes;        // as in SeriesKey; nullopt where they are wrong
  int32_t place = -1;                      // in CheckedRows::series; -1 until a good row has it
};

using Saw = decltype(RowError::saw);

// How many smaller values there are than each one's, equal ones counting once.
template <typename T, typename ValueOf>
std::vector<uint32_t> DenseRanks(const std::vector<T>& all, ValueOf value_of) {
  std::vector<int32_t> values;
  values.reserve(all.size());
  for (const T& one : all) values.push_back(value_of(one));
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  std::vector<uint32_t> ranks;
  ranks.reserve(all.size());
  for (const T& one : all) {
    const auto at = std::lower_bound(values.begin(), values.end(), value_of(one));
    ranks.push_back(static_cast<uint32_t>(at - values.begin()));
  }
  return ranks;
}

class RowChecker {
 public:
  RowChecker(const PushRequest& request, const Definitions& definitions, absl::CivilDay today)
      : request_(request), definitions_(definitions), today_(today) {}

  CheckedRows Check(const SeriesNumbers& numbers, std::string_view institution) {
    CheckScopes();
    periods_.reserve(request_.periods().size());
    for (const std::string_view period : request_.periods()) periods_.push_back(See(period));
    series_.reserve(request_.series().size());
    for (const RowSeries& series : request_.series()) series_.push_back(See(series));
    checked_.cells.reserve(request_.rows().size());
    for (const PushRow& row : request_.rows()) {
      CheckRow(row);
      ++row_;
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

  void CheckRow(const PushRow& row) {
    const size_t errors_before = checked_.errors.size();
    SeriesSeen& series = series_[static_cast<size_t>(row.series)];
    const PeriodSeen& period = periods_[static_cast<size_t>(row.period)];
    const Definition* const definition = series.definition;
    CheckIndicator(row, definition);
    if (!period.valid) {
      Refuse(RowFault::REASON_INVALID_PERIOD, "period", std::string(request_.PeriodOf(row)),
             "a period: 2021, 2021-S1, 2021-Q3, 2021-07, 2021-W30 or 2021-07-15, years 1900 to "
             "2199");
    } else if (definition != nullptr && period.period.frequency() != definition->frequency) {
      Refuse(
          RowFault::REASON_WRONG_FREQUENCY, "period", std::string(request_.PeriodOf(row)),
          absl::StrCat("a period of frequency ", std::string(FrequencyCode(definition->frequency)),
                       " like ", Period::Containing(definition->frequency, today_).ToString()));
    }
    CellWrite cell;
    cell.row = row_;
    CheckValue(row, definition, period, &cell);
    CheckComment(row.comment);
    if (definition != nullptr && !series.codes.has_value()) {
      RefuseCodes(request_.SeriesOf(row).codes, *definition);
    }
    if (checked_.errors.size() != errors_before) return;
    cell.quarter = period.quarter;
    cell.period = period.period.index();
    cell.comment = row.comment;
    if (replaces_ && !InScope(request_.SeriesOf(row), *definition, cell.period)) {
      return Refuse(RowFault::REASON_OUTSIDE_SCOPES, "period", std::string(request_.PeriodOf(row)),
                    "a cell inside one of the push's scopes");
    }
    cell.series = PlaceOf(series);
    checked_.cells.push_back(cell);
  }

  void CheckScopes() {
    std::vector<CheckedScope> scopes;
    for (int i = 0; i < request_.head().scopes_size(); ++i) {
      CheckScope(fields::At("scopes", static_cast<size_t>(i)), request_.head().scopes(i), &scopes);
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

  bool InScope(const RowSeries& series, const Definition& definition, int32_t period) const {
    return std::any_of(
        checked_.scopes.begin(), checked_.scopes.end(), [&](const CheckedScope& scope) {
          return scope.indicator == definition.id && scope.first_period <= period &&
                 period <= scope.last_period &&
                 std::all_of(scope.codes.begin(), scope.codes.end(), [&](const auto& want) {
                   return *FindCode(series.codes, definition.dimensions[want.first].id) ==
                          want.second;
                 });
        });
  }

  void CheckIndicator(const PushRow& row, const Definition* definition) {
    if (definition == nullptr) {
      Refuse(RowFault::REASON_UNKNOWN_INDICATOR, "indicator",
             std::string(request_.SeriesOf(row).indicator),
             "the id of an indicator of the institution");
    } else if (!definition->TakesObservations()) {
      Refuse(RowFault::REASON_INDICATOR_TAKES_NONE, "indicator", definition->id,
             definition->retired ? "one that is not RETIRED"
                                 : "one of kind BASE: a FORMULA is computed");
    }
  }

  PeriodSeen See(std::string_view text) const {
    const absl::StatusOr<Period> period = Period::Parse(text);
    if (!period.ok()) return {};
    return {true, *period, period->QuarterOf().index(), period->FirstDay() <= today_,
            period->LastDay() < today_};
  }

  SeriesSeen See(const RowSeries& series) const {
    SeriesSeen seen;
    seen.definition = definitions_.Find(series.indicator);
    if (seen.definition == nullptr) return seen;
    const std::vector<Dimension>& dimensions = seen.definition->dimensions;
    if (dimensions.size() != series.codes.size()) return seen;
    std::string codes;
    for (const Dimension& dimension : dimensions) {
      const std::string_view* const code = FindCode(series.codes, dimension.id);
      if (code == nullptr || !IsCodeOf(dimension, *code)) return seen;
      if (!codes.empty()) codes += ',';
      codes += *code;
    }
    seen.codes = std::move(codes);
    return seen;
  }

  // nullptr where the row has none.
  static const std::string_view* FindCode(absl::Span<const RowCode> codes,
                                          std::string_view dimension) {
    for (const RowCode& code : codes) {
      if (code.dimension == dimension) return &code.code;
    }
    return nullptr;
  }

  static bool IsCodeOf(const Dimension& dimension, std::string_view code) {
    return dimension.position.contains(absl::string_view(code.data(), code.size()));
  }

  void CheckValue(const PushRow& row, const Definition* definition, const PeriodSeen& period,
                  CellWrite* cell) {
    if (row.retract) {
      if (row.value.has_value()) {
        Refuse(RowFault::REASON_STATUS_MISMATCH, "value", *row.value, "nothing with retract");
      }
      if (row.status != v1::OBSERVATION_STATUS_UNSPECIFIED) {
        Refuse(RowFault::REASON_STATUS_MISMATCH, "status", StatusName(row.status),
               "nothing with retract");
      }
      if (!row.comment.empty()) {
        Refuse(RowFault::REASON_STATUS_MISMATCH, "comment", std::string(row.comment),
               "nothing with retract");
      }
      return;
    }
    int status = row.status;
    if (status == v1::OBSERVATION_STATUS_UNSPECIFIED) status = v1::OBSERVATION_STATUS_NORMAL;
    if (!v1::ObservationStatus_IsValid(status)) {
      Refuse(RowFault::REASON_STATUS_MISMATCH, "status", StatusName(status), "a status");
      return;
    }
    cell->status = status;
    if (row.value.has_value() && !HasValue(status)) {
      Refuse(RowFault::REASON_STATUS_MISMATCH, "status", StatusName(status),
             "NORMAL, ESTIMATED, PROVISIONAL or FORECAST with a value");
    } else if (!row.value.has_value() && HasValue(status)) {
      Refuse(RowFault::REASON_STATUS_MISMATCH, "value", std::monostate(),
             absl::StrCat("a value with status ", StatusName(status)));
    } else if (row.value.has_value()) {
      // Adding zero turns -0 into 0 and changes no other number.
      cell->value = *row.value + 0.0;
      CheckMagnitude(cell->value, definition);
    }
    if (period.valid) CheckOver(period, status);
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

  void CheckOver(const PeriodSeen& period, int status) {
    if (status == v1::OBSERVATION_STATUS_FORECAST || period.over) return;
    if (!period.begun) {
      Refuse(RowFault::REASON_PERIOD_NOT_OVER, "period", period.period.ToString(),
             "a period that has begun; one to come takes only FORECAST");
    } else if (status != v1::OBSERVATION_STATUS_ESTIMATED &&
               status != v1::OBSERVATION_STATUS_PROVISIONAL) {
      Refuse(RowFault::REASON_PERIOD_NOT_OVER, "period", period.period.ToString(),
             "a period that is over; a running one takes only ESTIMATED, PROVISIONAL or FORECAST");
    }
  }

  void CheckComment(std::string_view comment) {
    if (comment.empty()) return;
    status::FieldFaults faults;
    fields::CheckText("comment", comment, kMaxCommentBytes, fields::Need::kOptional, &faults);
    if (faults.empty()) return;
    if (comment.size() > kMaxCommentBytes) {
      Refuse(RowFault::REASON_INVALID_TEXT, "comment", absl::StrCat(comment.size(), " bytes"),
             absl::StrCat("at most ", kMaxCommentBytes, " bytes"));
    } else {
      Refuse(RowFault::REASON_INVALID_TEXT, "comment", std::string(comment),
             "a text without control characters");
    }
  }

  void RefuseCodes(absl::Span<const RowCode> codes, const Definition& definition) {
    for (const Dimension& dimension : definition.dimensions) {
      const std::string_view* const code = FindCode(codes, dimension.id);
      if (code == nullptr) {
        Refuse(RowFault::REASON_MISSING_DIMENSION, fields::At("dimensions", dimension.id),
               std::monostate(), "a code of the dimension");
      } else if (!IsCodeOf(dimension, *code)) {
        Refuse(RowFault::REASON_UNKNOWN_CODE, fields::At("dimensions", dimension.id),
               std::string(*code),
               absl::StrCat("a code of the dimension: ", FirstCodes(dimension)));
      }
    }
    for (const auto& [id, code] : codes) {
      if (definition.DimensionAt(id).has_value()) continue;
      Refuse(RowFault::REASON_UNKNOWN_DIMENSION,
             fields::At("dimensions", status::Printable(id, kMaxShownId)), std::string(code),
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

  int32_t PlaceOf(SeriesSeen& series) {
    if (series.place >= 0) return series.place;
    const Definition& definition = *series.definition;
    series.place = static_cast<int32_t>(checked_.series.size());
    checked_.series.push_back({definition.id, *std::move(series.codes), 0});
    series.codes.emplace();  // they are right, which is all that is asked from now on
    if (definition.max_change.has_value()) {
      checked_.change_bounds[definition.id] = {*definition.max_change, definition.frequency};
    }
    return series.place;
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
    const std::vector<CellWrite>& cells = checked_.cells;
    const auto seen = [&](uint32_t place) {
      return static_cast<size_t>(request_.rows()[static_cast<size_t>(cells[place].row)].period);
    };
    const std::vector<uint32_t> periods =
        DenseRanks(periods_, [](const PeriodSeen& period) { return period.period.index(); });
    const std::vector<uint32_t> quarters =
        DenseRanks(periods_, [](const PeriodSeen& period) { return period.quarter; });
    const auto bound = static_cast<uint32_t>(periods_.size());
    CountingOrder order(cells.size());
    order.SortBy(bound, [&](uint32_t place) { return periods[seen(place)]; });
    order.SortBy(static_cast<uint32_t>(checked_.series.size()),
                 [&](uint32_t place) { return static_cast<uint32_t>(cells[place].series); });
    order.SortBy(bound, [&](uint32_t place) { return quarters[seen(place)]; });
    std::vector<CellWrite> ordered;
    ordered.reserve(cells.size());
    for (const uint32_t place : order.places()) ordered.push_back(cells[place]);
    checked_.cells = std::move(ordered);
  }

  void RefuseDuplicates() {
    std::vector<CellWrite>& cells = checked_.cells;
    const auto same = [](const CellWrite& a, const CellWrite& b) {
      return a.quarter == b.quarter && a.series == b.series && a.period == b.period;
    };
    if (std::adjacent_find(cells.begin(), cells.end(), same) == cells.end()) return;
    size_t kept = 0;
    for (size_t begin = 0; begin < cells.size();) {
      size_t end = begin + 1;
      while (end < cells.size() && same(cells[begin], cells[end])) ++end;
      if (end == begin + 1) {
        cells[kept++] = cells[begin];
      } else {
        for (size_t i = begin; i < end; ++i) {
          row_ = cells[i].row;
          Refuse(RowFault::REASON_DUPLICATE_KEY, "period",
                 std::string(request_.PeriodOf(request_.rows()[static_cast<size_t>(row_)])),
                 absl::StrCat("each cell once; row ", cells[i == begin ? begin + 1 : begin].row,
                              " has the same indicator, period and dimensions"));
        }
      }
      begin = end;
    }
    cells.resize(kept);
  }

  static constexpr size_t kMaxShownId = 63;

  const PushRequest& request_;
  const Definitions& definitions_;
  const absl::CivilDay today_;
  // Whether rows are held against scopes: not where these are wrong themselves.
  bool replaces_ = false;
  CheckedRows checked_;
  int32_t row_ = 0;
  std::vector<PeriodSeen> periods_;  // as in the request
  std::vector<SeriesSeen> series_;   // as in the request
};

// Content as bytes: equal content gives equal bytes, and no two different contents do. Numbers
// stand in the machine's order, little-endian on every machine that is supported.
template <typename Number>
void AppendNumber(Number number, std::string* to) {
  to->append(reinterpret_cast<const char*>(&number), sizeof number);
}

void AppendCount(size_t count, std::string* to) { AppendNumber(static_cast<uint32_t>(count), to); }

void AppendText(std::string_view text, std::string* to) {
  AppendCount(text.size(), to);
  to->append(text);
}

// A scope as bytes.
std::string ScopeBytes(const v1::Scope& scope) {
  std::string bytes;
  AppendText(scope.indicator(), &bytes);
  AppendText(scope.start_period(), &bytes);
  AppendText(scope.end_period().empty() ? scope.start_period() : scope.end_period(), &bytes);
  std::vector<std::pair<std::string_view, std::string_view>> slice(scope.slice().begin(),
                                                                   scope.slice().end());
  std::sort(slice.begin(), slice.end());
  AppendCount(slice.size(), &bytes);
  for (const auto& [id, code] : slice) {
    AppendText(id, &bytes);
    AppendText(code, &bytes);
  }
  return bytes;
}

// The rank of each, all being different, and their places by rank.
template <typename T>
std::vector<uint32_t> RanksOf(const std::vector<T>& all, std::vector<uint32_t>* in_order) {
  in_order->resize(all.size());
  std::iota(in_order->begin(), in_order->end(), 0U);
  std::sort(in_order->begin(), in_order->end(),
            [&](uint32_t a, uint32_t b) { return all[a] < all[b]; });
  std::vector<uint32_t> ranks(all.size());
  for (uint32_t rank = 0; rank < ranks.size(); ++rank) ranks[(*in_order)[rank]] = rank;
  return ranks;
}

// Each series as bytes, in the order of the request; they are different, since the series are.
std::vector<std::string> SeriesBytes(const PushRequest& request) {
  std::vector<std::string> all;
  all.reserve(request.series().size());
  for (const RowSeries& series : request.series()) {
    std::string& bytes = all.emplace_back();
    AppendText(series.indicator, &bytes);
    AppendCount(series.codes.size(), &bytes);
    for (const RowCode& code : series.codes) {
      AppendText(code.dimension, &bytes);
      AppendText(code.code, &bytes);
    }
  }
  return all;
}

// What a row says of its cell.
struct CellContent {
  explicit CellContent(const PushRow& row)
      : has_value(row.value.has_value()),
        value(std::bit_cast<uint64_t>(row.value.value_or(0) + 0.0)),
        status(row.status == v1::OBSERVATION_STATUS_UNSPECIFIED && has_value
                   ? v1::OBSERVATION_STATUS_NORMAL
                   : row.status),
        retract(row.retract),
        comment(row.comment) {}

  bool has_value;
  uint64_t value;  // its bits
  int32_t status;
  bool retract;
  std::string_view comment;
};

bool Before(const CellContent& a, const CellContent& b) {
  return std::tie(a.has_value, a.value, a.status, a.retract, a.comment) <
         std::tie(b.has_value, b.value, b.status, b.retract, b.comment);
}

// The series, the periods, and by their ranks the rows, whatever order they came in.
std::string RowBytes(const PushRequest& request) {
  constexpr size_t kUsualBytes = 25;  // of a row without comment
  std::string bytes;
  bytes.reserve(request.rows().size() * kUsualBytes);
  std::vector<uint32_t> in_order;
  const std::vector<std::string> names = SeriesBytes(request);
  const std::vector<uint32_t> series = RanksOf(names, &in_order);
  AppendCount(series.size(), &bytes);
  for (const uint32_t place : in_order) bytes += names[place];
  const std::vector<uint32_t> periods = RanksOf(request.periods(), &in_order);
  AppendCount(periods.size(), &bytes);
  for (const uint32_t place : in_order) AppendText(request.periods()[place], &bytes);

  const std::vector<PushRow>& rows = request.rows();
  // Period and series.
  const auto cell_of = [&](uint32_t place) {
    return uint64_t{periods[static_cast<size_t>(rows[place].period)]} << 32 |
           series[static_cast<size_t>(rows[place].series)];
  };
  CountingOrder order(rows.size());
  order.SortBy(static_cast<uint32_t>(series.size()),
               [&](uint32_t place) { return series[static_cast<size_t>(rows[place].series)]; });
  order.SortBy(static_cast<uint32_t>(periods.size()),
               [&](uint32_t place) { return periods[static_cast<size_t>(rows[place].period)]; });
  AppendCount(rows.size(), &bytes);
  const auto by_content = [&](uint32_t a, uint32_t b) {
    return Before(CellContent(rows[a]), CellContent(rows[b]));
  };
  for (auto begin = order.places().begin(), end = begin; begin != order.places().end();
       begin = end) {
    const uint64_t cell = cell_of(*begin);
    while (end != order.places().end() && cell_of(*end) == cell) ++end;
    if (end - begin > 1) std::sort(begin, end, by_content);
    for (; begin != end; ++begin) {
      const CellContent content(rows[*begin]);
      AppendNumber(cell, &bytes);
      AppendNumber(content.value, &bytes);
      AppendNumber(content.status, &bytes);
      bytes.push_back(static_cast<char>((content.has_value ? 1 : 0) | (content.retract ? 2 : 0)));
      AppendText(content.comment, &bytes);
    }
  }
  return bytes;
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

CheckedRows CheckRows(const PushRequest& request, const Definitions& definitions,
                      absl::CivilDay today, const SeriesNumbers& numbers) {
  const std::string_view institution =
      std::string_view(request.head().parent()).substr(std::string_view("institutions/").size());
  return RowChecker(request, definitions, today).Check(numbers, institution);
}

std::string ContentDigest(const PushRequest& request) {
  const v1::PushObservationsRequest& head = request.head();
  std::vector<std::string> scopes;
  scopes.reserve(static_cast<size_t>(head.scopes_size()));
  for (const v1::Scope& scope : head.scopes()) scopes.push_back(ScopeBytes(scope));
  std::sort(scopes.begin(), scopes.end());
  scopes.erase(std::unique(scopes.begin(), scopes.end()), scopes.end());
  Sha256 digest;
  digest.AddField("athena push 2");
  digest.AddInt(head.mode() == v1::PUSH_MODE_UNSPECIFIED ? v1::PUSH_MODE_MERGE : head.mode());
  digest.AddInt(head.partial() ? 1 : 0);
  digest.AddField(head.correction_reason());
  digest.AddInt(static_cast<int64_t>(scopes.size()));
  for (const std::string& scope : scopes) digest.AddField(scope);
  digest.AddField(RowBytes(request));
  return digest.Digest();
}

}  // namespace athena::indicator

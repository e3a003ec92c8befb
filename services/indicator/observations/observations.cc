#include "services/indicator/observations/observations.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "libs/audit/journal.h"
#include "libs/fields/fields.h"
#include "libs/filter/filter.h"
#include "libs/ids/ids.h"
#include "libs/paging/page.h"
#include "libs/period/period.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/indicator/definitions/access.h"
#include "services/indicator/model/limits.h"
#include "services/indicator/store/observation_store.h"

namespace athena::indicator {
namespace {

constexpr size_t kRowHeaderBytes = 5;  // the most that the tag and the length of a row take

constexpr PageSizes kObservationPages{.default_size = kObservationPage,
                                      .max_size = kMaxObservationPage};

using v1::ListObservationsRequest;
using v1::ListObservationsResponse;

// Periods read by one statement: no quarter has more.
constexpr size_t kMaxPeriodsAtOnce = 100;

// The sort key of a row of the list.
struct RowKey {
  int32_t period = INT32_MIN;
  std::vector<std::string> codes;
  int64_t revision = 0;

  friend bool operator<(const RowKey& a, const RowKey& b) {
    return std::tie(a.period, a.codes, a.revision) < std::tie(b.period, b.codes, b.revision);
  }
};

std::string ToPosition(const RowKey& key) {
  return absl::StrCat(key.period, " ", key.revision, " ", absl::StrJoin(key.codes, ","));
}

absl::StatusOr<std::optional<RowKey>> ParsePosition(const std::string& position) {
  if (position.empty()) return std::nullopt;
  const std::vector<std::string> parts = absl::StrSplit(position, ' ');
  RowKey key;
  if (parts.size() != 3 || !absl::SimpleAtoi(parts[0], &key.period) ||
      !absl::SimpleAtoi(parts[1], &key.revision)) {
    return status::InvalidPageToken();
  }
  if (!parts[2].empty()) key.codes = absl::StrSplit(parts[2], ',');
  return key;
}

// A range of periods as indexes in a frequency, both included.
struct PeriodBounds {
  int32_t first;
  int32_t last;
};

std::optional<Period> ReadBound(std::string_view field, const std::string& text,
                                const Period& default_period, status::FieldFaults* faults) {
  if (text.empty()) return default_period;
  const absl::StatusOr<Period> period = Period::Parse(text);
  if (period.ok()) return *period;
  faults->Add(field, text,
              "a period: 2021, 2021-S1, 2021-Q3, 2021-07, 2021-W30 or 2021-07-15, years 1900 to "
              "2199");
  return std::nullopt;
}

absl::StatusOr<PeriodBounds> BoundsOf(const ListObservationsRequest& request, Frequency frequency) {
  status::FieldFaults faults;
  const std::optional<Period> start =
      ReadBound("start_period", request.start_period(), Period::Year(Period::kFirstYear), &faults);
  const std::optional<Period> end =
      ReadBound("end_period", request.end_period(), Period::Year(Period::kLastYear), &faults);
  ATHENA_RETURN_IF_ERROR(faults.ToStatus());
  return PeriodBounds{Period::Containing(frequency, start->FirstDay()).index(),
                      Period::Containing(frequency, end->LastDay()).index()};
}

absl::StatusOr<CodeFilter> CodesOf(const ListObservationsRequest& request,
                                   const Definition& definition) {
  status::FieldFaults faults;
  CodeFilter filter;
  for (const auto& [id, code] : request.slice()) {
    const std::optional<size_t> at = definition.DimensionAt(id);
    if (!at.has_value()) {
      faults.Add(fields::At("slice", status::Printable(id)), code, "a dimension of the indicator");
    } else if (!definition.dimensions[*at].position.contains(code)) {
      faults.Add(fields::At("slice", id), code, "a code of the dimension");
    } else {
      filter.emplace_back(*at, code);
    }
  }
  ATHENA_RETURN_IF_ERROR(faults.ToStatus());
  return filter;
}

// Reads a page of a list from a snapshot.
class PageReader {
 public:
  PageReader(const versioned::Snapshot& snapshot, const ListObservationsRequest& request,
             const Definition& definition, PeriodBounds bounds)
      : snapshot_(snapshot),
        request_(request),
        definition_(definition),
        frequency_(definition.frequency),
        bounds_(bounds) {}

  // Reads at least `limit` of the rows after `after`, fewer when there are no more, and a few
  // periods too many at most.
  absl::Status Read(const CodeFilter& filter, const std::optional<RowKey>& after, size_t limit) {
    ATHENA_ASSIGN_OR_RETURN(
        std::vector<Series> series,
        ReadSeries(snapshot_.tx(), snapshot_.institution(), definition_.id, filter));
    for (Series& one : series) {
      numbers_.push_back(one.number);
      codes_.emplace(one.number, std::move(one.codes));
    }
    if (numbers_.empty()) return absl::OkStatus();
    int32_t period = std::max(bounds_.first, after.has_value() ? after->period : bounds_.first);
    // As many periods at once as hold about a page, and twice as many wherever they held less than
    // half of one.
    size_t at_once = std::min(limit / numbers_.size() + 1, kMaxPeriodsAtOnce);
    int32_t quarter = QuarterOf(period);
    while (rows_.size() < limit && period <= bounds_.last) {
      ATHENA_ASSIGN_OR_RETURN(const std::optional<int32_t> next,
                              NextQuarter(snapshot_.tx(), snapshot_.institution(), quarter));
      if (!next.has_value()) break;
      quarter = *next;
      const PeriodBounds inside = PeriodsOf(quarter);
      period = std::max(period, inside.first);
      const auto last = static_cast<int32_t>(std::min<int64_t>(
          {int64_t{period} + static_cast<int64_t>(at_once) - 1, inside.last, bounds_.last}));
      if (period <= last) {
        const size_t before = rows_.size();
        ATHENA_RETURN_IF_ERROR(ReadPeriods(quarter, period, last, after));
        if (rows_.size() - before < limit / 2) at_once = std::min(at_once * 2, kMaxPeriodsAtOnce);
        period = last + 1;
      }
      if (period > inside.last) ++quarter;
    }
    return absl::OkStatus();
  }

  // The number of rows that were read.
  size_t size() const { return rows_.size(); }
  RowKey KeyOf(size_t row) const {
    return {rows_[row].period, codes_.at(rows_[row].series), rows_[row].revision};
  }

  absl::Status Fill(size_t row, v1::ObservationRecord* record) {
    const StoredCell& cell = rows_[row];
    v1::Observation& observation = *record->mutable_observation();
    observation.set_indicator(definition_.id);
    observation.set_period(Period::OfIndex(frequency_, cell.period).ToString());
    const std::vector<std::string>& codes = codes_.at(cell.series);
    for (size_t i = 0; i < codes.size(); ++i) {
      (*observation.mutable_dimensions())[definition_.dimensions[i].id] = codes[i];
    }
    if (cell.status == kRetracted) {
      observation.set_retract(true);
    } else {
      observation.set_status(StatusOf(cell.status));
    }
    if (cell.has_value()) observation.set_value(cell.value);
    ATHENA_ASSIGN_OR_RETURN(std::string comment,
                            ReadComment(snapshot_.tx(), snapshot_.institution(), cell));
    observation.set_comment(std::move(comment));
    record->set_revision(cell.revision);
    ATHENA_ASSIGN_OR_RETURN(const absl::Time time, TimeOf(cell.revision));
    *record->mutable_time() = fields::TimestampOf(time);
    return absl::OkStatus();
  }

 private:
  int32_t QuarterOf(int32_t period) const {
    return Period::OfIndex(frequency_, period).QuarterOf().index();
  }

  // The periods stored in a quarter. A semester or a year is stored in its last quarter.
  PeriodBounds PeriodsOf(int32_t quarter) const {
    const Period whole = Period::OfIndex(Frequency::kQuarter, quarter);
    if (frequency_ > Frequency::kQuarter) {
      const int32_t index = Period::Containing(frequency_, whole.LastDay()).index();
      return QuarterOf(index) == quarter ? PeriodBounds{index, index}
                                         : PeriodBounds{index, index - 1};
    }
    const std::vector<Period> periods = whole.SubPeriods(frequency_);
    return {periods.front().index(), periods.back().index()};
  }

  absl::Status ReadPeriods(int32_t quarter, int32_t first, int32_t last,
                           const std::optional<RowKey>& after) {
    const CellRange range{.institution = snapshot_.institution(),
                          .series = numbers_,
                          .first_quarter = quarter,
                          .last_quarter = quarter,
                          .first_period = first,
                          .last_period = last,
                          .revision = snapshot_.revision()};
    const auto begin = static_cast<int64_t>(rows_.size());
    const auto keep = [&](const StoredCell& cell) {
      const bool behind = !after.has_value() || cell.period > after->period ||
                          *after < RowKey{cell.period, codes_.at(cell.series), cell.revision};
      if (behind) rows_.push_back(cell);
      return absl::OkStatus();
    };
    ATHENA_RETURN_IF_ERROR(request_.include_history() ? ReadCellHistory(snapshot_.tx(), range, keep)
                                                      : ReadCells(snapshot_.tx(), range, keep));
    std::sort(rows_.begin() + begin, rows_.end(), [this](const StoredCell& a, const StoredCell& b) {
      if (a.period != b.period) return a.period < b.period;
      if (a.series != b.series) return codes_.at(a.series) < codes_.at(b.series);
      return a.revision < b.revision;
    });
    return absl::OkStatus();
  }

  static v1::ObservationStatus StatusOf(char letter) {
    for (int status = v1::OBSERVATION_STATUS_NORMAL; v1::ObservationStatus_IsValid(status);
         ++status) {
      if (StatusLetter(status) == letter) return static_cast<v1::ObservationStatus>(status);
    }
    return v1::OBSERVATION_STATUS_UNSPECIFIED;
  }

  // The time of a revision.
  absl::StatusOr<absl::Time> TimeOf(int64_t revision) {
    const auto [found, added] = times_.try_emplace(revision);
    if (added) {
      ATHENA_ASSIGN_OR_RETURN(const audit::Head entry,
                              audit::ReadEntry(snapshot_.tx(), snapshot_.institution(), revision));
      found->second = entry.time;
    }
    return found->second;
  }

  const versioned::Snapshot& snapshot_;
  const ListObservationsRequest& request_;
  const Definition& definition_;
  const Frequency frequency_;
  const PeriodBounds bounds_;
  std::vector<int32_t> numbers_;
  absl::flat_hash_map<int32_t, std::vector<std::string>> codes_;
  absl::flat_hash_map<int64_t, absl::Time> times_;
  std::vector<StoredCell> rows_;
};

}  // namespace

absl::StatusOr<ListObservationsResponse> Observations::List(
    const auth::Principal& caller, const ListObservationsRequest& request) const {
  const std::optional<std::vector<std::string>> ids =
      MatchName("institutions/*/indicators/*", request.parent());
  if (!ids.has_value()) {
    return status::InvalidField("parent", request.parent(),
                                "`institutions/{institution}/indicators/{indicator}`");
  }
  const std::string& institution = ids->front();
  ATHENA_ASSIGN_OR_RETURN(const std::shared_ptr<const Definitions> definitions,
                          catalog_.Current(institution));
  const Definition* definition = definitions->Find(ids->back());
  ATHENA_RETURN_IF_ERROR(RequireReadable(caller, institution, definition, request.parent()));
  if (definition == nullptr) return status::NotFound(request.parent());
  if (IsWithheld(caller, institution, definition)) {
    return status::PermissionDenied(
        caller.subject,
        absl::StrCat("read the observations of ", request.parent(), ", which are PERSONAL"));
  }

  status::FieldFaults faults;
  const size_t size = PageSize(request.page_size(), kObservationPages, &faults);
  ATHENA_RETURN_IF_ERROR(faults.ToStatus());
  ATHENA_ASSIGN_OR_RETURN(const PagePosition page, tokens_.Open(request));
  ATHENA_ASSIGN_OR_RETURN(const std::optional<RowKey> after, ParsePosition(page.position));
  ATHENA_ASSIGN_OR_RETURN(const PeriodBounds bounds, BoundsOf(request, definition->frequency));
  ATHENA_ASSIGN_OR_RETURN(const CodeFilter codes, CodesOf(request, *definition));
  ATHENA_ASSIGN_OR_RETURN(const Filter filter,
                          Filter::Parse(request.filter(), v1::ObservationRecord::descriptor()));

  ListObservationsResponse response;
  const auto read = [&](const versioned::Snapshot& snapshot) -> absl::Status {
    response.set_revision(snapshot.revision());
    PageReader reader(snapshot, request, *definition, bounds);
    // One row more than a page shows whether there is another page.
    ATHENA_RETURN_IF_ERROR(reader.Read(codes, after, size + 1));
    const size_t count = std::min(size, reader.size());
    PageRoom room(size, kMaxPageBytes);
    size_t row = 0;
    for (; row < count; ++row) {
      v1::ObservationRecord* record = response.add_observations();
      ATHENA_RETURN_IF_ERROR(reader.Fill(row, record));
      const bool matches = filter.Matches(*record);
      const bool fits = !matches || room.Take(record->ByteSizeLong() + kRowHeaderBytes);
      if (!matches || !fits) response.mutable_observations()->RemoveLast();
      if (!fits) break;
    }
    if (reader.size() > row) {
      response.set_next_page_token(
          tokens_.Seal(request, {snapshot.revision(), ToPosition(reader.KeyOf(row - 1))}));
    }
    return absl::OkStatus();
  };
  ATHENA_RETURN_IF_ERROR(
      store_.ReadPage(institution, page.revision, request.as_of(), clock_.Now(), read));
  return response;
}

}  // namespace athena::indicator

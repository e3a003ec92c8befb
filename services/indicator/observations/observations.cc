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
#include "libs/status/status.h"
#include "services/indicator/definitions/access.h"
#include "services/indicator/model/limits.h"
#include "services/indicator/store/observation_store.h"

namespace athena::indicator {
namespace {

constexpr PageSizes kObservationPages{.default_size = kObservationPage,
                                      .max_size = kMaxObservationPage};

using v1::ListObservationsRequest;
using v1::ListObservationsResponse;

// Periods that are read at once: more than any quarter has.
constexpr size_t kMostAtOnce = 100;

// A row's place in the list.
struct Place {
  int32_t period = INT32_MIN;
  std::vector<std::string> codes;
  int64_t revision = 0;

  friend bool operator<(const Place& a, const Place& b) {
    return std::tie(a.period, a.codes, a.revision) < std::tie(b.period, b.codes, b.revision);
  }
};

std::string PositionOf(const Place& place) {
  return absl::StrCat(place.period, " ", place.revision, " ", absl::StrJoin(place.codes, ","));
}

absl::StatusOr<std::optional<Place>> PlaceAt(const std::string& position) {
  if (position.empty()) return std::nullopt;
  const std::vector<std::string> parts = absl::StrSplit(position, ' ');
  Place place;
  if (parts.size() != 3 || !absl::SimpleAtoi(parts[0], &place.period) ||
      !absl::SimpleAtoi(parts[1], &place.revision)) {
    return status::InvalidPageToken();
  }
  if (!parts[2].empty()) place.codes = absl::StrSplit(parts[2], ',');
  return place;
}

// The periods asked for, as indexes in a frequency.
struct PeriodBounds {
  int32_t first;
  int32_t last;
};

std::optional<Period> ReadPeriod(std::string_view field, const std::string& text,
                                 const Period& otherwise, status::FieldFaults* faults) {
  if (text.empty()) return otherwise;
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
      ReadPeriod("start_period", request.start_period(), Period::Year(Period::kFirstYear), &faults);
  const std::optional<Period> end =
      ReadPeriod("end_period", request.end_period(), Period::Year(Period::kLastYear), &faults);
  if (!faults.empty()) return faults.ToStatus();
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
  if (!faults.empty()) return faults.ToStatus();
  return filter;
}

// Reads the rows of one list that stand behind a place, a page of them, at a snapshot.
class PageReader {
 public:
  PageReader(const versioned::Snapshot& snapshot, const ListObservationsRequest& request,
             const Definition& definition, PeriodBounds bounds)
      : snapshot_(snapshot),
        request_(request),
        definition_(definition),
        frequency_(definition.frequency),
        bounds_(bounds) {}

  // Up to `most` rows.
  absl::Status Read(const CodeFilter& filter, const std::optional<Place>& after, size_t most) {
    absl::StatusOr<std::vector<Series>> series =
        ReadSeries(snapshot_.tx(), snapshot_.institution(), definition_.id, filter);
    if (!series.ok()) return series.status();
    for (Series& one : *series) {
      numbers_.push_back(one.number);
      codes_.emplace(one.number, std::move(one.codes));
    }
    if (numbers_.empty()) return absl::OkStatus();
    int32_t period = std::max(bounds_.first, after.has_value() ? after->period : bounds_.first);
    // Few periods of many series, or many of few: about a page at a time, more where they are thin.
    size_t at_once = std::min(most / numbers_.size() + 1, kMostAtOnce);
    int32_t quarter = QuarterOf(period);
    while (rows_.size() < most && period <= bounds_.last) {
      const absl::StatusOr<std::optional<int32_t>> next =
          NextQuarter(snapshot_.tx(), snapshot_.institution(), quarter);
      if (!next.ok()) return next.status();
      if (!next->has_value()) break;
      quarter = **next;
      const PeriodBounds inside = PeriodsOf(quarter);
      period = std::max(period, inside.first);
      const auto last = static_cast<int32_t>(std::min<int64_t>(
          {int64_t{period} + static_cast<int64_t>(at_once) - 1, inside.last, bounds_.last}));
      if (period <= last) {
        const size_t before = rows_.size();
        absl::Status read = ReadPeriods(quarter, period, last, after);
        if (!read.ok()) return read;
        if (rows_.size() - before < most / 2) at_once = std::min(at_once * 2, kMostAtOnce);
        period = last + 1;
      }
      if (period > inside.last) ++quarter;
    }
    return absl::OkStatus();
  }

  // How many rows were read; more than asked for by a few periods at most.
  size_t size() const { return rows_.size(); }
  Place PlaceOf(size_t row) const {
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
    absl::StatusOr<std::string> comment =
        ReadComment(snapshot_.tx(), snapshot_.institution(), cell);
    if (!comment.ok()) return comment.status();
    observation.set_comment(*std::move(comment));
    record->set_revision(cell.revision);
    const absl::StatusOr<absl::Time> time = TimeOf(cell.revision);
    if (!time.ok()) return time.status();
    *record->mutable_time() = fields::TimestampOf(*time);
    return absl::OkStatus();
  }

 private:
  int32_t QuarterOf(int32_t period) const {
    return Period::OfIndex(frequency_, period).QuarterOf().index();
  }

  // The periods that are stored in a quarter: for a semester or a year, that which ends in it.
  PeriodBounds PeriodsOf(int32_t quarter) const {
    const Period whole = Period::OfIndex(Frequency::kQuarter, quarter);
    if (frequency_ > Frequency::kQuarter) {
      const int32_t index = Period::Containing(frequency_, whole.LastDay()).index();
      // Of the quarters inside it only the last one holds it.
      return QuarterOf(index) == quarter ? PeriodBounds{index, index}
                                         : PeriodBounds{index, index - 1};
    }
    const std::vector<Period> periods = whole.SubPeriods(frequency_);
    return {periods.front().index(), periods.back().index()};
  }

  absl::Status ReadPeriods(int32_t quarter, int32_t first, int32_t last,
                           const std::optional<Place>& after) {
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
                          *after < Place{cell.period, codes_.at(cell.series), cell.revision};
      if (behind) rows_.push_back(cell);
      return absl::OkStatus();
    };
    const absl::Status read = request_.include_history()
                                  ? ReadCellHistory(snapshot_.tx(), range, keep)
                                  : ReadCells(snapshot_.tx(), range, keep);
    std::sort(rows_.begin() + begin, rows_.end(), [this](const StoredCell& a, const StoredCell& b) {
      if (a.period != b.period) return a.period < b.period;
      if (a.series != b.series) return codes_.at(a.series) < codes_.at(b.series);
      return a.revision < b.revision;
    });
    return read;
  }

  static v1::ObservationStatus StatusOf(char letter) {
    for (int status = v1::OBSERVATION_STATUS_NORMAL; v1::ObservationStatus_IsValid(status);
         ++status) {
      if (StatusLetter(status) == letter) return static_cast<v1::ObservationStatus>(status);
    }
    return v1::OBSERVATION_STATUS_UNSPECIFIED;
  }

  absl::StatusOr<absl::Time> TimeOf(int64_t revision) {
    const auto [found, added] = times_.try_emplace(revision);
    if (added) {
      const absl::StatusOr<audit::Head> entry =
          audit::ReadEntry(snapshot_.tx(), snapshot_.institution(), revision);
      if (!entry.ok()) return entry.status();
      found->second = entry->time;
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
    const rpc::Call& call, const ListObservationsRequest& request) const {
  const std::optional<std::vector<std::string>> ids =
      MatchName("institutions/*/indicators/*", request.parent());
  if (!ids.has_value()) {
    return status::InvalidField("parent", request.parent(),
                                "`institutions/{institution}/indicators/{indicator}`");
  }
  const std::string& institution = ids->front();
  const absl::StatusOr<std::shared_ptr<const Definitions>> definitions =
      catalog_.Current(institution);
  if (!definitions.ok()) return definitions.status();
  const Definition* definition = (*definitions)->Find(ids->back());
  absl::Status allowed =
      RequireReadable(call.principal(), institution, definition, request.parent());
  if (!allowed.ok()) return allowed;
  if (definition == nullptr) return status::NotFound(request.parent());

  status::FieldFaults faults;
  const size_t size = PageSize(request.page_size(), kObservationPages, &faults);
  if (!faults.empty()) return faults.ToStatus();
  const absl::StatusOr<PagePosition> page = tokens_.Open(request);
  if (!page.ok()) return page.status();
  const absl::StatusOr<std::optional<Place>> after = PlaceAt(page->position);
  if (!after.ok()) return after.status();
  const absl::StatusOr<PeriodBounds> bounds = BoundsOf(request, definition->frequency);
  if (!bounds.ok()) return bounds.status();
  const absl::StatusOr<CodeFilter> codes = CodesOf(request, *definition);
  if (!codes.ok()) return codes.status();
  const absl::StatusOr<Filter> filter =
      Filter::Parse(request.filter(), v1::ObservationRecord::descriptor());
  if (!filter.ok()) return filter.status();

  ListObservationsResponse response;
  const auto read = [&](const versioned::Snapshot& snapshot) -> absl::Status {
    response.set_revision(snapshot.revision());
    PageReader reader(snapshot, request, *definition, *bounds);
    // One row more tells whether there is another page.
    if (absl::Status rows = reader.Read(*codes, *after, size + 1); !rows.ok()) return rows;
    const size_t given = std::min(size, reader.size());
    for (size_t row = 0; row < given; ++row) {
      v1::ObservationRecord* record = response.add_observations();
      absl::Status filled = reader.Fill(row, record);
      if (!filled.ok()) return filled;
      if (!filter->Matches(*record)) response.mutable_observations()->RemoveLast();
    }
    if (reader.size() > given) {
      response.set_next_page_token(
          tokens_.Seal(request, {snapshot.revision(), PositionOf(reader.PlaceOf(given - 1))}));
    }
    return absl::OkStatus();
  };
  const absl::Status done = page->revision == 0
                                ? store_.Read(institution, request.as_of(), clock_.Now(), read)
                                : store_.ReadAt(institution, page->revision, read);
  if (!done.ok()) return done;
  return response;
}

}  // namespace athena::indicator

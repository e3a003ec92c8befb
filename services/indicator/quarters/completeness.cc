#include "services/indicator/quarters/completeness.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/fields/fields.h"
#include "libs/paging/page.h"
#include "libs/period/period.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/indicator/definitions/access.h"
#include "services/indicator/model/limits.h"
#include "services/indicator/model/names.h"
#include "services/indicator/model/target_message.h"
#include "services/indicator/quarters/completeness_reading.h"
#include "services/indicator/quarters/overdue_senders.h"
#include "services/indicator/rules/timeliness.h"

namespace athena::indicator {

using v1::GetCompletenessRequest;
using v1::GetCompletenessResponse;

// A valid request, and the definitions and rows that it is about.
struct Completeness::Question {
  // An indicator in a quarter to which periods of it belong.
  struct Row {
    const Definition* definition;
    size_t quarter;  // index in `quarters`
    PeriodRange range;
  };

  std::string institution;
  std::vector<Period> quarters;
  size_t page_size = 0;
  size_t first_row = 0;  // of this page
  int64_t revision = 0;
  absl::CivilDay date;
  std::shared_ptr<const Definitions> definitions;  // at the revision
  std::vector<Row> rows;                           // of all pages
};

namespace {

constexpr PageSizes kCompletenessPages{.default_size = kCompletenessPage,
                                       .max_size = kMaxCompletenessPage};

// Where a page begins: its first row, and the basis date, which is that of the first page.
struct PageStart {
  size_t row = 0;
  absl::CivilDay date;
};

std::string TextOf(const PageStart& place) {
  return absl::StrCat(place.row, " ", absl::FormatCivilTime(place.date));
}

absl::StatusOr<PageStart> ReadPageStart(const std::string& position) {
  const std::vector<std::string> parts = absl::StrSplit(position, ' ');
  PageStart place;
  if (parts.size() != 2 || !absl::SimpleAtoi(parts[0], &place.row) ||
      !absl::ParseCivilTime(parts[1], &place.date)) {
    return status::InvalidPageToken();
  }
  return place;
}

std::vector<Period> ReadQuarters(const GetCompletenessRequest& request,
                                 status::FieldFaults* faults) {
  std::vector<Period> quarters;
  const int count = request.quarters_size();
  if (count == 0 || count > kMaxCompletenessQuarters) {
    faults->Add("quarters", count, absl::StrCat("1 to ", kMaxCompletenessQuarters, " of them"));
    return quarters;
  }
  for (int i = 0; i < count; ++i) {
    const absl::StatusOr<Period> quarter = Period::Parse(request.quarters(i));
    if (!quarter.ok() || quarter->frequency() != Frequency::kQuarter) {
      faults->Add(fields::At("quarters", static_cast<size_t>(i)), request.quarters(i),
                  "a quarter as in 2021-Q3");
    } else if (std::find(quarters.begin(), quarters.end(), *quarter) != quarters.end()) {
      faults->Add(fields::At("quarters", static_cast<size_t>(i)), request.quarters(i), "each once");
    } else {
      quarters.push_back(*quarter);
    }
  }
  return quarters;
}

// The BASE indicators that the request names, or else all that are in use. `readable` tells which
// definitions the caller may read.
template <typename Readable>
std::vector<const Definition*> Select(const GetCompletenessRequest& request,
                                      const Definitions& definitions, const Readable& readable,
                                      status::FieldFaults* faults) {
  const auto known = [&](const Definition& definition) {
    return definition.kind == Kind::kBase && readable(definition);
  };
  std::vector<const Definition*> selected;
  if (request.indicators().empty()) {
    for (const Definition& definition : definitions.all()) {
      if (!definition.retired && known(definition)) selected.push_back(&definition);
    }
    return selected;
  }
  absl::flat_hash_set<std::string_view> seen;
  for (int i = 0; i < request.indicators_size(); ++i) {
    const std::string& id = request.indicators(i);
    const Definition* definition = definitions.Find(id);
    if (definition == nullptr || !known(*definition)) {
      faults->Add(fields::At("indicators", static_cast<size_t>(i)), id,
                  "the id of a BASE indicator that you may read");
    } else if (!seen.insert(id).second) {
      faults->Add(fields::At("indicators", static_cast<size_t>(i)), id, "each once");
    } else {
      selected.push_back(definition);
    }
  }
  std::sort(selected.begin(), selected.end(),
            [](const Definition* a, const Definition* b) { return a->id < b->id; });
  return selected;
}

void SetMeasures(const Timeliness& measured, v1::CompletenessMeasures* message) {
  message->set_expected(measured.expected);
  message->set_actual(measured.actual);
  message->set_on_time(measured.on_time);
  message->set_overdue(measured.overdue);
  message->set_declared_missing(measured.declared);
  if (const std::optional<Decimal> rate = measured.Rate(); rate.has_value()) {
    SetNumber(*rate, message->mutable_rate());
  }
  if (const std::optional<Decimal> rate = measured.OnTimeRate(); rate.has_value()) {
    SetNumber(*rate, message->mutable_on_time_rate());
  }
}

v1::ReportingState StateMessage(ReportingState state) {
  switch (state) {
    case ReportingState::kNotExpected:
      return v1::REPORTING_STATE_NOT_EXPECTED;
    case ReportingState::kNotDue:
      return v1::REPORTING_STATE_NOT_DUE;
    case ReportingState::kOnTime:
      return v1::REPORTING_STATE_ON_TIME;
    case ReportingState::kLate:
      return v1::REPORTING_STATE_LATE;
    case ReportingState::kOverdue:
      return v1::REPORTING_STATE_OVERDUE;
  }
  return v1::REPORTING_STATE_UNSPECIFIED;
}

v1::IndicatorCompleteness RowMessage(const Definition& definition, Period quarter,
                                     const MeasuredPeriods& measured) {
  v1::IndicatorCompleteness message;
  message.set_indicator(definition.message.name());
  message.set_quarter(quarter.ToString());
  SetMeasures(measured.completeness.timeliness, message.mutable_measures());
  message.set_state(StateMessage(measured.completeness.state));
  OverdueSenders senders;
  for (const OverdueCells& overdue : measured.overdue) senders.Add(definition.id, overdue);
  *message.mutable_overdue_senders() = senders.Greatest(kMaxRowSenders);
  message.set_unattributed(measured.completeness.unattributed);
  message.set_owner(definition.message.owner());
  message.set_steward(definition.message.steward());
  message.set_source_system(definition.message.source_system());
  return message;
}

// The totals of all rows, which the first page has.
class Sums {
 public:
  explicit Sums(size_t quarters) : quarters_(quarters) {}

  void Add(const Definition& definition, size_t quarter, const MeasuredPeriods& measured) {
    quarters_[quarter].measured += measured.completeness.timeliness;
    if (measured.completeness.state == ReportingState::kOverdue) ++quarters_[quarter].overdue;
    for (const OverdueCells& overdue : measured.overdue) senders_.Add(definition.id, overdue);
  }

  void Fill(const std::vector<Period>& quarters, GetCompletenessResponse* response) const {
    for (size_t i = 0; i < quarters.size(); ++i) {
      v1::QuarterCompleteness& message = *response->add_quarters();
      message.set_quarter(quarters[i].ToString());
      SetMeasures(quarters_[i].measured, message.mutable_measures());
      message.set_overdue_indicators(quarters_[i].overdue);
    }
    *response->mutable_overdue_senders() = senders_.Greatest(kMaxOverdueSenders);
  }

 private:
  struct Quarter {
    Timeliness measured;
    int32_t overdue = 0;
  };
  std::vector<Quarter> quarters_;
  OverdueSenders senders_;
};

}  // namespace

absl::StatusOr<Completeness::Question> Completeness::ReadQuestion(
    const rpc::Call& call, const GetCompletenessRequest& request) const {
  Question question;
  status::FieldFaults faults;
  const std::optional<std::string> institution =
      ReadInstitutionName("parent", request.parent(), &faults);
  if (!institution.has_value()) return faults.ToStatus();
  ATHENA_RETURN_IF_ERROR(
      RequireReader(call.principal(), *institution, catalog_,
                    absl::StrCat("read the completeness of ", request.parent())));
  question.institution = *institution;
  question.quarters = ReadQuarters(request, &faults);
  question.page_size = PageSize(request.page_size(), kCompletenessPages, &faults);
  if (request.indicators_size() > kMaxCompletenessIndicators) {
    faults.Add("indicators", request.indicators_size(),
               absl::StrCat("at most ", kMaxCompletenessIndicators, ", or none for all"));
  }
  if (!faults.empty()) return faults.ToStatus();
  ATHENA_ASSIGN_OR_RETURN(const PagePosition from, tokens_.Open(request));

  const absl::Time now = clock_.Now();
  const auto read = [&](const versioned::Snapshot& snapshot) -> absl::Status {
    ATHENA_ASSIGN_OR_RETURN(question.definitions, ReadDefinitions(snapshot));
    question.revision = snapshot.revision();
    absl::Time day = now;
    if (request.as_of().has_time()) day = *fields::TimeOf(request.as_of().time());
    if (request.as_of().has_revision()) day = snapshot.revision_time();
    question.date = absl::ToCivilDay(day, question.definitions->zone(zone_));
    return absl::OkStatus();
  };
  ATHENA_RETURN_IF_ERROR(store_.ReadPage(*institution, from.revision, request.as_of(), now, read));
  if (from.revision > 0) {
    ATHENA_ASSIGN_OR_RETURN(const PageStart place, ReadPageStart(from.position));
    question.first_row = place.row;
    question.date = place.date;
  }

  // Permission is that of now, whatever the point in history.
  ATHENA_ASSIGN_OR_RETURN(const std::shared_ptr<const Definitions> current,
                          catalog_.Current(*institution));
  const auto readable = [&](const Definition& definition) {
    const Definition* const present = current->Find(definition.id);
    return MayRead(call.principal(), *institution, present) &&
           !IsWithheld(call.principal(), *institution, present);
  };
  for (const Definition* definition : Select(request, *question.definitions, readable, &faults)) {
    for (size_t i = 0; i < question.quarters.size(); ++i) {
      const std::optional<PeriodRange> range =
          PeriodsOfQuarter(question.quarters[i], definition->frequency);
      if (range.has_value()) question.rows.push_back({definition, i, *range});
    }
  }
  if (question.rows.size() > kMaxCompletenessRows) {
    faults.Add("quarters", absl::StrCat(question.rows.size(), " with their indicators"),
               absl::StrCat("at most ", kMaxCompletenessRows,
                            " indicators x quarters: ask for fewer quarters, or name indicators"));
  }
  if (!faults.empty()) return faults.ToStatus();
  return question;
}

absl::StatusOr<GetCompletenessResponse> Completeness::Get(
    const rpc::Call& call, const GetCompletenessRequest& request) const {
  ATHENA_ASSIGN_OR_RETURN(const Question question, ReadQuestion(call, request));
  const bool first_page = question.first_row == 0;
  GetCompletenessResponse response;
  response.set_revision(question.revision);
  *response.mutable_date() = fields::DateOf(question.date);
  Sums sums(question.quarters.size());
  PageRoom room(question.page_size, kMaxPageBytes);
  CompletenessReader reader(question.date, question.definitions->zone(zone_));
  size_t row = question.first_row;
  bool more = true;  // whether another row has to be measured
  const auto take = [&](const Question::Row& at, const MeasuredPeriods& measured) {
    if (first_page) sums.Add(*at.definition, at.quarter, measured);
    const bool listed =
        !request.overdue_only() || measured.completeness.state == ReportingState::kOverdue;
    if (!listed || !response.next_page_token().empty()) return;
    auto message = RowMessage(*at.definition, question.quarters[at.quarter], measured);
    if (room.Take(message.ByteSizeLong())) {
      *response.add_indicators() = std::move(message);
      return;
    }
    response.set_next_page_token(
        tokens_.Seal(request, {question.revision, TextOf({row, question.date})}));
    more = first_page;
  };
  while (more && row < question.rows.size()) {
    ATHENA_RETURN_IF_ERROR(call.StillWanted());
    const int64_t enough = reader.revisions_read() + kCompletenessCellsAtOnce;
    const auto measure_rows = [&](const versioned::Snapshot& snapshot) -> absl::Status {
      for (; more && row < question.rows.size() && reader.revisions_read() < enough; ++row) {
        const Question::Row& at = question.rows[row];
        ATHENA_ASSIGN_OR_RETURN(const MeasuredPeriods measured,
                                reader.Measure(snapshot, *at.definition, at.range));
        take(at, measured);
      }
      return absl::OkStatus();
    };
    ATHENA_RETURN_IF_ERROR(store_.ReadAt(question.institution, question.revision, measure_rows));
  }
  if (first_page) sums.Fill(question.quarters, &response);
  return response;
}

absl::StatusOr<int64_t> Completeness::CountOverdue(const std::string& institution, int quarters,
                                                   absl::FunctionRef<absl::Status()> go_on) const {
  const absl::Time now = clock_.Now();
  std::shared_ptr<const Definitions> definitions;
  int64_t revision = 0;
  ATHENA_RETURN_IF_ERROR(store_.ReadPage(
      institution, 0, {}, now, [&](const versioned::Snapshot& snapshot) -> absl::Status {
        ATHENA_ASSIGN_OR_RETURN(definitions, ReadDefinitions(snapshot));
        revision = snapshot.revision();
        return absl::OkStatus();
      }));
  const absl::TimeZone zone = definitions->zone(zone_);
  const absl::CivilDay today = absl::ToCivilDay(now, zone);
  const Period present = Period::Containing(Frequency::kQuarter, today);
  struct Row {
    const Definition* definition;
    PeriodRange range;
  };
  std::vector<Row> rows;
  for (const Definition& definition : definitions->all()) {
    if (definition.retired || definition.kind != Kind::kBase) continue;
    for (int back = 0; back < quarters; ++back) {
      const auto range = PeriodsOfQuarter(present.Minus(back), definition.frequency);
      if (range.has_value()) rows.push_back({&definition, *range});
    }
  }
  CompletenessReader reader(today, zone);
  int64_t overdue = 0;
  for (size_t row = 0; row < rows.size();) {
    ATHENA_RETURN_IF_ERROR(go_on());
    const int64_t enough = reader.revisions_read() + kCompletenessCellsAtOnce;
    ATHENA_RETURN_IF_ERROR(store_.ReadAt(
        institution, revision, [&](const versioned::Snapshot& snapshot) -> absl::Status {
          for (; row < rows.size() && reader.revisions_read() < enough; ++row) {
            ATHENA_ASSIGN_OR_RETURN(
                const MeasuredPeriods measured,
                reader.Measure(snapshot, *rows[row].definition, rows[row].range));
            overdue += measured.completeness.timeliness.overdue;
          }
          return absl::OkStatus();
        }));
  }
  return overdue;
}

}  // namespace athena::indicator

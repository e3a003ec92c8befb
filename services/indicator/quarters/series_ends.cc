#include "services/indicator/quarters/series_ends.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/fields/fields.h"
#include "libs/paging/page.h"
#include "libs/paging/take_page.h"
#include "libs/period/period.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/indicator/definitions/access.h"
#include "services/indicator/model/names.h"
#include "services/indicator/store/feed_store.h"
#include "services/indicator/store/series_end_store.h"
#include "services/indicator/store/series_store.h"

namespace athena::indicator {
namespace {

constexpr PageSizes kSeriesEndPages{.default_size = 100, .max_size = 1000};

// The codes of the series that an end names, as SeriesKey::codes.
std::string ReadCodes(const v1::SeriesEnd& end, const Definition& definition,
                      status::FieldFaults* faults) {
  std::string codes;
  for (const Dimension& dimension : definition.dimensions) {
    const std::string field = fields::At("series_end.dimensions", dimension.id);
    const auto code = end.dimensions().find(dimension.id);
    if (code == end.dimensions().end()) {
      faults->Missing(field, "a code of the dimension");
    } else if (!dimension.position.contains(code->second)) {
      faults->Add(field, code->second, "a code of the dimension");
    } else {
      if (!codes.empty()) codes += ',';
      codes += code->second;
    }
  }
  for (const auto& [id, code] : end.dimensions()) {
    if (definition.DimensionAt(id).has_value()) continue;
    faults->Add(fields::At("series_end.dimensions", status::Printable(id)), code,
                "a dimension of the indicator");
  }
  return codes;
}

void CheckEndedFrom(const std::string& ended_from, const Definition& definition,
                    status::FieldFaults* faults) {
  if (ended_from.empty()) return;
  const absl::StatusOr<Period> period = Period::Parse(ended_from);
  if (period.ok() && period->frequency() == definition.frequency) return;
  faults->Add("series_end.ended_from", ended_from,
              absl::StrCat("a period of frequency ",
                           std::string(FrequencyCode(definition.frequency)), ", or nothing"));
}

// Adds the quarter of an end, if there is one, as changed.
void AddQuarter(std::string_view indicator, const std::string& ended_from,
                std::vector<QuarterChange>* changes) {
  const absl::StatusOr<Period> period = Period::Parse(ended_from);
  if (period.ok()) changes->emplace_back(indicator, period->QuarterOf().index());
}

}  // namespace

absl::StatusOr<v1::SeriesEnd> SeriesEnds::End(const rpc::Call& call,
                                              const v1::EndSeriesRequest& request) const {
  const v1::SeriesEnd& asked = request.series_end();
  status::FieldFaults faults;
  const std::optional<IndicatorName> name =
      ReadIndicatorName("series_end.indicator", asked.indicator(), &faults);
  if (!name.has_value()) return faults.ToStatus();
  ATHENA_RETURN_IF_ERROR(call.principal().RequireInstitution(
      name->institution, absl::StrCat("end series of ", asked.indicator())));
  ATHENA_ASSIGN_OR_RETURN(const std::shared_ptr<const Definitions> definitions,
                          catalog_.Current(name->institution));
  const Definition* definition = definitions->Find(name->indicator);
  if (definition == nullptr) return status::NotFound(asked.indicator());
  ReadCodes(asked, *definition, &faults);
  CheckEndedFrom(asked.ended_from(), *definition, &faults);
  fields::CheckText("reason", request.reason(), fields::kMaxReasonBytes, fields::Need::kRequired,
                    &faults);
  fields::CheckMutation(request.request_id(), "", &faults);
  if (!faults.empty()) return faults.ToStatus();

  v1::SeriesEnd end;
  ATHENA_RETURN_IF_ERROR(resources_.Mutate(
      call.principal(), name->institution, request, &end,
      [&](versioned::Edit& edit) -> absl::Status {
        // The definition may have changed since; the transaction's own decides.
        std::shared_ptr<const Definitions> now = definitions;
        ATHENA_ASSIGN_OR_RETURN(const int64_t generation,
                                Catalog::Generation(edit.tx(), name->institution));
        if (generation != now->generation()) {
          ATHENA_ASSIGN_OR_RETURN(now, ReadDefinitionsIn(edit.tx(), name->institution));
        }
        const Definition* current = now->Find(name->indicator);
        if (current == nullptr) return status::NotFound(asked.indicator());
        status::FieldFaults changed;
        const std::string codes = ReadCodes(asked, *current, &changed);
        CheckEndedFrom(asked.ended_from(), *current, &changed);
        if (!changed.empty()) return changed.ToStatus();
        const std::string id = SeriesEndId(name->indicator, codes);
        const std::string end_name =
            absl::StrCat(asked.indicator(), "/seriesEnds/", id.substr(name->indicator.size() + 1));

        const int64_t institution = edit.tx().head().key;
        SeriesKey series = {name->indicator, codes};
        ATHENA_RETURN_IF_ERROR(
            FindSeriesNumbers(edit.tx(), institution, absl::MakeSpan(&series, 1)));
        if (series.number == 0) return status::NotFound(end_name);
        ATHENA_ASSIGN_OR_RETURN(const std::optional<v1::SeriesEnd> found,
                                edit.Find<v1::SeriesEnd>(kSeriesEnds, id));
        end = found.value_or(v1::SeriesEnd());
        if (found.has_value() && end.ended_from() == asked.ended_from()) return absl::OkStatus();
        std::vector<QuarterChange> changes;
        AddQuarter(name->indicator, end.ended_from(), &changes);
        AddQuarter(name->indicator, asked.ended_from(), &changes);
        std::sort(changes.begin(), changes.end());
        changes.erase(std::unique(changes.begin(), changes.end()), changes.end());
        end.set_name(end_name);
        end.set_indicator(asked.indicator());
        *end.mutable_dimensions() = asked.dimensions();
        end.set_ended_from(asked.ended_from());
        end.set_reason(request.reason());
        end.set_subject(call.principal().subject);
        ATHENA_RETURN_IF_ERROR(found.has_value() ? edit.Replace(kSeriesEnds, id, &end)
                                                 : edit.Insert(kSeriesEnds, id, &end));
        if (!changes.empty()) {
          ATHENA_RETURN_IF_ERROR(RecordChanges(edit.tx(), institution, edit.revision(), changes));
        }
        ATHENA_RETURN_IF_ERROR(
            RecordChangeInEveryQuarter(edit.tx(), institution, edit.revision(), name->indicator));
        edit.tx().OnCommit(
            [this, institution_id = name->institution] { wakeups_.Notify(institution_id); });
        return absl::OkStatus();
      }));
  return end;
}

absl::StatusOr<v1::ListSeriesEndsResponse> SeriesEnds::List(
    const rpc::Call& call, const v1::ListSeriesEndsRequest& request) const {
  status::FieldFaults faults;
  const std::optional<std::string> institution =
      ReadInstitutionName("parent", request.parent(), &faults);
  if (!institution.has_value()) return faults.ToStatus();
  ATHENA_RETURN_IF_ERROR(RequireReader(call.principal(), *institution, catalog_,
                                       absl::StrCat("list ends of series of ", request.parent())));
  if (!request.indicator().empty() && !IsIndicatorId(request.indicator())) {
    faults.Add("indicator", request.indicator(), kIndicatorIdGrammar);
  }
  const size_t size = PageSize(request.page_size(), kSeriesEndPages, &faults);
  if (!faults.empty()) return faults.ToStatus();
  ATHENA_ASSIGN_OR_RETURN(const PagePosition from, tokens_.Open(request));
  // Permission is that of now, whatever the point in history.
  ATHENA_ASSIGN_OR_RETURN(const std::shared_ptr<const Definitions> current,
                          catalog_.Current(*institution));
  std::string prefix;
  if (!request.indicator().empty()) {
    const Definition* definition = current->Find(request.indicator());
    const std::string name = IndicatorName{*institution, request.indicator()}.ToString();
    ATHENA_RETURN_IF_ERROR(RequireReadable(call.principal(), *institution, definition, name));
    if (definition == nullptr) return status::NotFound(name);
    prefix = absl::StrCat(request.indicator(), "/");
  }

  v1::ListSeriesEndsResponse response;
  const auto read = [&](const versioned::Snapshot& snapshot) -> absl::Status {
    ATHENA_ASSIGN_OR_RETURN(std::vector<v1::SeriesEnd> ends,
                            snapshot.List<v1::SeriesEnd>(kSeriesEnds, prefix));
    const auto hidden = [&](const v1::SeriesEnd& end) {
      if (end.ended_from().empty() && !request.include_withdrawn()) return true;
      const std::optional<IndicatorName> name = ParseIndicatorName(end.indicator());
      if (!name.has_value()) return true;
      const Definition* const definition = current->Find(name->indicator);
      return !MayRead(call.principal(), *institution, definition) ||
             IsWithheld(call.principal(), *institution, definition);
    };
    ends.erase(std::remove_if(ends.begin(), ends.end(), hidden), ends.end());
    const std::string last = TakePage(
        std::move(ends), from.position, size,
        [](const v1::SeriesEnd& end) -> const std::string& { return end.name(); }, std::less<>(),
        response.mutable_series_ends());
    response.set_revision(snapshot.revision());
    if (!last.empty()) {
      response.set_next_page_token(tokens_.Seal(request, {snapshot.revision(), last}));
    }
    return absl::OkStatus();
  };
  ATHENA_RETURN_IF_ERROR(resources_.store().ReadPage(*institution, from.revision, request.as_of(),
                                                     resources_.clock().Now(), read));
  return response;
}

}  // namespace athena::indicator

#include "services/indicator/series_ends.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/fields/fields.h"
#include "libs/period/period.h"
#include "libs/status/status.h"
#include "services/indicator/errors.h"
#include "services/indicator/feed_store.h"
#include "services/indicator/names.h"
#include "services/indicator/series_end_store.h"
#include "services/indicator/series_store.h"

namespace athena::indicator {
namespace {

// The codes of the series, as SeriesKey::codes.
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

// Where the end lies, before or after; nothing where there is none.
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
  const absl::Status allowed = call.principal().RequireInstitution(
      name->institution, absl::StrCat("end series of ", asked.indicator()));
  if (!allowed.ok()) return allowed;
  const absl::StatusOr<std::shared_ptr<const Definitions>> definitions =
      catalog_.Current(name->institution);
  if (!definitions.ok()) return StorageRefusal(definitions.status());
  const Definition* definition = (*definitions)->Find(name->indicator);
  if (definition == nullptr) return status::NotFound(asked.indicator());
  const std::string codes = ReadCodes(asked, *definition, &faults);
  CheckEndedFrom(asked.ended_from(), *definition, &faults);
  fields::CheckText("reason", request.reason(), fields::kMaxReasonBytes, fields::Need::kRequired,
                    &faults);
  fields::CheckMutation(request.request_id(), "", &faults);
  if (!faults.empty()) return faults.ToStatus();

  const std::string id = SeriesEndId(name->indicator, codes);
  const std::string end_name =
      absl::StrCat(asked.indicator(), "/seriesEnds/", id.substr(name->indicator.size() + 1));
  absl::StatusOr<v1::SeriesEnd> ended = store_.Mutate<v1::SeriesEnd>(
      {.institution = name->institution,
       .subject = call.principal().subject,
       .action = "EndSeries",
       .reason = request.reason(),
       .request_id = request.request_id(),
       .request = &request},
      [&](versioned::Edit& edit) -> absl::StatusOr<v1::SeriesEnd> {
        const absl::StatusOr<int64_t> institution =
            FindInstitutionNumber(edit.tx(), name->institution);
        if (!institution.ok()) return institution.status();
        const absl::StatusOr<int32_t> series =
            FindSeriesNumber(edit.tx(), *institution, {name->indicator, codes});
        if (!series.ok()) return series.status();
        if (*series == 0) return status::NotFound(end_name);
        absl::StatusOr<std::optional<v1::SeriesEnd>> found =
            edit.Find<v1::SeriesEnd>(kSeriesEnds, id);
        if (!found.ok()) return found.status();
        v1::SeriesEnd end = found->value_or(v1::SeriesEnd());
        if (found->has_value() && end.ended_from() == asked.ended_from()) return end;
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
        absl::Status stored = found->has_value() ? edit.Replace(kSeriesEnds, id, &end)
                                                 : edit.Insert(kSeriesEnds, id, &end);
        if (stored.ok() && !changes.empty()) {
          stored = RecordChanges(edit.tx(), *institution, edit.revision(), changes);
        }
        if (stored.ok()) {
          stored =
              RecordChangeInEveryQuarter(edit.tx(), *institution, edit.revision(), name->indicator);
        }
        if (!stored.ok()) return stored;
        edit.tx().OnCommit([this] { wakeups_.Notify(); });
        return end;
      });
  if (!ended.ok()) return StorageRefusal(ended.status());
  return ended;
}

}  // namespace athena::indicator

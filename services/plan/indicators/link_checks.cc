#include "services/plan/indicators/link_checks.h"

#include <cstddef>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/status/macros.h"

namespace athena::plan {

absl::Status CheckNewLinks(const IndicatorService& service, const resource::Caller& caller,
                           const std::string& institution, absl::Span<const NewLink> links,
                           status::FieldFaults* faults) {
  if (links.empty()) return absl::OkStatus();
  if (caller.call == nullptr) return status::Internal("links are checked for a served call only");
  std::vector<IndicatorSelection> selections;
  selections.reserve(links.size());
  for (const NewLink& link : links) selections.push_back(link.selection);
  ATHENA_ASSIGN_OR_RETURN(const std::vector<Linkable> answers,
                          service.CheckLinks(*caller.call, institution, selections));
  for (size_t i = 0; i < links.size(); ++i) {
    const auto& [indicator, slice] = links[i].selection;
    if (answers[i] == Linkable::kUnknown) {
      faults->Add(links[i].indicator_field, indicator,
                  absl::StrCat("an indicator of institutions/", institution,
                               ", or one that is shared with it"));
    } else if (answers[i] == Linkable::kNoSuchSlice) {
      faults->Add(links[i].slice_field, absl::StrJoin(slice, ", ", absl::PairFormatter("=")),
                  absl::StrCat("dimensions and codes of ", indicator));
    }
  }
  return absl::OkStatus();
}

}  // namespace athena::plan

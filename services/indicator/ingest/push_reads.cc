#include "services/indicator/ingest/push_reads.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "libs/audit/journal.h"
#include "libs/ids/ids.h"
#include "libs/paging/page.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/indicator/definitions/access.h"
#include "services/indicator/ingest/push_store.h"
#include "services/indicator/model/limits.h"
#include "services/indicator/model/names.h"

namespace athena::indicator {
namespace {

constexpr PageSizes kPushPages{.default_size = kPushPage, .max_size = kMaxPushPage};

// The revision in the name of a push; nullopt when it is not a positive number written plainly.
std::optional<int64_t> ParseRevision(const std::string& text) {
  int64_t revision = 0;
  if (!absl::SimpleAtoi(text, &revision) || revision <= 0) return std::nullopt;
  if (text != absl::StrCat(revision)) return std::nullopt;
  return revision;
}

absl::StatusOr<int64_t> LatestRevision(sql::ReadTx& tx, std::string_view institution) {
  ATHENA_ASSIGN_OR_RETURN(const audit::Head head, audit::ReadHead(tx, institution));
  return head.revision;
}

bool AnyWithheld(const auth::Principal& caller, std::string_view institution,
                 const Definitions& definitions) {
  return std::any_of(
      definitions.all().begin(), definitions.all().end(),
      [&](const Definition& definition) { return IsWithheld(caller, institution, &definition); });
}

// Removes what tells of withheld indicators from pushes of an institution.
absl::Status RemoveWithheld(sql::ReadTx& tx, const auth::Principal& caller,
                            const std::string& institution, const Definitions& definitions,
                            absl::Span<v1::Push* const> pushes) {
  if (!AnyWithheld(caller, institution, definitions)) return absl::OkStatus();
  for (v1::Push* const push : pushes) {
    const auto withhold = [&](const audit::Record& entry) {
      if (!NamesWithheld(caller, institution, definitions, entry)) return absl::OkStatus();
      push->clear_counts();
      push->clear_scopes();
      return absl::OkStatus();
    };
    ATHENA_RETURN_IF_ERROR(
        audit::ReadAfter(tx, institution, push->revision() - 1, /*limit=*/1, withhold));
  }
  return absl::OkStatus();
}

}  // namespace

bool NamesWithheld(const auth::Principal& caller, std::string_view institution,
                   const Definitions& definitions, const audit::Record& entry) {
  if (!AnyWithheld(caller, institution, definitions)) return false;
  // An entry may have been shortened: then it may name any.
  if (entry.resources.size() >= audit::kMaxResources) return true;
  return std::any_of(entry.resources.begin(), entry.resources.end(), [&](const std::string& name) {
    const std::optional<IndicatorName> parts = ParseIndicatorName(name);
    return parts.has_value() && IsWithheld(caller, institution, definitions.Find(parts->indicator));
  });
}

absl::StatusOr<v1::Push> PushReads::Get(const auth::Principal& caller,
                                        const v1::GetPushRequest& request) const {
  const std::optional<std::vector<std::string>> ids =
      MatchName("institutions/*/pushes/*", request.name());
  const std::optional<int64_t> revision =
      ids.has_value() ? ParseRevision(ids->back()) : std::nullopt;
  if (!revision.has_value()) {
    return status::InvalidField("name", request.name(),
                                "`institutions/{institution}/pushes/{revision}`");
  }
  const std::string& institution = ids->front();
  ATHENA_RETURN_IF_ERROR(
      caller.RequireInstitution(institution, absl::StrCat("read ", request.name())));
  std::optional<StoredPush> found;
  ATHENA_ASSIGN_OR_RETURN(const std::shared_ptr<const Definitions> definitions,
                          catalog_.Current(institution));
  ATHENA_RETURN_IF_ERROR(database_.Read([&](sql::ReadTx& tx) -> absl::Status {
    ATHENA_ASSIGN_OR_RETURN(found, FindPushAt(tx, institution, *revision));
    if (!found.has_value()) return absl::OkStatus();
    return RemoveWithheld(tx, caller, institution, *definitions, {&found->push});
  }));
  if (!found.has_value()) return status::NotFound(request.name());
  return std::move(found->push);
}

absl::StatusOr<v1::ListPushesResponse> PushReads::List(const auth::Principal& caller,
                                                       const v1::ListPushesRequest& request) const {
  status::FieldFaults faults;
  const std::optional<std::string> institution =
      ReadInstitutionName("parent", request.parent(), &faults);
  if (!institution.has_value()) return faults.ToStatus();
  ATHENA_RETURN_IF_ERROR(
      caller.RequireInstitution(*institution, absl::StrCat("list pushes of ", request.parent())));
  const size_t size = PageSize(request.page_size(), kPushPages, &faults);
  ATHENA_RETURN_IF_ERROR(faults.ToStatus());
  ATHENA_ASSIGN_OR_RETURN(const PagePosition from, tokens_.Open(request));
  int64_t before = INT64_MAX;
  if (!from.position.empty() && !absl::SimpleAtoi(from.position, &before)) {
    return status::InvalidPageToken();
  }

  ATHENA_ASSIGN_OR_RETURN(const std::shared_ptr<const Definitions> definitions,
                          catalog_.Current(*institution));
  v1::ListPushesResponse response;
  ATHENA_RETURN_IF_ERROR(database_.Read([&](sql::ReadTx& tx) -> absl::Status {
    int64_t revision = from.revision;
    if (revision == 0) {
      ATHENA_ASSIGN_OR_RETURN(revision, LatestRevision(tx, *institution));
    }
    response.set_revision(revision);
    // One more than a page shows whether there is another page.
    ATHENA_ASSIGN_OR_RETURN(std::vector<v1::Push> pushes,
                            ListPushesBefore(tx, *institution, request.sender(), before,
                                             static_cast<int64_t>(size) + 1));
    size_t bytes = 0;
    for (v1::Push& push : pushes) {
      bytes += push.ByteSizeLong();
      const auto count = static_cast<size_t>(response.pushes_size());
      if (count == size || (count > 0 && bytes > kMaxPageBytes)) {
        const std::string last = absl::StrCat(response.pushes().rbegin()->revision());
        response.set_next_page_token(tokens_.Seal(request, {revision, last}));
        break;
      }
      *response.add_pushes() = std::move(push);
    }
    const std::vector<v1::Push*> listed(response.mutable_pushes()->pointer_begin(),
                                        response.mutable_pushes()->pointer_end());
    return RemoveWithheld(tx, caller, *institution, *definitions, listed);
  }));
  return response;
}

}  // namespace athena::indicator

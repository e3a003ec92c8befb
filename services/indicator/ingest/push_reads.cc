#include "services/indicator/ingest/push_reads.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/audit/journal.h"
#include "libs/ids/ids.h"
#include "libs/paging/page.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
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

}  // namespace

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
  ATHENA_RETURN_IF_ERROR(database_.Read([&](sql::ReadTx& tx) -> absl::Status {
    ATHENA_ASSIGN_OR_RETURN(found, FindPushAt(tx, institution, *revision));
    return absl::OkStatus();
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
    return absl::OkStatus();
  }));
  return response;
}

}  // namespace athena::indicator

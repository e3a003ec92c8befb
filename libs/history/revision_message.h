#ifndef ATHENA_LIBS_HISTORY_REVISION_MESSAGE_H_
#define ATHENA_LIBS_HISTORY_REVISION_MESSAGE_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "athena/common/v1/history.pb.h"
#include "libs/audit/journal.h"
#include "libs/history/source.h"

namespace athena::history {

// The message of a revision: what its entry says, and the changes of the resources `names`, of
// which each is named once. `versions_of` gives a resource before and after the revision. The
// message takes at most kMaxRevisionBytes (limits.h). Errors are those of `versions_of`.
absl::StatusOr<common::v1::Revision> RevisionMessage(
    const audit::Record& record, std::string_view lineage, const std::vector<std::string>& names,
    absl::FunctionRef<absl::StatusOr<Versions>(const std::string& name)> versions_of);

}  // namespace athena::history

#endif  // ATHENA_LIBS_HISTORY_REVISION_MESSAGE_H_

#ifndef ATHENA_SERVICES_INDICATOR_DEFINITIONS_TARGET_STORE_H_
#define ATHENA_SERVICES_INDICATOR_DEFINITIONS_TARGET_STORE_H_

#include <google/protobuf/map.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "athena/indicator/v1/target.pb.h"
#include "libs/sql/database.h"

// Targets as they are stored: every version, output-only fields included. All functions run in the
// caller's transaction and keep no state: thread-safe as far as it is.
namespace athena::indicator {

// A slice as one text, "sex=F,unit=BM": equal slices have equal keys. Empty: no slice.
std::string SliceKey(const google::protobuf::Map<std::string, std::string>& slice);

// Of what there are versions.
struct TargetKey {
  std::string_view institution;  // id
  std::string_view indicator;    // id
  std::string_view slice;        // SliceKey
};

// Whether the indicator, or any slice of it, ever got a target.
absl::StatusOr<bool> HasTarget(sql::ReadTx& tx, std::string_view institution,
                               std::string_view indicator);

// The version that was in force at a revision; nullopt when there was none.
absl::StatusOr<std::optional<v1::Target>> FindTarget(sql::ReadTx& tx, const TargetKey& key,
                                                     int64_t revision);
// The versions that had been set at a revision, the first one first.
absl::StatusOr<std::vector<v1::Target>> ReadTargetVersions(sql::ReadTx& tx, const TargetKey& key,
                                                           int64_t revision);
// What the versions of a target take, in bytes.
absl::StatusOr<int64_t> TargetBytes(sql::ReadTx& tx, const TargetKey& key);

// Visits what was set after a revision, in the order of revisions, and with each its slice's key.
absl::Status ReadTargetsAfter(
    sql::ReadTx& tx, std::string_view institution, int64_t after,
    absl::FunctionRef<absl::Status(std::string_view indicator, std::string_view slice,
                                   v1::Target target)>
        visit);

// Stores a version, whose `version` and `revision` are set.
absl::Status InsertTarget(sql::WriteTx& tx, const TargetKey& key, const v1::Target& target);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_DEFINITIONS_TARGET_STORE_H_

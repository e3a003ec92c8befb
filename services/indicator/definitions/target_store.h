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

// The table of targets: every version of each, with its output-only fields, and every declared
// original, which are versions 0. All functions run in
// the caller's transaction and are as thread-safe as it is.
namespace athena::indicator {

// A slice as one text, sorted by dimension: "sex=F,unit=BM". Equal slices have equal keys. Empty
// for the whole indicator.
std::string SliceKey(const google::protobuf::Map<std::string, std::string>& slice);

// Identifies a target, of which there are versions.
struct TargetKey {
  std::string_view institution;  // id
  std::string_view indicator;    // id
  std::string_view slice;        // SliceKey
};

// Whether the indicator or any slice of it has ever had a target.
absl::StatusOr<bool> HasTarget(sql::ReadTx& tx, std::string_view institution,
                               std::string_view indicator);

// Whether the indicator or any slice of it has a target in force that is not ended.
absl::StatusOr<bool> HasOpenTarget(sql::ReadTx& tx, std::string_view institution,
                                   std::string_view indicator);

// The version in force at a revision; nullopt when there was none.
absl::StatusOr<std::optional<v1::Target>> FindTarget(sql::ReadTx& tx, const TargetKey& key,
                                                     int64_t revision);
// The declared original at a revision; nullopt when there was none.
absl::StatusOr<std::optional<v1::Target>> FindDeclaredOriginal(sql::ReadTx& tx,
                                                               const TargetKey& key,
                                                               int64_t revision);
// The declared originals and versions that had been set at a revision, in their order.
absl::StatusOr<std::vector<v1::Target>> ReadTargetVersions(sql::ReadTx& tx, const TargetKey& key,
                                                           int64_t revision);
// The size of all versions of a target, in bytes.
absl::StatusOr<int64_t> TargetBytes(sql::ReadTx& tx, const TargetKey& key);

// The versions and declared originals of an indicator and all its slices that had been set at a
// revision.
absl::StatusOr<std::vector<v1::Target>> ReadTargetsOf(sql::ReadTx& tx, std::string_view institution,
                                                      std::string_view indicator, int64_t revision);

// Visits the versions and declared originals set after a revision, by revision. `slice` is the
// SliceKey.
absl::Status ReadTargetsAfter(
    sql::ReadTx& tx, std::string_view institution, int64_t after,
    absl::FunctionRef<absl::Status(std::string_view indicator, std::string_view slice,
                                   v1::Target target)>
        visit);

// Stores a version, whose `version` and `revision` are set.
absl::Status InsertTarget(sql::WriteTx& tx, const TargetKey& key, const v1::Target& target);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_DEFINITIONS_TARGET_STORE_H_

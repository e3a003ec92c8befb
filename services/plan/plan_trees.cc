#include "services/plan/plan_trees.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "libs/audit/journal.h"
#include "libs/canonical/canonical.h"
#include "libs/fields/fields.h"
#include "libs/status/status.h"
#include "services/plan/changes_store.h"
#include "services/plan/code_order.h"
#include "services/plan/limits.h"
#include "services/plan/names.h"

namespace athena::plan {
namespace {

using google::protobuf::internal::WireFormatLite;

// What the tag and the length of a row add to it in its part, at most.
constexpr size_t kRowOverheadBytes = 10;

// A plan as it was read, given out part by part: the header, the units, the elements. Units and
// elements go out as the bytes they are stored as: a part is a message, written field by field.
class Parts : public rpc::PageSource<rpc::PreparedAnswer> {
 public:
  v1::GetPlanTreeResponse::Header header;
  std::vector<std::string> units;  // serialised
  std::vector<StoredElement> elements;

  absl::StatusOr<bool> Next(rpc::PreparedAnswer* part) override {
    std::string bytes;
    if (!std::exchange(header_given_, true)) {
      AppendField(v1::GetPlanTreeResponse::kHeaderFieldNumber, header.SerializeAsString(), &bytes);
    } else {
      while (next_unit_ < units.size() && Fits(units[next_unit_], bytes)) {
        AppendField(v1::GetPlanTreeResponse::kUnitsFieldNumber, units[next_unit_++], &bytes);
      }
      while (next_unit_ == units.size() && next_element_ < elements.size() &&
             Fits(elements[next_element_].bytes, bytes)) {
        AppendField(v1::GetPlanTreeResponse::kElementsFieldNumber, elements[next_element_++].bytes,
                    &bytes);
      }
    }
    if (bytes.empty()) return false;
    part->pieces.push_back(std::make_shared<const std::string>(std::move(bytes)));
    return true;
  }

  bool Ended() const override {
    return header_given_ && next_unit_ == units.size() && next_element_ == elements.size();
  }

 private:
  // Whether a row may join a part; the first one always may.
  static bool Fits(const std::string& row, const std::string& part) {
    return part.empty() || part.size() + row.size() + kRowOverheadBytes <= kMaxPartBytes;
  }

  // A field that holds a message.
  static void AppendField(int number, const std::string& message, std::string* bytes) {
    using Out = google::protobuf::io::CodedOutputStream;
    std::array<uint8_t, kRowOverheadBytes> head;
    uint8_t* end = Out::WriteTagToArray(
        WireFormatLite::MakeTag(number, WireFormatLite::WIRETYPE_LENGTH_DELIMITED), head.data());
    end = Out::WriteVarint32ToArray(static_cast<uint32_t>(message.size()), end);
    bytes->append(head.data(), end);
    *bytes += message;
  }

  bool header_given_ = false;
  size_t next_unit_ = 0;
  size_t next_element_ = 0;
};

// The same for the same request as long as what it shows is the same. The hash of a journal entry
// tells its revision apart from one of the same number in another history (a restored backup's).
absl::StatusOr<std::string> VersionToken(const v1::GetPlanTreeRequest& request,
                                         const versioned::Snapshot& snapshot,
                                         const PlanName& name) {
  const common::v1::AsOf& as_of = request.as_of();
  int64_t version = snapshot.revision();
  // A point in the past shows the same for ever: its own revision will do.
  if (as_of.point_case() == common::v1::AsOf::POINT_NOT_SET) {
    const absl::StatusOr<int64_t> last = LastChange(snapshot.tx(), name.institution, name.plan);
    if (!last.ok()) return last.status();
    version = *last;
  }
  if (version == 0) return status::NotFound(request.name());
  const absl::StatusOr<audit::Head> entry =
      audit::ReadEntry(snapshot.tx(), name.institution, version);
  if (!entry.ok()) return entry.status();
  return absl::WebSafeBase64Escape(Sha256()
                                       .AddField(request.name())
                                       .AddInt(as_of.point_case())
                                       .AddInt(as_of.revision())
                                       .AddInt(as_of.time().seconds())
                                       .AddInt(as_of.time().nanos())
                                       .AddInt(version)
                                       .AddField(entry->hash)
                                       .Digest());
}

absl::Status ReadWhole(const versioned::Snapshot& snapshot, const PlanName& name, Parts* parts) {
  auto plan = snapshot.Find<v1::Plan>(kPlans, name.plan);
  if (!plan.ok()) return plan.status();
  if (!plan->has_value()) return status::NotFound(name.ToString());
  auto institution = snapshot.Find<v1::Institution>(kInstitutions, name.institution);
  if (!institution.ok()) return institution.status();
  if (!institution->has_value()) return status::NotFound(name.ToString());
  auto units = snapshot.ListSerialised<v1::Unit>(kUnits);
  if (!units.ok()) return units.status();
  auto elements = ListInCodeOrder(snapshot, name);
  if (!elements.ok()) return elements.status();
  *parts->header.mutable_plan() = **std::move(plan);
  *parts->header.mutable_institution() = **std::move(institution);
  parts->units = *std::move(units);
  parts->elements = *std::move(elements);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<rpc::PageSource<rpc::PreparedAnswer>>> PlanTrees::Get(
    const auth::Principal& principal, const v1::GetPlanTreeRequest& request) const {
  status::FieldFaults faults;
  const auto name = ReadPlanName("name", request.name(), &faults);
  if (!name.has_value()) return faults.ToStatus();
  absl::Status allowed = RequirePlanReader(backend_, principal, *name);
  if (!allowed.ok()) return allowed;

  auto parts = std::make_unique<Parts>();
  absl::Status read = backend_.store.Read(
      name->institution, request.as_of(), backend_.clock.Now(),
      [&](const versioned::Snapshot& snapshot) {
        absl::StatusOr<std::string> token = VersionToken(request, snapshot, *name);
        if (!token.ok()) return token.status();
        parts->header.set_revision(snapshot.revision());
        *parts->header.mutable_revision_time() = fields::TimestampOf(snapshot.revision_time());
        parts->header.set_not_modified(request.if_newer_than() == *token);
        parts->header.set_version_token(*std::move(token));
        if (parts->header.not_modified()) return absl::OkStatus();
        return ReadWhole(snapshot, *name, parts.get());
      });
  if (!read.ok()) return read;
  return parts;
}

}  // namespace athena::plan

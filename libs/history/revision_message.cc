#include "libs/history/revision_message.h"

#include <google/protobuf/message.h>

#include <memory>
#include <optional>
#include <utility>

#include "libs/fields/fields.h"
#include "libs/history/differences.h"
#include "libs/history/limits.h"
#include "libs/history/shorten.h"
#include "libs/status/macros.h"

namespace athena::history {
namespace {

using common::v1::FieldDifference;
using common::v1::ResourceChange;
using google::protobuf::Message;

// The change of a resource; nullopt when there is none. Its differences take at most `*room` bytes,
// which become less.
std::optional<ResourceChange> ChangeOf(const std::string& name, const Versions& versions,
                                       size_t* room) {
  const Message* before = versions.before.get();
  const Message* after = versions.after.get();
  if (before == nullptr && after == nullptr) return std::nullopt;
  ResourceChange change;
  change.set_resource(name);
  change.set_kind(before == nullptr  ? ResourceChange::KIND_CREATED
                  : after == nullptr ? ResourceChange::KIND_DELETED
                                     : ResourceChange::KIND_UPDATED);
  const std::unique_ptr<Message> nothing((before == nullptr ? after : before)->New());
  std::vector<FieldDifference> differences =
      DifferencesOf(before == nullptr ? *nothing : *before, after == nullptr ? *nothing : *after,
                    versions.left_out);
  size_t kept = 0;
  for (; kept < differences.size() && kept < kMaxDifferences; ++kept) {
    FieldDifference& difference = differences[kept];
    bool shortened = false;
    if (difference.has_from()) shortened = Shorten(kMaxValueBytes, difference.mutable_from());
    if (difference.has_to()) shortened |= Shorten(kMaxValueBytes, difference.mutable_to());
    difference.set_shortened(shortened);
    const size_t bytes = difference.ByteSizeLong();
    if (bytes > *room) {
      *room = 0;
      break;
    }
    *room -= bytes;
    *change.add_differences() = std::move(difference);
  }
  change.set_more_differences(static_cast<int32_t>(differences.size() - kept));
  return change;
}

}  // namespace

absl::StatusOr<common::v1::Revision> RevisionMessage(
    const audit::Record& record, std::string_view lineage, const std::vector<std::string>& names,
    absl::FunctionRef<absl::StatusOr<Versions>(const std::string& name)> versions_of) {
  common::v1::Revision revision;
  revision.set_revision(record.revision);
  *revision.mutable_time() = fields::TimestampOf(record.time);
  revision.set_subject(record.subject);
  revision.set_action(record.action);
  revision.set_reason(record.reason);
  revision.set_lineage(std::string(lineage));
  size_t differences_room = kMaxDifferenceBytes;
  size_t bytes = 0;
  for (size_t i = 0; i < names.size(); ++i) {
    ATHENA_ASSIGN_OR_RETURN(const Versions versions, versions_of(names[i]));
    std::optional<ResourceChange> change = ChangeOf(names[i], versions, &differences_room);
    if (!change.has_value()) continue;
    bytes += change->ByteSizeLong();
    if (bytes > kMaxRevisionBytes) {
      revision.set_more_changes(static_cast<int32_t>(names.size() - i));
      break;
    }
    *revision.add_changes() = *std::move(change);
  }
  return revision;
}

}  // namespace athena::history

// The standard methods that read resources, and who may.

#include <google/protobuf/arena.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/reflection.h>

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/audit/journal.h"
#include "libs/filter/filter.h"
#include "libs/filter/order_by.h"
#include "libs/paging/page.h"
#include "libs/resource/request.h"
#include "libs/resource/resources.h"
#include "libs/rpc/call.h"
#include "libs/sql/stoppable_read.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "libs/status/storage.h"

namespace athena::resource {
namespace {

using google::protobuf::Arena;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using versioned::Snapshot;

// The page of a list that a request asks for. In the order of ids rows are read from the page's
// position on, until it is full; in any other order all rows are read and sorted.
class Page {
 public:
  static absl::StatusOr<Page> Of(const AnyKind& kind, const Message& request, PagePosition from,
                                 size_t size) {
    ATHENA_ASSIGN_OR_RETURN(Filter filter, Filter::Parse(TextOf(request, "filter"), kind.type()));
    ATHENA_ASSIGN_OR_RETURN(OrderBy order,
                            OrderBy::Parse(TextOf(request, "order_by"), kind.type()));
    return Page(kind, std::move(filter), std::move(order), std::move(from), size);
  }

  const PagePosition& from() const { return from_; }

  // Reads rows whose ids begin with `prefix`; false when no more are wanted.
  absl::StatusOr<bool> Read(const Snapshot& snapshot, const std::string& prefix, Arena* arena) {
    Message* spare = nullptr;
    ATHENA_RETURN_IF_ERROR(snapshot.VisitMessages(
        kind_.collection(), prefix, sorted() ? "" : from_.position,
        [&] { return spare == nullptr ? spare = kind_.prototype().New(arena) : spare; },
        [&](Message* row) {
          if (filter_.Matches(*row)) {
            rows_.push_back(std::exchange(spare, nullptr));
            if (!sorted() && !room_.Take(row->ByteSizeLong())) {
              rows_.pop_back();
              more_ = true;
            }
          }
          return !more_;
        }));
    return !more_;
  }

  // Moves the page's rows, which lie on `arena`, into `rows` of the response. Returns the position
  // behind the last one, empty when no row comes after it.
  absl::StatusOr<std::string> Fill(Message* response, const FieldDescriptor* rows) {
    auto row = rows_.begin();
    if (sorted()) {
      std::stable_sort(rows_.begin(), rows_.end(), [this](const Message* a, const Message* b) {
        if (const int order = order_.Compare(*a, *b); order != 0) return order < 0;
        return kind_.less && kind_.less(*a, *b);
      });
      if (!from_.position.empty()) {
        row = std::find_if(row, rows_.end(),
                           [this](const Message* one) { return KeyOf(*one) == from_.position; });
        if (row++ == rows_.end()) return status::InvalidPageToken();
      }
    }
    const Message* last = nullptr;
    for (; row != rows_.end(); ++row) {
      if (sorted() && !room_.Take((*row)->ByteSizeLong())) {
        more_ = true;
        break;
      }
      last = *row;
      response->GetReflection()->AddAllocatedMessage(response, rows, *row);
    }
    return more_ && last != nullptr ? KeyOf(*last) : "";
  }

 private:
  Page(const AnyKind& kind, Filter filter, OrderBy order, PagePosition from, size_t size)
      : kind_(kind),
        filter_(std::move(filter)),
        order_(std::move(order)),
        from_(std::move(from)),
        room_(size) {}

  bool sorted() const { return kind_.less || !order_.empty(); }
  std::string KeyOf(const Message& row) const {
    const std::optional<ResourceName> name = kind_.pattern().Match(TextOf(row, "name"));
    return name.has_value() ? name->key() : "";
  }

  const AnyKind& kind_;
  const Filter filter_;
  const OrderBy order_;
  const PagePosition from_;
  PageRoom room_;
  std::vector<Message*> rows_;
  bool more_ = false;  // whether a row was read that does not fit
};

}  // namespace

absl::Status Resources::RequireReaderAt(const auth::Principal& principal, const AnyKind& kind,
                                        size_t level, const ResourceName& name,
                                        std::string_view what) const {
  if (principal.BelongsTo(name.institution())) return absl::OkStatus();
  const std::string reader = "institutions/" + principal.institution;
  bool shared = false;
  const auto look = [&](const Snapshot& now) -> absl::Status {
    ResourceName at = name;
    for (size_t i = level; i < kind.levels.size() && !shared; ++i) {
      const Message* const prototype = kind.levels[i].prototype;
      if (prototype == nullptr) break;
      const auto* field = prototype->GetDescriptor()->FindFieldByName("shared_with");
      if (field != nullptr) {
        const std::unique_ptr<Message> resource(prototype->New());
        ATHENA_RETURN_IF_ERROR(
            now.FindMessage(kind.levels[i].collection, at.key(), resource.get()).status());
        const auto names =
            resource->GetReflection()->GetRepeatedFieldRef<std::string>(*resource, field);
        shared = std::find(names.begin(), names.end(), reader) != names.end();
      }
      at.ids.pop_back();
    }
    return absl::OkStatus();
  };
  ATHENA_RETURN_IF_ERROR(status::FromStorage(store_.ReadAt(name.institution(), 0, look)));
  return shared ? absl::OkStatus() : principal.RequireInstitution(name.institution(), what);
}

absl::Status Resources::RequireReader(const auth::Principal& principal, const AnyKind& kind,
                                      const ResourceName& name, std::string_view what) const {
  return RequireReaderAt(principal, kind, 0, name, what);
}

absl::Status Resources::Get(const Caller& caller, const AnyKind& kind, const Message& request,
                            Message* response) const {
  status::FieldFaults faults;
  const std::optional<ResourceName> name =
      kind.pattern().Read("name", TextOf(request, "name"), &faults);
  if (!name.has_value()) return faults.ToStatus();
  ATHENA_RETURN_IF_ERROR(
      RequireReader(caller.principal, kind, *name, absl::StrCat("read ", name->text)));
  return status::FromStorage(store_.Read(
      name->institution(), AsOfOf(request), clock_.Now(),
      [&](const Snapshot& snapshot) -> absl::Status {
        ATHENA_ASSIGN_OR_RETURN(const bool found,
                                snapshot.FindMessage(kind.collection(), name->key(), response));
        return found ? absl::OkStatus() : status::NotFound(name->text);
      }));
}

absl::Status Resources::ReadRows(
    const auth::Principal& principal, const std::optional<ResourceName>& parent,
    const Message& request, const PagePosition& from,
    absl::FunctionRef<absl::StatusOr<bool>(const Snapshot&)> read) const {
  if (parent.has_value()) {
    const auto once = [&](const Snapshot& snapshot) { return read(snapshot).status(); };
    return store_.ReadPage(parent->institution(), from.revision, AsOfOf(request), clock_.Now(),
                           once);
  }
  return store_.database().Read([&](sql::ReadTx& tx) -> absl::Status {
    const bool all = principal.institution == auth::Principal::kEveryInstitution;
    std::string id = all ? "" : principal.institution;
    for (bool more = true; more;) {
      if (all) {
        ATHENA_ASSIGN_OR_RETURN(id, versioned::NextInstitution(tx, id));
        if (id.empty()) break;
      }
      ATHENA_ASSIGN_OR_RETURN(const audit::Head head, audit::ReadHead(tx, id));
      ATHENA_ASSIGN_OR_RETURN(more, read(Snapshot(tx, id, head.revision, head.time)));
      more = more && all;
    }
    return absl::OkStatus();
  });
}

absl::Status Resources::List(const Caller& caller, const AnyKind& kind, const Message& request,
                             Message* response) const {
  status::FieldFaults faults;
  std::optional<Scope> scope;
  std::optional<ResourceName> parent;
  if (!kind.top()) {
    scope = ReadScope(kind, TextOf(request, "parent"), &faults);
    if (scope.has_value()) {
      parent = scope->name;
      ATHENA_RETURN_IF_ERROR(RequireReaderAt(
          caller.principal, kind, scope->level, *parent,
          absl::StrCat("read ", std::string(kind.collection().name), " of ", parent->text)));
    }
  }
  const size_t size = PageSize(IntOf(request, "page_size"), {}, &faults);
  ATHENA_RETURN_IF_ERROR(faults.ToStatus());
  ATHENA_ASSIGN_OR_RETURN(PagePosition from, tokens_.Open(request));
  ATHENA_ASSIGN_OR_RETURN(Page page, Page::Of(kind, request, std::move(from), size));
  // Rows on the response's own arena are handed over; from another one they would be copied.
  Arena scratch;
  Arena* const arena = response->GetArena() != nullptr ? response->GetArena() : &scratch;
  const std::string prefix = scope.has_value() ? scope->KeyPrefix() : "";
  int64_t revision = 0;
  const auto go_on = [&caller] {
    return caller.call == nullptr ? absl::OkStatus() : caller.call->StillWanted();
  };
  ATHENA_RETURN_IF_ERROR(status::FromStorage(ReadRows(
      caller.principal, parent, request, page.from(),
      [&](const Snapshot& found) -> absl::StatusOr<bool> {
        sql::StoppableReadTx stoppable(found.tx(), go_on);
        const Snapshot snapshot(stoppable, found.institution(), found.revision(),
                                found.revision_time());
        if (parent.has_value()) {
          revision = snapshot.revision();
          ATHENA_RETURN_IF_ERROR(RequireExists(snapshot, kind.levels[scope->level], *parent));
        }
        return page.Read(snapshot, prefix, arena);
      })));
  ATHENA_ASSIGN_OR_RETURN(const std::string next,
                          page.Fill(response, RowsField(response->GetDescriptor(), kind.type())));
  if (!next.empty()) SetText(response, "next_page_token", tokens_.Seal(request, {revision, next}));
  return absl::OkStatus();
}

}  // namespace athena::resource

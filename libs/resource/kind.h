#ifndef ATHENA_LIBS_RESOURCE_KIND_H_
#define ATHENA_LIBS_RESOURCE_KIND_H_

#include <google/protobuf/message.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "libs/ids/name_pattern.h"
#include "libs/resource/caller.h"
#include "libs/status/status.h"
#include "libs/versioned/collection.h"

namespace athena::auth {
struct Principal;
}  // namespace athena::auth
namespace athena::versioned {
class Edit;
}  // namespace athena::versioned

// The resource kit: the standard methods (create, get, list, update, delete, batches of creations
// and updates) of a kind of resource, from what the kind is and its rules. How to add a kind:
//
// 1. The message: `name`, and the output-only fields `etag`, `revision`, `create_time` and
//    `update_time`. All that the service sets has the option (athena.common.v1.output_only).
// 2. Its RPCs, named by the AIPs: CreateRisk(CreateRiskRequest) returns (Risk), GetRisk, ListRisks,
//    UpdateRisk, DeleteRisk, BatchCreateRisks, BatchUpdateRisks; any of them may be missing. Fields
//    of requests are found by their names: `parent`, `name`, `risk_id`, `risk`, `request_id`,
//    `reason`, `validate_only`, `etag`, `force`, `update_mask`, `allow_missing`, `page_size`,
//    `page_token`, `filter`, `order_by`, `as_of`; and `decision`, the name of what a mutation
//    carries out, which is recorded with the revision (the kind checks it). ContractFaults
//    (methods.h) tells which are
//    missing.
// 3. A struct with its rules, and a line in the service's table (rows.h):
//
//      struct RiskKind {
//        using Message = v1::Risk;
//        using Parent = PlanKind;  // void: at the top, an institution. A parent that another
//                                  // service stores has only Parent and kPattern (see Level).
//        static constexpr std::string_view kPattern =
//            "institutions/{institution}/plans/{plan}/risks/{risk}";
//        static constexpr versioned::Collection kCollection{"risks", versioned::Marks::kNone};
//        // What the message shows to be wrong by itself. `parent` is the parent's name, empty when
//        // it is at fault; so is the message's name.
//        static void Validate(std::string_view path, std::string_view parent, const v1::Risk& risk,
//                             status::FieldFaults* faults);
//
//        // All that follows is optional.
//        static void Complete(v1::Risk* risk);  // defaults and computed fields, before Validate
//        // Sets output-only fields that follow from what is stored, before the message is stored.
//        // Those of messages inside the resource are as the client sent them until then. `before`
//        // is null for a new resource.
//        static absl::Status Fill(const versioned::Edit& edit, const v1::Risk* before,
//                                 v1::Risk* risk);
//        static absl::Status Ask(const resource::Question<v1::Risk>& question);
//        static absl::Status Admit(const resource::Admission<v1::Risk>& admission);
//        static bool Less(const v1::Risk& a, const v1::Risk& b);  // order of lists; else by id
//        static bool IsId(std::string_view id);                   // the grammar of its ids
//        static constexpr std::string_view kIdGrammar = "a quarter, \"2024-Q1\"";  // IsId in words
//        static constexpr std::string_view kUnique[] = {"code"};  // text fields, once in a batch
//        static constexpr int kMaxBatch = 1000;
//        // Lists and batches of updates also take a parent whose last id is "-" (AIP-159): all
//        // parents below the resource above, ".../plans/p1/elements/-".
//        static constexpr bool kAcrossParents = true;
//        // Its deletion deletes the resources below it, without asking their Admit. Else it is
//        // refused while there are any, unless the request has `force` set.
//        static constexpr bool kDeletesChildren = true;
//      };
//
//    A rule that needs an object (a catalogue, a clock) makes these const member functions, and the
//    line KindOf(RiskKind(catalogue)).
// 4. A case of the conformance suite (testing/conformance.h), and tests of its own rules.
//
// The order in which a request is judged, of every kind: the syntax of the name or parent;
// permission; all other faults of the message, together; Ask; and in the transaction: a request_id
// that came before, existence, etag, Validate of what an update makes, Admit. A caller without
// permission never learns whether something exists.
namespace athena::resource {

// What a mutation did to one resource.
template <typename T>
struct Change {
  const T* before;   // nullptr: it is new
  const T* after;    // nullptr: it was deleted
  std::string path;  // where the request holds it, "requests[3].risk"; empty for Delete and verbs,
                     // whose fields are the request's own

  // The path of a field of it.
  std::string Field(std::string_view field) const {
    return path.empty() ? std::string(field) : path + "." + std::string(field);
  }
};

// What a kind's Ask judges before the transaction of a standard method or a verb, because it waits
// for another service: what the mutation would store, each beside what is stored now. The
// transaction may find something else stored; and a request that is at fault by itself, or that
// finds no resource to change, is not asked about. A verb's `after` is the resource before it; a
// deletion's is nullptr. Ask adds faults of fields, or returns another refusal.
template <typename T>
struct Question {
  const Caller& caller;
  const google::protobuf::Message& request;
  std::vector<Change<T>> changes;
  status::FieldFaults* faults;
};

// What a kind's Admit judges: everything that one mutation stored or deleted, after it was written
// and before it is committed, so that a batch sees itself. Admit adds faults of fields, which are
// answered together with those of Validate, or returns another refusal, which comes first; whatever
// it refuses is rolled back. With faults there already it must write nothing that relies on what
// Validate checks. It may write: what it keeps beside the resources, and what the change entails.
template <typename T>
struct Admission {
  versioned::Edit& edit;
  const auth::Principal& principal;  // who asks for it
  const google::protobuf::Message& request;
  std::vector<Change<T>> changes;
  status::FieldFaults* faults;
  // Deletes another resource of the same kind, by its name, with all below it. Admit is not called
  // for what goes this way: what is kept beside it is the caller's to delete.
  absl::FunctionRef<absl::Status(std::string_view name)> erase;
};

// A kind without its types, as the kit handles all of them. Immutable, thread-safe.
struct AnyKind {
  using AnyAdmission = Admission<google::protobuf::Message>;
  using AnyQuestion = Question<google::protobuf::Message>;

  struct Level {
    NamePattern pattern;
    versioned::Collection collection;
    // nullptr: another service stores it. Whether it exists is not checked, and it is not shared.
    const google::protobuf::Message* prototype;
  };
  std::vector<Level> levels;  // the kind itself, its parent, the parent's parent ...
  std::string singular;       // "risk": the name of its field in requests
  std::string_view id_grammar;
  std::vector<std::string_view> unique;
  int max_batch = 1000;
  bool across_parents = false;
  bool deletes_children = false;
  std::function<void(std::string_view path, std::string_view parent,
                     const google::protobuf::Message&, status::FieldFaults*)>
      validate;
  std::function<void(google::protobuf::Message*)> complete;  // may be empty
  std::function<absl::Status(const versioned::Edit&, const google::protobuf::Message* before,
                             google::protobuf::Message*)>
      fill;                                                // may be empty
  std::function<absl::Status(const AnyQuestion&)> ask;     // may be empty
  std::function<absl::Status(const AnyAdmission&)> admit;  // may be empty
  std::function<bool(const google::protobuf::Message&, const google::protobuf::Message&)> less;

  const NamePattern& pattern() const { return levels.front().pattern; }
  versioned::Collection collection() const { return levels.front().collection; }
  const google::protobuf::Message& prototype() const { return *levels.front().prototype; }
  const google::protobuf::Descriptor* type() const { return prototype().GetDescriptor(); }
  // Whether it has no parent: its id is the institution's.
  bool top() const { return levels.size() == 1; }
  // Whether it is somewhere below the other one.
  bool IsBelow(const AnyKind& other) const;
};

// Where the resources of a list or of a batch of updates are: below `name`, which is of the level
// `level` of the kind, 1 (its parent) or 2 (what all its parents are below).
struct Scope {
  size_t level;
  ResourceName name;

  // What the names of the stored resources begin with.
  std::string KeyPrefix() const;
  bool Contains(const ResourceName& resource) const;
};

// Reads `parent` of such a request; adds what is wrong to `faults`. The kind has a parent.
std::optional<Scope> ReadScope(const AnyKind& kind, std::string_view parent,
                               status::FieldFaults* faults);

template <typename K>
std::shared_ptr<const AnyKind> KindOf(K kind = K());

// Implementation.

namespace internal {

std::string SnakeCase(std::string_view name);

template <typename K>
void AddLevels(std::vector<AnyKind::Level>* levels) {
  bool (*is_id)(std::string_view) = IsResourceId;
  if constexpr (requires { K::IsId(std::string_view()); }) is_id = K::IsId;
  if constexpr (requires { typename K::Message; }) {
    levels->push_back(
        {NamePattern(K::kPattern, is_id), K::kCollection, &K::Message::default_instance()});
  } else {
    levels->push_back({NamePattern(K::kPattern, is_id), {}, nullptr});
  }
  if constexpr (!std::is_void_v<typename K::Parent>) AddLevels<typename K::Parent>(levels);
}

template <typename T>
std::vector<Change<T>> Typed(const std::vector<Change<google::protobuf::Message>>& changes) {
  std::vector<Change<T>> typed;
  typed.reserve(changes.size());
  for (const Change<google::protobuf::Message>& change : changes) {
    typed.push_back(
        {static_cast<const T*>(change.before), static_cast<const T*>(change.after), change.path});
  }
  return typed;
}

}  // namespace internal

template <typename K>
std::shared_ptr<const AnyKind> KindOf(K kind) {
  using T = typename K::Message;
  using google::protobuf::Message;
  const auto rules = std::make_shared<const K>(std::move(kind));
  auto any = std::make_shared<AnyKind>();
  internal::AddLevels<K>(&any->levels);
  any->singular = internal::SnakeCase(T::descriptor()->name());
  any->id_grammar = kIdGrammar;
  if constexpr (requires { K::kIdGrammar; }) any->id_grammar = K::kIdGrammar;
  if constexpr (requires { K::kUnique; }) {
    any->unique.assign(std::begin(K::kUnique), std::end(K::kUnique));
  }
  if constexpr (requires { K::kMaxBatch; }) any->max_batch = K::kMaxBatch;
  if constexpr (requires { K::kAcrossParents; }) any->across_parents = K::kAcrossParents;
  if constexpr (requires { K::kDeletesChildren; }) any->deletes_children = K::kDeletesChildren;
  any->validate = [rules](std::string_view path, std::string_view parent, const Message& message,
                          status::FieldFaults* faults) {
    rules->Validate(path, parent, static_cast<const T&>(message), faults);
  };
  if constexpr (requires(T * message) { rules->Complete(message); }) {
    any->complete = [rules](Message* message) { rules->Complete(static_cast<T*>(message)); };
  }
  if constexpr (requires(const versioned::Edit& edit, T* message) {
                  rules->Fill(edit, message, message);
                }) {
    any->fill = [rules](const versioned::Edit& edit, const Message* before, Message* message) {
      return rules->Fill(edit, static_cast<const T*>(before), static_cast<T*>(message));
    };
  }
  if constexpr (requires(const Admission<T>& admission) { rules->Admit(admission); }) {
    any->admit = [rules](const AnyKind::AnyAdmission& admission) -> absl::Status {
      return rules->Admit(Admission<T>{admission.edit, admission.principal, admission.request,
                                       internal::Typed<T>(admission.changes), admission.faults,
                                       admission.erase});
    };
  }
  if constexpr (requires(const Question<T>& question) { rules->Ask(question); }) {
    any->ask = [rules](const AnyKind::AnyQuestion& question) -> absl::Status {
      return rules->Ask(Question<T>{question.caller, question.request,
                                    internal::Typed<T>(question.changes), question.faults});
    };
  }
  if constexpr (requires(const T& message) { rules->Less(message, message); }) {
    any->less = [rules](const Message& a, const Message& b) {
      return rules->Less(static_cast<const T&>(a), static_cast<const T&>(b));
    };
  }
  return any;
}

}  // namespace athena::resource

#endif  // ATHENA_LIBS_RESOURCE_KIND_H_

#ifndef ATHENA_LIBS_RESOURCE_TESTING_CONFORMANCE_H_
#define ATHENA_LIBS_RESOURCE_TESTING_CONFORMANCE_H_

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "libs/auth/principal.h"
#include "libs/clock/clock.h"
#include "libs/paging/page_tokens.h"
#include "libs/resource/kind.h"
#include "libs/resource/methods.h"
#include "libs/resource/resources.h"
#include "libs/sql/sqlite/sqlite_database.h"
#include "libs/sql/testing/faulty_vfs.h"
#include "libs/sql/testing/temporary_folder.h"
#include "libs/versioned/store.h"

// What the kit promises of every kind, as a suite that any kind can be put through:
//
//   std::vector<Case> Cases() { return {Case{...}, Case{...}}; }
//   ATHENA_INSTANTIATE_CONFORMANCE(Plan, Cases);
//
// Tests of a method run over the kinds that have it.
namespace athena::resource::testing {

// What is there before: CreateX requests, each of its kind.
struct Given {
  std::shared_ptr<const AnyKind> kind;
  std::string request;       // text format
  std::string service = "";  // empty: the case's
};

struct Case {
  std::shared_ptr<const AnyKind> kind = nullptr;
  std::string service = "";  // "athena.plan.v1.PlanService"
  absl::Span<const sql::Migration> migrations = {};
  std::vector<Given> given = {};  // the parents of `parent`, all of the institution "gob"
  std::string parent = "";        // below which the resources are; empty at the top
  std::string id = "n$n";
  // A resource to create, in text format; "$n" here and in `id` stands for a number that tells it
  // from others.
  std::string sample = "";
  // An update of it that is allowed: of `change_field` alone, to another value than the sample's.
  std::string change_field = "";
  std::string change = "";  // "title: 'new'"
  // Makes the nth resource, where the service has no Create: another RPC of its own makes them.
  std::function<absl::StatusOr<std::shared_ptr<google::protobuf::Message>>(
      const Resources& resources, const auth::Principal& who, int n)>
      create = nullptr;
  // Standard methods of the service that are written by hand: no test calls them.
  std::vector<std::string> by_hand = {};
  // Further kinds of the service, whose deletions the kind takes part in.
  std::vector<std::shared_ptr<const AnyKind>> others = {};
};

void PrintTo(const Case& one, std::ostream* out);
// The name of the kind's message.
std::string CaseName(const ::testing::TestParamInfo<Case>& info);

class Conformance : public ::testing::TestWithParam<Case> {
 protected:
  using Message = google::protobuf::Message;
  using Handler = StandardMethod::Handler;
  using Answer = absl::StatusOr<std::shared_ptr<Message>>;

  Conformance();
  ~Conformance() override;

  // The kind's RPC of this handler; nullptr when the service has none.
  const google::protobuf::MethodDescriptor* Rpc(Handler handler) const;
  // Calls a standard method of the kind; the clock moves on by a second before.
  Answer Call(Handler handler, const std::string& request, const auth::Principal& who);
  Answer Call(Handler handler, const std::string& request) {
    return Call(handler, request, owner_);
  }
  Answer Call(const AnyKind& kind, Handler handler, const Message& request,
              const auth::Principal& who);
  // The resource in a request.
  Message* ResourceOf(Message* request) const;

  // The nth resource: its id, its name, the text of its creation and of an update.
  std::string Id(int n) const;
  std::string Name(int n) const;
  std::string Creation(int n, const std::string& rest = "") const;
  std::string Patch(int n, const std::string& fields, const std::string& rest = "") const;
  std::string Named(int n, const std::string& rest = "") const;

  // Makes the nth resource as the owner.
  Answer Create(int n);
  // The names that a list gives, in its order; the test fails when it is refused.
  std::vector<std::string> List(const std::string& rest = "", std::string* next_page = nullptr);
  // The revision of the institution that the nth resource is of, and its last change.
  int64_t Revision(int n);
  int64_t LastChange(int n);

  std::shared_ptr<const AnyKind> kind_;
  auth::Principal owner_;     // of the institution
  auth::Principal stranger_;  // of another one, with every role
  auth::Principal everyone_;  // of every institution
  sql::TemporaryFolder folder_;
  sql::FaultyVfs disk_;
  FakeClock clock_{absl::FromUnixSeconds(1'600'000'000)};
  std::unique_ptr<sql::SqliteDatabase> database_;
  std::unique_ptr<versioned::Store> store_;
  PageTokens tokens_{std::string(32, 'k')};
  std::unique_ptr<Resources> resources_;
  std::vector<StandardMethod> methods_;
};

class CreateConformance : public Conformance {};
class UpdateConformance : public Conformance {};
class ListConformance : public Conformance {};
class DeleteConformance : public Conformance {};
class BatchConformance : public Conformance {};
class BatchUpdateConformance : public Conformance {
 protected:
  // A batch of such updates.
  Answer Batch(const std::vector<std::string>& requests, const std::string& rest = "");
};
class SharingConformance : public Conformance {};

// The cases whose kind has a standard method of this handler, not written by hand.
std::vector<Case> CasesWith(StandardMethod::Handler handler, std::vector<Case> cases);
// The cases whose kind, or one above it, has a field `shared_with`.
std::vector<Case> CasesThatShare(std::vector<Case> cases);

}  // namespace athena::resource::testing

// `cases` is a function without parameters that returns a std::vector<Case>.
#define ATHENA_INSTANTIATE_CONFORMANCE(name, cases)                                                \
  INSTANTIATE_TEST_SUITE_P(name, Conformance, ::testing::ValuesIn(cases()), CaseName);             \
  INSTANTIATE_TEST_SUITE_P(name, CreateConformance,                                                \
                           ::testing::ValuesIn(CasesWith(&Resources::Create, cases())), CaseName); \
  INSTANTIATE_TEST_SUITE_P(name, UpdateConformance,                                                \
                           ::testing::ValuesIn(CasesWith(&Resources::Update, cases())), CaseName); \
  INSTANTIATE_TEST_SUITE_P(name, ListConformance,                                                  \
                           ::testing::ValuesIn(CasesWith(&Resources::List, cases())), CaseName);   \
  INSTANTIATE_TEST_SUITE_P(name, DeleteConformance,                                                \
                           ::testing::ValuesIn(CasesWith(&Resources::Delete, cases())), CaseName); \
  INSTANTIATE_TEST_SUITE_P(name, BatchConformance,                                                 \
                           ::testing::ValuesIn(CasesWith(&Resources::BatchCreate, cases())),       \
                           CaseName);                                                              \
  INSTANTIATE_TEST_SUITE_P(name, BatchUpdateConformance,                                           \
                           ::testing::ValuesIn(CasesWith(&Resources::BatchUpdate, cases())),       \
                           CaseName);                                                              \
  INSTANTIATE_TEST_SUITE_P(name, SharingConformance, ::testing::ValuesIn(CasesThatShare(cases())), \
                           CaseName)

#endif  // ATHENA_LIBS_RESOURCE_TESTING_CONFORMANCE_H_

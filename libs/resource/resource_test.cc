// A trial kind, from its rules alone, through the whole of the kit.

#include <gmock/gmock.h>
#include <google/protobuf/empty.pb.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "libs/audit/journal.h"
#include "libs/auth/principal.h"
#include "libs/clock/clock.h"
#include "libs/order/natural.h"
#include "libs/paging/page_tokens.h"
#include "libs/resource/kind.h"
#include "libs/resource/resources.h"
#include "libs/resource/rows.h"
#include "libs/resource/testing/conformance.h"
#include "libs/resource/testing/ticket.pb.h"
#include "libs/rpc/testing/direct_call.h"
#include "libs/sql/sqlite/sqlite_database.h"
#include "libs/sql/testing/temporary_folder.h"
#include "libs/status/macros.h"
#include "libs/status/testing/matchers.h"
#include "libs/versioned/store.h"

namespace athena::resource::testing {
namespace {

using status::testing::IsOk;
using status::testing::Refuses;
using status::testing::StatusIs;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct DeskKind {
  using Message = Desk;
  using Parent = void;
  static constexpr std::string_view kPattern = "institutions/{institution}";
  static constexpr versioned::Collection kCollection{"desks", versioned::Marks::kInstitution};
  static void Validate(std::string_view, std::string_view, const Desk&, status::FieldFaults*) {}
};

struct BoardKind {
  using Message = Board;
  using Parent = DeskKind;
  static constexpr std::string_view kPattern = "institutions/{institution}/boards/{board}";
  static constexpr versioned::Collection kCollection{"boards", versioned::Marks::kNone};
  static void Validate(std::string_view, std::string_view, const Board&, status::FieldFaults*) {}
};

// The trial kind: everything that a kind can have.
struct TicketKind {
  using Message = Ticket;
  using Parent = BoardKind;
  static constexpr std::string_view kPattern =
      "institutions/{institution}/boards/{board}/tickets/{ticket}";
  static constexpr versioned::Collection kCollection{"tickets", versioned::Marks::kRoot};
  static constexpr std::string_view kUnique[] = {"code"};
  static constexpr int kMaxBatch = 3;

  // What was asked of the other service, which knows every title but "unheard": "FIELD BEFORE >
  // AFTER" for each change. Null: it is not asked.
  std::vector<std::string>* asked = nullptr;

  absl::Status Ask(const Question<Ticket>& question) const {
    if (asked == nullptr) return absl::OkStatus();
    if (question.caller.call == nullptr) return absl::InternalError("not called through a table");
    for (const Change<Ticket>& change : question.changes) {
      const auto title = [](const Ticket* one) { return one == nullptr ? "-" : one->title(); };
      asked->push_back(absl::StrCat(change.Field("title"), " ", title(change.before), " > ",
                                    title(change.after)));
      if (change.after != nullptr && change.after->title() == "down") {
        return status::Unavailable("the other service", absl::Seconds(1));
      }
      if (change.after != nullptr && change.after->title() == "unheard") {
        question.faults->Add(change.Field("title"), change.after->title(), "a title it knows");
      }
    }
    return absl::OkStatus();
  }

  static void Complete(Ticket* ticket) {
    if (ticket->priority() == 0) ticket->set_priority(3);
    if (ticket->state().empty()) ticket->set_state("open");
  }
  static void Validate(std::string_view path, std::string_view parent, const Ticket& ticket,
                       status::FieldFaults* faults) {
    const std::string field(path);
    if (ticket.code().empty()) faults->Missing(field + ".code");
    if (ticket.priority() < 1 || ticket.priority() > 5) {
      faults->Add(field + ".priority", ticket.priority(), "1 to 5");
    }
    const std::string below = std::string(parent) + "/tickets/";
    if (!ticket.duplicate_of().empty() && ticket.duplicate_of().rfind(below, 0) != 0) {
      faults->Add(field + ".duplicate_of", ticket.duplicate_of(), "a ticket of the same board");
    }
  }
  static absl::Status Fill(const versioned::Edit&, const Ticket* before, Ticket* ticket) {
    ticket->set_first_priority(before == nullptr ? ticket->priority() : before->first_priority());
    return absl::OkStatus();
  }
  static absl::Status Admit(const Admission<Ticket>& admission) {
    for (const Change<Ticket>& change : admission.changes) {
      if (change.after == nullptr || change.after->duplicate_of().empty()) continue;
      const auto other = NamePattern(kPattern).Match(change.after->duplicate_of());
      if (!other.has_value()) continue;
      ATHENA_ASSIGN_OR_RETURN(const auto found,
                              admission.edit.Find<Ticket>(kCollection, other->key()));
      if (!found.has_value()) {
        admission.faults->Add(change.Field("duplicate_of"), other->text, "a ticket that exists");
      }
    }
    return absl::OkStatus();
  }
  static bool Less(const Ticket& a, const Ticket& b) { return NaturalLess(a.code(), b.code()); }
};

absl::Status Close(const CloseTicketRequest&, versioned::Edit&, Ticket* ticket) {
  if (ticket->state() == "closed") return status::Precondition("CLOSED", "closed", ticket->name());
  ticket->set_state("closed");
  return absl::OkStatus();
}

constexpr sql::Migration kMigrations[] = {
    {1, "journal", audit::kSchema},
    {2, "resources", versioned::kSchema},
    {3, "journal of versions", audit::kVersionsSchema},
    {4, "resources by revision", versioned::kRevisionsSchema}};
constexpr char kService[] = "athena.resource.testing.TicketService";
const Given kDesk{KindOf<DeskKind>(), "desk_id: 'gob' desk { title: 'Desk' }"};
const Given kBoard{KindOf<BoardKind>(),
                   "parent: 'institutions/gob' board_id: 'b1' board { title: 'Board' }"};

std::vector<Case> Cases() {
  return {Case{.kind = KindOf<DeskKind>(),
               .service = kService,
               .migrations = kMigrations,
               .sample = "title: 'Desk $n'"},
          Case{.kind = KindOf<BoardKind>(),
               .service = kService,
               .migrations = kMigrations,
               .given = {kDesk},
               .parent = "institutions/gob",
               .sample = "title: 'Board $n'",
               .change_field = "title",
               .change = "title: 'new'"},
          Case{.kind = KindOf<TicketKind>(),
               .service = kService,
               .migrations = kMigrations,
               .given = {kDesk, kBoard},
               .parent = "institutions/gob/boards/b1",
               .sample = "code: '$n' title: 'Ticket $n'",
               .change_field = "priority",
               .change = "priority: 5"}};
}
ATHENA_INSTANTIATE_CONFORMANCE(Trial, Cases);

// The service as a table, called without a transport.
class TicketServiceTest : public ::testing::Test {
 protected:
  TicketServiceTest() {
    sql::SqliteOptions options;
    options.path = folder_.File("a.db");
    options.application_id = 0x61746e61;
    options.migrations = kMigrations;
    auto opened = sql::SqliteDatabase::Open(std::move(options));
    EXPECT_THAT(opened, IsOk());
    database_ = *std::move(opened);
    store_ = std::make_unique<versioned::Store>(*database_);
    resources_ = std::make_unique<Resources>(*store_, Clock::System(), tokens_);
    const auto tickets = KindOf(TicketKind{&asked_});
    Rows add(table_, *resources_);
    add(KindOf<DeskKind>(), {auth::Role::kAdmin});
    add(KindOf<BoardKind>(), {auth::Role::kPlanner});
    add(tickets, {auth::Role::kPlanner});
    add.Verb(tickets, {auth::Role::kPlanner}, Close);
    EXPECT_THAT(Call<Desk>(Parsed<CreateDeskRequest>("desk_id: 'gob'")), IsOk());
    EXPECT_THAT(
        Call<Board>(Parsed<CreateBoardRequest>("parent: 'institutions/gob' board_id: 'b1'")),
        IsOk());
  }

  template <typename T>
  static T Parsed(const std::string& text) {
    T message;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
    return message;
  }

  template <typename Response, typename Request>
  absl::StatusOr<Response> Call(const Request& request) {
    const std::string& name = Request::descriptor()->name();
    for (const rpc::Method& method : table_.methods) {
      if (method.name + "Request" != name) continue;
      const rpc::testing::DirectCall call(method, principal_, request.SerializeAsString(), 1);
      if (!call.status().ok()) return call.status();
      Response response;
      EXPECT_TRUE(response.ParseFromString(call.messages().at(0)));
      return response;
    }
    return absl::UnimplementedError(name);
  }

  absl::StatusOr<Ticket> Make(const std::string& id, const std::string& fields) {
    return Call<Ticket>(Parsed<CreateTicketRequest>(
        absl::StrCat("parent: 'institutions/gob/boards/b1' ticket_id: '", id, "' ticket { code: '",
                     id, "' ", fields, " }")));
  }
  absl::StatusOr<Ticket> Get(const std::string& id) {
    return Call<Ticket>(Parsed<GetTicketRequest>(
        absl::StrCat("name: 'institutions/gob/boards/b1/tickets/", id, "'")));
  }

  // What was asked since the last time.
  std::vector<std::string> Asked() { return std::exchange(asked_, {}); }

  std::vector<std::string> asked_;
  const std::shared_ptr<const auth::Principal> principal_ =
      std::make_shared<auth::Principal>(auth::Principal{"an", "gob", auth::Roles::Any()});
  sql::TemporaryFolder folder_;
  std::unique_ptr<sql::SqliteDatabase> database_;
  PageTokens tokens_{std::string(32, 'k')};
  std::unique_ptr<versioned::Store> store_;
  std::unique_ptr<Resources> resources_;
  rpc::ServiceTable table_{kService, {}};
};

TEST_F(TicketServiceTest, TheTableHasEveryRpcWithItsRoles) {
  EXPECT_THAT(rpc::TableFaults(table_), IsEmpty());
  for (const rpc::Method& method : table_.methods) {
    const bool reads = method.name.rfind("Get", 0) == 0 || method.name.rfind("List", 0) == 0;
    EXPECT_EQ(method.roles.Has(auth::Role::kViewer), reads) << method.name;
  }
}

TEST_F(TicketServiceTest, ARequestThatIsNoMessageIsRefused) {
  const rpc::testing::DirectCall call(table_.methods[0], principal_, "\xff\xff", 1);
  EXPECT_THAT(call.status(), Refuses("MALFORMED_REQUEST"));
}

TEST_F(TicketServiceTest, A2_AListThatNobodyWaitsForIsNotRead) {
  ASSERT_THAT(Make("1", ""), IsOk());
  const std::string request =
      Parsed<ListTicketsRequest>("parent: 'institutions/gob/boards/b1' filter: 'priority = 5'")
          .SerializeAsString();
  for (const rpc::Method& method : table_.methods) {
    if (method.name != "ListTickets") continue;
    EXPECT_THAT(rpc::testing::DirectCall(method, principal_, request, 1).status(), IsOk());
    EXPECT_THAT(
        rpc::testing::DirectCall(method, principal_, request, 1, /*cancelled=*/true).status(),
        StatusIs(absl::StatusCode::kCancelled));
  }
}

TEST_F(TicketServiceTest, CompleteFillsInDefaultsAndValidateNamesFields) {
  EXPECT_EQ(Make("1", "")->priority(), 3);
  const auto refused =
      Make("2", "priority: 6 duplicate_of: 'institutions/gob/boards/b2/tickets/1'");
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument,
                                AllOf(HasSubstr("ticket.priority"), HasSubstr("1 more"))));
}

TEST_F(TicketServiceTest, FillSetsWhatFollowsFromTheStoredOne) {
  EXPECT_EQ(Make("1", "priority: 2 first_priority: 5")->first_priority(), 2);
  const auto updated = Call<Ticket>(Parsed<UpdateTicketRequest>(
      "ticket { name: 'institutions/gob/boards/b1/tickets/1' priority: 4 first_priority: 5 }"));
  ASSERT_THAT(updated, IsOk());
  EXPECT_EQ(updated->priority(), 4);
  EXPECT_EQ(updated->first_priority(), 2);
  EXPECT_EQ(Get("1")->DebugString(), updated->DebugString());
}

TEST_F(TicketServiceTest, AskSeesWhatWouldBeStoredBesideWhatIs) {
  ASSERT_THAT(Make("1", "title: 'one'"), IsOk());
  EXPECT_THAT(Asked(), ElementsAre("ticket.title - > one"));
  const std::string name = "name: 'institutions/gob/boards/b1/tickets/1' ";
  const auto update = [&](const std::string& fields, const std::string& rest = "") {
    return Call<Ticket>(
        Parsed<UpdateTicketRequest>(absl::StrCat("ticket { ", name, fields, " } ", rest)));
  };
  ASSERT_THAT(update("title: 'two'"), IsOk());
  EXPECT_THAT(Asked(), ElementsAre("ticket.title one > two"));
  ASSERT_THAT(update("priority: 4", "validate_only: true"), IsOk());
  EXPECT_THAT(Asked(), ElementsAre("ticket.title two > two"));
  ASSERT_THAT(Call<Ticket>(Parsed<CloseTicketRequest>(name)), IsOk());
  EXPECT_THAT(Asked(), ElementsAre("title two > two"));
  ASSERT_THAT(Call<BatchCreateTicketsResponse>(Parsed<BatchCreateTicketsRequest>(
                  "parent: 'institutions/gob/boards/b1' "
                  "requests { ticket_id: 'x' ticket { code: 'x' title: 'X' } } "
                  "requests { ticket_id: 'y' ticket { code: 'y' title: 'Y' } }")),
              IsOk());
  EXPECT_THAT(Asked(),
              ElementsAre("requests[0].ticket.title - > X", "requests[1].ticket.title - > Y"));
  ASSERT_THAT(Call<Ticket>(Parsed<UpdateTicketRequest>(
                  "ticket { name: 'institutions/gob/boards/b1/tickets/z' code: 'z' title: 'Z' } "
                  "allow_missing: true")),
              IsOk());
  EXPECT_THAT(Asked(), ElementsAre("ticket.title - > Z"));
}

TEST_F(TicketServiceTest, WhatAskRefusesIsNotStored) {
  EXPECT_THAT(Make("1", "title: 'unheard'"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("ticket.title")));
  EXPECT_THAT(Make("1", "title: 'down'"), Refuses("UNAVAILABLE"));
  EXPECT_THAT(Get("1"), Refuses("RESOURCE_NOT_FOUND"));
  ASSERT_THAT(Make("1", "title: 'one'"), IsOk());
  EXPECT_THAT(Call<Ticket>(Parsed<UpdateTicketRequest>(
                  "ticket { name: 'institutions/gob/boards/b1/tickets/1' title: 'unheard' }")),
              Refuses("INVALID_FIELDS"));
  EXPECT_EQ(Get("1")->title(), "one");
}

// Its own faults, a resource that is not there, an old etag and a missing permission are answers
// that need no other service.
TEST_F(TicketServiceTest, WhatIsRefusedAnywayIsNotAskedAbout) {
  ASSERT_THAT(Make("1", "title: 'one'"), IsOk());
  Asked();
  EXPECT_THAT(Make("2", "title: 'two' priority: 9"), Refuses("INVALID_FIELDS"));
  const auto update = [&](const std::string& id, const std::string& fields) {
    return Call<Ticket>(Parsed<UpdateTicketRequest>(absl::StrCat(
        "ticket { name: 'institutions/gob/boards/b1/tickets/", id, "' ", fields, " }")));
  };
  EXPECT_THAT(update("1", "title: 'x' priority: 9"), Refuses("INVALID_FIELDS"));
  EXPECT_THAT(update("1", "title: 'x' etag: 'old'"), Refuses("ETAG_MISMATCH"));
  EXPECT_THAT(update("2", "title: 'x'"), Refuses("RESOURCE_NOT_FOUND"));
  EXPECT_THAT(
      Call<Ticket>(Parsed<CloseTicketRequest>("name: 'institutions/gob/boards/b1/tickets/2'")),
      Refuses("RESOURCE_NOT_FOUND"));
  EXPECT_THAT(Call<Ticket>(Parsed<UpdateTicketRequest>(
                  "ticket { name: 'institutions/tal/boards/b1/tickets/1' title: 'x' }")),
              Refuses("PERMISSION_DENIED"));
  EXPECT_THAT(Asked(), IsEmpty());
}

TEST_F(TicketServiceTest, AdmitSeesWhatABatchStoredAsAWhole) {
  const auto batch = [&](const std::string& one, const std::string& two) {
    const std::string below = "'institutions/gob/boards/b1/tickets/";
    return Call<BatchCreateTicketsResponse>(Parsed<BatchCreateTicketsRequest>(absl::StrCat(
        "parent: 'institutions/gob/boards/b1' requests { ticket_id: 'x' ticket { code: 'x' "
        "duplicate_of: ",
        below, one, "' } } requests { ticket_id: 'y' ticket { code: 'y' duplicate_of: ", below, two,
        "' } }")));
  };
  EXPECT_THAT(batch("y", "none"), StatusIs(absl::StatusCode::kInvalidArgument,
                                           HasSubstr("requests[1].ticket.duplicate_of")));
  EXPECT_THAT(Get("x"), Refuses("RESOURCE_NOT_FOUND"));
  EXPECT_THAT(batch("y", "x"), IsOk());
}

TEST_F(TicketServiceTest, ABatchHasEachUniqueValueOnceAndItsLimit) {
  const auto batch = [&](const std::vector<std::string>& codes) {
    BatchCreateTicketsRequest request;
    request.set_parent("institutions/gob/boards/b1");
    for (size_t i = 0; i < codes.size(); ++i) {
      request.add_requests()->set_ticket_id(absl::StrCat("t", i));
      request.mutable_requests()->rbegin()->mutable_ticket()->set_code(codes[i]);
    }
    return Call<BatchCreateTicketsResponse>(request);
  };
  EXPECT_THAT(batch({"1", "2", "1"}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("requests[2].ticket.code")));
  EXPECT_THAT(batch({"1", "2", "3", "4"}), Refuses("INVALID_FIELDS"));
  EXPECT_THAT(batch({"1", "2", "3"}), IsOk());
  EXPECT_THAT(
      Call<BatchUpdateTicketsResponse>(Parsed<BatchUpdateTicketsRequest>(
          "parent: 'institutions/gob/boards/b1' "
          "requests { ticket { name: 'institutions/gob/boards/b1/tickets/t1' code: '9' } } "
          "requests { ticket { name: 'institutions/gob/boards/b1/tickets/t2' code: '9' } }")),
      StatusIs(absl::StatusCode::kInvalidArgument,
               HasSubstr("requests[1].ticket.code: got \"9\", want each once: "
                         "requests[0].ticket.code has it too")));
}

TEST_F(TicketServiceTest, AListIsInTheOrderOfTheKind) {
  for (const char* id : {"10", "9", "1"}) ASSERT_THAT(Make(id, ""), IsOk());
  const auto list =
      Call<ListTicketsResponse>(Parsed<ListTicketsRequest>("parent: 'institutions/gob/boards/b1'"));
  ASSERT_THAT(list, IsOk());
  std::vector<std::string> codes;
  for (const Ticket& ticket : list->tickets()) codes.push_back(ticket.code());
  EXPECT_THAT(codes, ElementsAre("1", "9", "10"));
}

TEST_F(TicketServiceTest, AVerbIsAnUpdateOfItsOwn) {
  ATHENA_ASSERT_OK_AND_ASSIGN(const Ticket made, Make("1", ""));
  EXPECT_EQ(made.state(), "open");
  const auto close = [&](const std::string& rest) {
    return Call<Ticket>(Parsed<CloseTicketRequest>(
        absl::StrCat("name: 'institutions/gob/boards/b1/tickets/1' ", rest)));
  };
  EXPECT_THAT(close("etag: 'old'"), Refuses("ETAG_MISMATCH"));
  EXPECT_THAT(close("validate_only: true"), IsOk());
  EXPECT_EQ(Get("1")->state(), "open");
  const auto closed = close("request_id: 'once'");
  ASSERT_THAT(closed, IsOk());
  EXPECT_EQ(closed->state(), "closed");
  EXPECT_EQ(Get("1")->etag(), closed->etag());
  EXPECT_THAT(close("request_id: 'once'"), IsOk());
  EXPECT_THAT(close(""), Refuses("CLOSED"));
}

TEST_F(TicketServiceTest, AnUpdateThatAllowsItCreatesWhatIsMissing) {
  const auto put = [&](const std::string& rest) {
    return Call<Ticket>(Parsed<UpdateTicketRequest>(
        "ticket { name: 'institutions/gob/boards/b1/tickets/1' code: 'c' } " + rest));
  };
  EXPECT_THAT(put(""), Refuses("RESOURCE_NOT_FOUND"));
  const auto made = put("allow_missing: true");
  ASSERT_THAT(made, IsOk());
  EXPECT_EQ(made->priority(), 3);
  EXPECT_EQ(Get("1")->DebugString(), made->DebugString());
  EXPECT_EQ(put("allow_missing: true")->etag(), made->etag());
  EXPECT_THAT(Call<Ticket>(Parsed<UpdateTicketRequest>(
                  "ticket { name: 'institutions/gob/boards/none/tickets/1' code: 'c' } "
                  "allow_missing: true")),
              Refuses("RESOURCE_NOT_FOUND"));
}

TEST_F(TicketServiceTest, WhatHasSomethingBelowIsDeletedByForceAlone) {
  ASSERT_THAT(Make("1", ""), IsOk());
  const std::string board = "name: 'institutions/gob/boards/b1' ";
  const auto refused = Call<google::protobuf::Empty>(Parsed<DeleteBoardRequest>(board));
  EXPECT_THAT(refused, Refuses("RESOURCE_HAS_CHILDREN"));
  EXPECT_EQ(status::MetadataValue(refused.status(), "child"),
            "institutions/gob/boards/b1/tickets/1");
  EXPECT_THAT(Call<google::protobuf::Empty>(Parsed<DeleteBoardRequest>(board + "force: true")),
              IsOk());
  EXPECT_THAT(Get("1"), Refuses("RESOURCE_NOT_FOUND"));
}

}  // namespace
}  // namespace athena::resource::testing

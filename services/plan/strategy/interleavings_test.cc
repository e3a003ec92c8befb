// Eight clients that edit one plan, against a model of it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "libs/status/status.h"
#include "libs/status/testing/matchers.h"
#include "services/plan/testing/service.h"

namespace athena::plan {
namespace {

using status::testing::IsOk;
using status::testing::Refuses;
using testing::Rpc;

constexpr int kClients = 8;
constexpr int kInterleavings = 1000;
constexpr char kEditedPlan[] = "institutions/gob/plans/p1";

// An element as the model has it.
struct EditedElement {
  std::string etag;
  std::string code;
  std::string parent;
  std::string lead;
};
using EditedState = std::map<std::string, EditedElement>;  // by id

std::string EditedName(const std::string& id) {
  return absl::StrCat(kEditedPlan, "/elements/", id);
}

// "id code parent lead etag", a line each.
std::string EditedLine(const std::string& name, const EditedElement& stored) {
  return absl::StrCat(name, " ", stored.code, " ", stored.parent, " ", stored.lead, " ",
                      stored.etag);
}

// A client reads an element, later writes with the etag that it has read, and begins again.
struct EditingClient {
  std::string id;
  bool has_read = false;
  std::optional<EditedElement> read;  // nullopt: there was none
};

class InterleavingsTest : public testing::PlanTest {
 protected:
  int Random(int below) { return std::uniform_int_distribution<int>(0, below - 1)(random_); }

  void Record(const v1::Element& element, const std::string& id) {
    state_[id] = {element.etag(), element.code(), element.parent_element(), element.lead()};
    past_.emplace(element.revision(), state_);
  }

  void Read(EditingClient* client) {
    client->has_read = true;
    const auto element =
        Call(&Rpc::GetElement, absl::StrCat(R"(name: ")", EditedName(client->id), R"(")"));
    const auto known = state_.find(client->id);
    if (known == state_.end()) {
      EXPECT_THAT(element, Refuses("RESOURCE_NOT_FOUND"));
      return;
    }
    ASSERT_THAT(element, IsOk());
    client->read =
        EditedElement{element->etag(), element->code(), element->parent_element(), element->lead()};
    EXPECT_EQ(EditedLine("", *client->read), EditedLine("", known->second));
  }

  // What the model says of a write with the etag that was read.
  template <typename Response>
  bool Succeeds(const EditingClient& client, const absl::StatusOr<Response>& answer) {
    const auto known = state_.find(client.id);
    if (known == state_.end()) {
      EXPECT_THAT(answer, Refuses("RESOURCE_NOT_FOUND"));
    } else if (known->second.etag != client.read->etag) {
      EXPECT_THAT(answer, Refuses("ETAG_MISMATCH"));
      EXPECT_EQ(answer.status().code(), absl::StatusCode::kAborted);
      EXPECT_EQ(status::MetadataValue(answer.status(), "currentEtag"), known->second.etag);
    } else {
      EXPECT_THAT(answer, IsOk());
      return answer.ok();
    }
    return false;
  }

  void Write(const EditingClient& client) {
    const std::string fresh = absl::StrCat(++counter_);
    if (!client.read.has_value()) {
      v1::CreateElementRequest request;
      request.set_parent(kEditedPlan);
      request.set_element_id(client.id);
      request.mutable_element()->set_kind(v1::Element::KIND_ACTION);
      request.mutable_element()->set_code(fresh);
      (*request.mutable_element()->mutable_title()->mutable_text())["nl"] = "x";
      const auto made = Call(&Rpc::CreateElement, request);
      if (state_.count(client.id) == 1) {
        EXPECT_THAT(made, Refuses("RESOURCE_EXISTS"));
      } else {
        ASSERT_THAT(made, IsOk());
        Record(*made, client.id);
      }
      return;
    }
    const int kind = Random(10);
    if (kind == 0) {
      v1::DeleteElementRequest request;
      request.set_name(EditedName(client.id));
      request.set_etag(client.read->etag);
      if (Succeeds(client, Call(&Rpc::DeleteElement, request))) {
        state_.erase(client.id);
        past_.emplace(past_.rbegin()->first + 1, state_);
      }
    } else if (kind <= 3) {
      v1::MoveElementRequest request;
      request.set_name(EditedName(client.id));
      request.set_etag(client.read->etag);
      request.set_code(fresh);
      if (Random(2) == 0)
        request.set_parent_element(EditedName(Random(2) == 0 ? "axis0" : "axis1"));
      const auto moved = Call(&Rpc::MoveElement, request);
      if (Succeeds(client, moved)) {
        EXPECT_EQ(moved->parent_element(), request.parent_element());
        Record(*moved, client.id);
      }
    } else {
      v1::UpdateElementRequest request;
      request.mutable_element()->set_name(EditedName(client.id));
      request.mutable_element()->set_etag(client.read->etag);
      request.mutable_element()->set_lead(fresh);
      const auto updated = Call(&Rpc::UpdateElement, request);
      if (Succeeds(client, updated)) {
        EXPECT_EQ(updated->lead(), fresh);
        Record(*updated, client.id);
      }
    }
  }

  std::vector<std::string> TreeAt(int64_t revision) {
    v1::GetPlanTreeRequest request;
    request.set_name(kEditedPlan);
    request.mutable_as_of()->set_revision(revision);
    const auto tree = GetTree(request);
    EXPECT_THAT(tree, IsOk());
    std::vector<std::string> lines;
    if (!tree.ok()) return lines;
    for (const v1::Element& element : tree->elements) {
      lines.push_back(EditedLine(element.name(), {element.etag(), element.code(),
                                                  element.parent_element(), element.lead()}));
    }
    std::sort(lines.begin(), lines.end());
    return lines;
  }

  static std::vector<std::string> LinesOf(const EditedState& state) {
    std::vector<std::string> lines;
    for (const auto& [id, stored] : state) lines.push_back(EditedLine(EditedName(id), stored));
    std::sort(lines.begin(), lines.end());
    return lines;
  }

  std::mt19937 random_{20261130};
  int counter_ = 100;
  EditedState state_;                    // now
  std::map<int64_t, EditedState> past_;  // after each revision
};

TEST_F(InterleavingsTest, AThousandEndAsTheModelSaysAndEveryPastRevisionIsAsItWas) {
  for (const char* axis : {"axis0", "axis1"}) Record(MakeElement(axis, axis, "AXIS"), axis);
  std::vector<EditingClient> clients(kClients);
  for (int round = 0; round < kInterleavings && !HasFailure(); ++round) {
    std::shuffle(clients.begin(), clients.end(), random_);
    for (EditingClient& client : clients) {
      if (client.has_read && Random(2) == 0) {
        Write(client);
        client = EditingClient();
      } else if (!client.has_read) {
        client.id = absl::StrCat("e", Random(3));
        Read(&client);
      }
    }
  }
  EXPECT_GT(past_.size(), size_t{kInterleavings / 2});
  for (const auto& [revision, state] : past_) {
    ASSERT_EQ(TreeAt(revision), LinesOf(state)) << "revision " << revision;
  }
  // No revision that the model does not know.
  EXPECT_EQ(past_.rbegin()->first - past_.begin()->first + 1, static_cast<int64_t>(past_.size()));
}

// The same on eight threads: each adds to a number that it has read, and again when it was too
// late.
TEST_F(InterleavingsTest, NoUpdateOfEightClientsIsLost) {
  constexpr int kAdditions = 25;
  MakeElement("a", "1", "ACTION", "", "weight: 0");
  std::vector<std::thread> threads;
  for (int i = 0; i < kClients; ++i) {
    threads.emplace_back([&] {
      for (int added = 0; added < kAdditions;) {
        auto element = Call(&Rpc::GetElement, absl::StrCat(R"(name: ")", EditedName("a"), R"(")"));
        ASSERT_THAT(element, IsOk());
        v1::UpdateElementRequest request;
        request.mutable_element()->set_name(element->name());
        request.mutable_element()->set_etag(element->etag());
        request.mutable_element()->set_weight(element->weight() + 1);
        const auto updated = Call(&Rpc::UpdateElement, request);
        if (updated.ok()) {
          ++added;
        } else {
          ASSERT_THAT(updated, Refuses("ETAG_MISMATCH"));
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(Call(&Rpc::GetElement, absl::StrCat(R"(name: ")", EditedName("a"), R"(")"))->weight(),
            kClients * kAdditions);
}

}  // namespace
}  // namespace athena::plan

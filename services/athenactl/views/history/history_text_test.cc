#include "services/athenactl/views/history/history_text.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "absl/strings/str_split.h"
#include "athena/common/v1/history_service.pb.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

template <typename Message>
Message MessageOf(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

constexpr char kEdit[] = R"pb(
  revision: 17
  time { seconds: 1671840000 }
  subject: "ann"
  action: "UpdateElement"
  reason: "a new contractor"
  changes {
    resource: "institutions/gob/plans/p1/elements/e1"
    kind: KIND_UPDATED
    differences {
      path: "lead"
      to { string_value: "Ann" }
    }
    differences {
      path: "milestones[m1].due_date"
      from { string_value: "2022-03-31" }
      to { string_value: "2022-06-30" }
    }
    differences {
      path: "tags"
      from { list_value { values { string_value: "a" } } }
      to {
        list_value {
          values { string_value: "a" }
          values { string_value: "b" }
        }
      }
    }
    differences {
      path: "critical"
      from { bool_value: false }
      to { bool_value: true }
    }
    more_differences: 2
  }
)pb";

TEST(HistoryTextTest, ARevisionSaysWhoWhenWhyAndWhat) {
  EXPECT_EQ(RevisionText(MessageOf<common::v1::Revision>(kEdit), 80, false),
            "revision 17, 2022-12-24 00:00:00 UTC, UpdateElement by ann\n"
            "  because a new contractor\n"
            "  changed gob/plans/p1/elements/e1\n"
            "    lead                     nothing > Ann\n"
            "    milestones[m1].due_date  2022-03-31 > 2022-06-30\n"
            "    tags                     a > a, b\n"
            "    critical                 false > true\n"
            "    and 2 more fields\n");
}

TEST(HistoryTextTest, WhatWasCreatedHasItsFieldsAndWhatWasDeletedItsName) {
  const auto revision = MessageOf<common::v1::Revision>(R"pb(
    revision: 1
    time { seconds: 1671840000 }
    subject: "ann"
    action: "CreateUnit"
    changes {
      resource: "institutions/gob/units/hr"
      kind: KIND_CREATED
      differences {
        path: "priority"
        to { number_value: 1.5 }
      }
      differences {
        path: "steps[a]"
        to {
          struct_value {
            fields {
              key: "id"
              value { string_value: "a" }
            }
            fields {
              key: "due"
              value { string_value: "2022-01-01" }
            }
          }
        }
      }
    }
    changes {
      resource: "institutions/gob/units/old"
      kind: KIND_DELETED
      differences {
        path: "priority"
        from { number_value: 1.5 }
      }
    }
    more_changes: 1
  )pb");
  EXPECT_EQ(RevisionText(revision, 80, false),
            "revision 1, 2022-12-24 00:00:00 UTC, CreateUnit by ann\n"
            "  created gob/units/hr\n"
            "    priority  1.5\n"
            "    steps[a]  {due: 2022-01-01, id: a}\n"
            "  deleted gob/units/old\n"
            "  and 1 more resource\n");
}

TEST(HistoryTextTest, LinesFitTheTerminalAndRecordedTextCannotControlIt) {
  auto revision = MessageOf<common::v1::Revision>(kEdit);
  revision.set_reason(std::string(300, 'r') + "\x1b[31m");
  revision.mutable_changes(0)->mutable_differences(0)->mutable_to()->set_string_value(
      std::string(500, 'Q') + " \x1b[31m");
  revision.mutable_changes(0)->mutable_differences(1)->set_path(std::string(200, 'p'));
  for (const int width : {40, 80, 100}) {
    const std::string text = RevisionText(revision, width, false);
    EXPECT_THAT(text, Not(HasSubstr("\x1b")));
    for (const auto line : absl::StrSplit(text, '\n')) {
      EXPECT_LE(Width(View(line)), width) << View(line);
    }
  }
  // Nothing of the value is lost.
  std::string joined = RevisionText(revision, 80, false);
  EXPECT_EQ(std::count(joined.begin(), joined.end(), 'Q'), 500);
}

TEST(HistoryTextTest, AnAuditLogIsWholeOrHasItsFaults) {
  EXPECT_EQ(
      AuditText("plan", MessageOf<common::v1::VerifyAuditLogResponse>("head { revision: 1 }")),
      "audit log of the plan service, 1 revision: whole\n");
  EXPECT_EQ(AuditText("plan", MessageOf<common::v1::VerifyAuditLogResponse>(R"pb(
                        head { revision: 2 }
                        first_bad_revision: 3
                        faults { revision: 3 description: "it is missing" }
                      )pb")),
            "audit log of the plan service, 2 revisions: not whole\n  it is missing\n");
}

TEST(HistoryTextTest, EntriesAreATable) {
  const auto listed = MessageOf<common::v1::ListAuditEventsResponse>(R"pb(
    events {
      revision: 12
      time { seconds: 1671840000 }
      subject: "ann"
      action: "DeletePlan"
      resources: "institutions/gob/plans/p1/elements/e1"
      resources: "institutions/gob/plans/p1"
      hash: "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
    }
  )pb");
  EXPECT_EQ(AuditEventsText(listed, 80, false),
            "REVISION           TIME (UTC)  BY   ACTION      RESOURCES\n"
            "      12  2022-12-24 00:00:00  ann  DeletePlan  gob/plans/p1/elements/e1 and 1\n"
            "                                                more\n");
  EXPECT_THAT(AuditEventsText(listed, 0, false), HasSubstr("HASH"));
}

}  // namespace
}  // namespace athena::athenactl

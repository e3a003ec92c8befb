#include "services/athenactl/views/publications/publication_text.h"

#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <string>

namespace athena::athenactl {
namespace {

namespace v1 = athena::reporting::v1;

constexpr char kPublication[] = R"(
    name: "institutions/gob/plans/p/scorecards/2026-Q2/publications/2"
    plan: "institutions/gob/plans/p" period: "2026-Q2" number: 2
    audience: AUDIENCE_PUBLIC languages: "nl" languages: "fr"
    basis { engine_version: "2" }
    score { status: SCORECARD_STATUS_AMBER score { value: 50 decimal: "50" } }
    publish_time { seconds: 1600000000 }
    reason: "Late figures of headcount"
    supersedes: "institutions/gob/plans/p/scorecards/2026-Q2/publications/1"
    withheld_count: 3 document_bytes: 12345 sha256: "ab" key_id: "06e3fd8fda29bb60")";

template <typename Message>
Message Parsed(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

TEST(PublicationTextTest, SaysAllThatIsSet) {
  EXPECT_EQ(PublicationText(Parsed<v1::Publication>(kPublication), 80, false),
            R"(institutions/gob/plans/p/scorecards/2026-Q2/publications/2
  published      2020-09-13 12:26:40 UTC, for everybody, in nl, fr
  score          ▲ AMBER 50.0
  reason         Late figures of headcount
  supersedes     institutions/gob/plans/p/scorecards/2026-Q2/publications/1
  withheld       3 indicators and fields, which the document lists
  computed by    engine version 2
  document       12,345 bytes
  SHA-256        ab
  key            06e3fd8fda29bb60
)");
}

TEST(PublicationTextTest, AListHasARowForEach) {
  v1::ListPublicationsResponse list;
  *list.add_publications() = Parsed<v1::Publication>(kPublication);
  v1::Publication& first = *list.add_publications();
  first = Parsed<v1::Publication>(kPublication);
  first.set_number(1);
  first.set_audience(v1::Publication::AUDIENCE_INSTITUTION);
  first.clear_reason();
  first.set_superseded_by("institutions/gob/plans/p/scorecards/2026-Q2/publications/3");
  EXPECT_EQ(
      PublicationTable(list, 0, false),
      "PLAN  QUARTER  NO  FOR          PUBLISHED            STATUS        SUPERSEDED  REASON\n"
      "p     2026-Q2   2  everybody    2020-09-13 12:26:40  ▲ AMBER 50.0              Late "
      "figures of headcount\n"
      "p     2026-Q2   1  institution  2020-09-13 12:26:40  ▲ AMBER 50.0  by 3\n");
  EXPECT_EQ(PublicationTable({}, 0, false), "Nothing was published.\n");
}

TEST(VerificationTextTest, SaysEachCheckByAWord) {
  auto verdict = Parsed<v1::VerifyPublicationResponse>(R"(
      valid: false
      checks { kind: KIND_DOCUMENT outcome: OUTCOME_PASSED detail: "The document is right." }
      checks { kind: KIND_SIGNATURE outcome: OUTCOME_FAILED detail: "The signature is not." }
      checks { kind: KIND_RECOMPUTATION outcome: OUTCOME_NOT_POSSIBLE detail: "Who knows." })");
  EXPECT_EQ(VerificationText(verdict, 80, false),
            "  ok       The document is right.\n"
            "  WRONG    The signature is not.\n"
            "  unknown  Who knows.\n"
            "It is NOT proved to be what was published.\n");
  verdict.set_valid(true);
  EXPECT_TRUE(VerificationText(verdict, 80, false).ends_with("It is what was published.\n"));
}

}  // namespace
}  // namespace athena::athenactl

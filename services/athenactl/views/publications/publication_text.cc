#include "services/athenactl/views/publications/publication_text.h"

#include <algorithm>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/athenactl/resources/resource_names.h"
#include "services/athenactl/terminal/paint.h"
#include "services/athenactl/terminal/table.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/views/scorecards/scorecard_words.h"
#include "services/athenactl/views/value_text.h"

namespace athena::athenactl {
namespace {

namespace reporting = athena::reporting::v1;

constexpr int kFactLabel = 15;

// Adds a fact, wrapped behind its label.
void AddFact(std::string_view label, const std::string& fact, int width, std::string* text) {
  if (fact.empty()) return;
  const int columns = width == 0 ? 0 : std::max(width - kFactLabel - 2, 20);
  std::string_view first = label;
  for (const std::string& line : Wrapped(Printable(fact), columns)) {
    absl::StrAppend(text, "  ", PadRight(first, kFactLabel), line, "\n");
    first = "";
  }
}

std::string StatusAndScore(const reporting::NodeScore& score, bool colour) {
  const StatusLook look = LookOf(score.status());
  std::string text = Paint(absl::StrCat(View(look.symbol), " ", View(look.word)), look.ink, colour);
  if (score.has_score()) absl::StrAppend(&text, " ", ScoreText(score.score(), ""));
  return text;
}

}  // namespace

std::string AudienceText(reporting::Publication::Audience audience) {
  return audience == reporting::Publication::AUDIENCE_PUBLIC ? "everybody" : "the institution";
}

std::string PublicationText(const reporting::Publication& publication, int width, bool colour) {
  std::string text = absl::StrCat(publication.name(), "\n");
  AddFact("published",
          absl::StrCat(TimeText(publication.publish_time()), " UTC, for ",
                       AudienceText(publication.audience()), ", in ",
                       absl::StrJoin(publication.languages(), ", ")),
          width, &text);
  absl::StrAppend(&text, "  ", PadRight("score", kFactLabel),
                  StatusAndScore(publication.score(), colour), "\n");
  AddFact("reason", publication.reason(), width, &text);
  AddFact("supersedes", publication.supersedes(), width, &text);
  AddFact("superseded by", publication.superseded_by(), width, &text);
  AddFact("", publication.superseded_reason(), width, &text);
  if (publication.quarter_open()) AddFact("quarter", "it was not closed", width, &text);
  AddFact("also open at", absl::StrJoin(publication.open_institutions(), ", "), width, &text);
  if (publication.withheld_count() > 0) {
    AddFact("withheld",
            Counted(publication.withheld_count(), "indicator or field, which the document lists",
                    "indicators and fields, which the document lists"),
            width, &text);
  }
  AddFact("computed by", absl::StrCat("engine version ", publication.basis().engine_version()),
          width, &text);
  AddFact("document", absl::StrCat(Grouped(publication.document_bytes()), " bytes"), width, &text);
  AddFact("SHA-256", publication.sha256(), width, &text);
  AddFact("key", publication.key_id(), width, &text);
  return text;
}

std::string PublicationTable(const reporting::ListPublicationsResponse& publications, int width,
                             bool colour) {
  if (publications.publications().empty()) return "Nothing was published.\n";
  Table table({{.heading = "PLAN", .least = 12},
               {.heading = "QUARTER", .least = Table::kWhole},
               {.heading = "NO", .right = true},
               {.heading = "FOR", .least = Table::kWhole},
               {.heading = "PUBLISHED", .least = Table::kWhole},
               {.heading = "STATUS", .least = Table::kWhole},
               {.heading = "SUPERSEDED", .least = Table::kWhole},
               {.heading = "REASON", .wraps = true}});
  for (const reporting::Publication& publication : publications.publications()) {
    table.Add({IdOf(publication.plan()), publication.period(), absl::StrCat(publication.number()),
               publication.audience() == reporting::Publication::AUDIENCE_PUBLIC ? "everybody"
                                                                                 : "institution",
               TimeText(publication.publish_time()), StatusAndScore(publication.score(), false),
               publication.superseded_by().empty()
                   ? ""
                   : absl::StrCat("by ", IdOf(publication.superseded_by())),
               publication.reason()});
  }
  return table.Text(width, colour);
}

std::string VerificationText(const reporting::VerifyPublicationResponse& verdict, int width,
                             bool colour) {
  std::string text;
  for (const reporting::PublicationCheck& check : verdict.checks()) {
    const bool passed = check.outcome() == reporting::PublicationCheck::OUTCOME_PASSED;
    const bool failed = check.outcome() == reporting::PublicationCheck::OUTCOME_FAILED;
    const std::string_view word = passed ? "ok" : failed ? "WRONG" : "unknown";
    const Ink ink = passed ? Ink::kGreen : failed ? Ink::kRed : Ink::kAmber;
    const int columns = width == 0 ? 0 : std::max(width - 11, 20);
    std::string label = Paint(PadRight(word, 9), ink, colour);
    for (const std::string& line : Wrapped(Printable(check.detail()), columns)) {
      absl::StrAppend(&text, "  ", label, line, "\n");
      label = std::string(9, ' ');
    }
  }
  absl::StrAppend(&text, verdict.valid() ? "It is what was published.\n"
                                         : "It is NOT proved to be what was published.\n");
  return text;
}

}  // namespace athena::athenactl

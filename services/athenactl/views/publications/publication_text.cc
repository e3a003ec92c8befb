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

namespace v1 = athena::reporting::v1;
using Check = v1::PublicationCheck;

constexpr int kLabel = 15;

// Adds a fact, wrapped behind its label.
void Add(std::string_view label, const std::string& fact, int width, std::string* text) {
  if (fact.empty()) return;
  const int columns = width == 0 ? 0 : std::max(width - kLabel - 2, 20);
  std::string_view first = label;
  for (const std::string& line : Wrapped(Printable(fact), columns)) {
    absl::StrAppend(text, "  ", PadRight(first, kLabel), line, "\n");
    first = "";
  }
}

std::string StatusText(const v1::NodeScore& score, bool colour) {
  const StatusLook look = LookOf(score.status());
  std::string text = Paint(absl::StrCat(View(look.symbol), " ", View(look.word)), look.ink, colour);
  if (score.has_score()) absl::StrAppend(&text, " ", ScoreText(score.score(), ""));
  return text;
}

}  // namespace

std::string AudienceText(v1::Publication::Audience audience) {
  return audience == v1::Publication::AUDIENCE_PUBLIC ? "everybody" : "the institution";
}

std::string PublicationText(const v1::Publication& publication, int width, bool colour) {
  std::string text = absl::StrCat(publication.name(), "\n");
  Add("published",
      absl::StrCat(TimeText(publication.publish_time()), " UTC, for ",
                   AudienceText(publication.audience()), ", in ",
                   absl::StrJoin(publication.languages(), ", ")),
      width, &text);
  absl::StrAppend(&text, "  ", PadRight("score", kLabel), StatusText(publication.score(), colour),
                  "\n");
  Add("reason", publication.reason(), width, &text);
  Add("supersedes", publication.supersedes(), width, &text);
  Add("superseded by", publication.superseded_by(), width, &text);
  Add("", publication.superseded_reason(), width, &text);
  if (publication.quarter_open()) Add("quarter", "it was not closed", width, &text);
  Add("also open at", absl::StrJoin(publication.open_institutions(), ", "), width, &text);
  if (publication.withheld_count() > 0) {
    Add("withheld",
        Counted(publication.withheld_count(), "indicator or field, which the document lists",
                "indicators and fields, which the document lists"),
        width, &text);
  }
  Add("computed by", absl::StrCat("engine version ", publication.basis().engine_version()), width,
      &text);
  Add("document", absl::StrCat(Grouped(publication.document_bytes()), " bytes"), width, &text);
  Add("SHA-256", publication.sha256(), width, &text);
  Add("key", publication.key_id(), width, &text);
  return text;
}

std::string PublicationTable(const v1::ListPublicationsResponse& publications, int width,
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
  for (const v1::Publication& publication : publications.publications()) {
    table.Add(
        {IdOf(publication.plan()), publication.period(), absl::StrCat(publication.number()),
         publication.audience() == v1::Publication::AUDIENCE_PUBLIC ? "everybody" : "institution",
         TimeText(publication.publish_time()), StatusText(publication.score(), false),
         publication.superseded_by().empty()
             ? ""
             : absl::StrCat("by ", IdOf(publication.superseded_by())),
         publication.reason()});
  }
  return table.Text(width, colour);
}

std::string VerificationText(const v1::VerifyPublicationResponse& verdict, int width, bool colour) {
  std::string text;
  for (const Check& check : verdict.checks()) {
    const bool passed = check.outcome() == Check::OUTCOME_PASSED;
    const bool failed = check.outcome() == Check::OUTCOME_FAILED;
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

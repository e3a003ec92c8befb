#include "services/reporting/publications/documents/document.h"

#include <google/protobuf/util/json_util.h>

#include <set>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "athena/indicator/v1/indicator.pb.h"
#include "libs/canonical/canonical.h"
#include "libs/canonical/jcs.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/reporting/publications/documents/withhold.h"
#include "services/reporting/scorecards/messages/scorecard_message.h"

namespace athena::reporting {
namespace {

constexpr char kFormat[] = "athena.reporting.v1.PublicationDocument";

// The indicators that everybody may see. One that the publisher could not read is none of them.
std::set<std::string> PublicIndicators(const ScoredPlan& plan) {
  std::set<std::string> indicators;
  for (size_t i = 0; i < plan.tree->elements.size(); ++i) {
    const plan::v1::Element& element = *plan.tree->elements[i];
    for (int link = 0; link < element.indicators_size(); ++link) {
      const int selection = plan.tree->links[i][link];
      if (plan.values->definitions[selection]->classification ==
          indicator::v1::Indicator::CLASSIFICATION_PUBLIC) {
        indicators.insert(element.indicators(link).indicator());
      }
    }
  }
  return indicators;
}

}  // namespace

absl::Status AddScorecards(const ScoredPlan& plan, v1::PublicationDocument* document) {
  document->set_format(kFormat);
  *document->mutable_languages() = plan.tree->plan().languages();
  document->clear_scorecards();
  document->clear_withheld();
  const bool is_public = document->audience() == v1::Publication::AUDIENCE_PUBLIC;
  const std::set<std::string> indicators =
      is_public ? PublicIndicators(plan) : std::set<std::string>();
  Presentation presentation;
  presentation.full = true;
  for (const std::string& language : document->languages()) {
    v1::LocalizedScorecard& scorecard = *document->add_scorecards();
    scorecard.set_language_code(language);
    presentation.language = language;
    ATHENA_ASSIGN_OR_RETURN(*scorecard.mutable_result(), ResultMessage(plan, presentation));
    if (!is_public) continue;
    std::vector<v1::WithheldPart> withheld =
        Withhold([&](const std::string& name) { return indicators.contains(name); },
                 scorecard.mutable_result());
    document->mutable_withheld()->Assign(withheld.begin(), withheld.end());
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> BytesOf(const v1::PublicationDocument& document) {
  return Jcs(CanonicalJson(document));
}

absl::StatusOr<v1::PublicationDocument> ReadDocument(std::string_view bytes) {
  ATHENA_ASSIGN_OR_RETURN(const std::string canonical, Jcs(bytes));
  v1::PublicationDocument document;
  google::protobuf::util::JsonParseOptions options;
  // Of a later version of this service.
  options.ignore_unknown_fields = true;
  const bool read = google::protobuf::util::JsonStringToMessage(canonical, &document, options).ok();
  if (canonical == bytes && read && document.format() == kFormat) return document;
  return status::Refusal(absl::StatusCode::kInvalidArgument, "NOT_JSON",
                         "the bytes are not the canonical JSON of a PublicationDocument");
}

v1::Publication PublicationOf(const v1::PublicationDocument& document, std::string_view bytes) {
  v1::Publication publication;
  publication.set_name(document.name());
  publication.set_plan(document.plan());
  publication.set_period(document.period());
  publication.set_number(document.number());
  publication.set_audience(document.audience());
  *publication.mutable_languages() = document.languages();
  *publication.mutable_basis() = document.basis();
  if (!document.scorecards().empty()) {
    const v1::ScorecardNode& root = document.scorecards(0).result().root();
    v1::NodeScore& score = *publication.mutable_score();
    score.set_status(root.status());
    score.set_reason(root.reason());
    if (root.has_score()) *score.mutable_score() = root.score();
    if (root.has_coverage()) *score.mutable_coverage() = root.coverage();
  }
  *publication.mutable_publish_time() = document.publish_time();
  publication.set_reason(document.reason());
  publication.set_quarter_open(document.quarter_open());
  *publication.mutable_open_institutions() = document.open_institutions();
  publication.set_supersedes(document.supersedes());
  publication.set_withheld_count(document.withheld_size());
  publication.set_document_bytes(static_cast<int64_t>(bytes.size()));
  publication.set_sha256(absl::BytesToHexString(Sha256Of(bytes)));
  publication.set_inputs_sha256(document.inputs_sha256());
  return publication;
}

}  // namespace athena::reporting

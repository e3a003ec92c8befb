#include "services/reporting/publications/documents/verification.h"

#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/canonical/canonical.h"
#include "libs/fields/fields.h"
#include "libs/period/period.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/reporting/publications/documents/document.h"
#include "services/reporting/publications/documents/recorded_reads.h"
#include "services/reporting/rules/scoring.h"
#include "services/reporting/scorecards/scorecard_read.h"

namespace athena::reporting {
namespace {

using Check = v1::PublicationCheck;

Check Made(Check::Kind kind, Check::Outcome outcome, std::string detail) {
  Check check;
  check.set_kind(kind);
  check.set_outcome(outcome);
  check.set_detail(std::move(detail));
  return check;
}

Check Passed(Check::Kind kind, std::string detail) {
  return Made(kind, Check::OUTCOME_PASSED, std::move(detail));
}
Check Failed(Check::Kind kind, std::string detail) {
  return Made(kind, Check::OUTCOME_FAILED, std::move(detail));
}

Check CheckDocument(const v1::Publication& publication, const std::string& bytes,
                    const absl::StatusOr<v1::PublicationDocument>& document) {
  constexpr auto kKind = Check::KIND_DOCUMENT;
  if (absl::BytesToHexString(Sha256Of(bytes)) != publication.sha256()) {
    return Failed(kKind, "The document does not have the SHA-256 that the publication names.");
  }
  if (!document.ok()) return Failed(kKind, "The document is not canonical JSON of a publication.");
  v1::Publication expected = PublicationOf(*document, bytes);
  expected.set_signature(publication.signature());
  expected.set_key_id(publication.key_id());
  expected.set_etag(publication.etag());
  expected.set_revision(publication.revision());
  *expected.mutable_create_time() = publication.create_time();
  *expected.mutable_update_time() = publication.update_time();
  if (!google::protobuf::util::MessageDifferencer::Equals(publication, expected)) {
    return Failed(kKind, "The publication does not say what the document says.");
  }
  return Passed(kKind, absl::StrCat("The document of ", bytes.size(),
                                    " bytes has the SHA-256 that the publication names."));
}

Check CheckInputs(const v1::PublicationDocument& document, const Inputs& inputs) {
  constexpr auto kKind = Check::KIND_INPUTS;
  if (DigestOf(inputs) == document.inputs_sha256()) {
    return Passed(kKind, "The inputs have the SHA-256 that the document names.");
  }
  return Failed(kKind, "The inputs do not have the SHA-256 that the document names.");
}

Check CheckSignature(const v1::Publication& publication, const std::string& bytes,
                     const signing::TrustedKeys& keys) {
  constexpr auto kKind = Check::KIND_SIGNATURE;
  const std::string id = status::Printable(publication.key_id());
  const signing::PublicKey* const key = keys.Find(publication.key_id());
  if (key == nullptr) {
    return Made(
        kKind, Check::OUTCOME_NOT_POSSIBLE,
        absl::StrCat("The server does not have the public key ", id, ": --verification_keys."));
  }
  if (key->Verifies(bytes, publication.signature())) {
    return Passed(kKind, absl::StrCat("The key ", id, " signed the document."));
  }
  return Failed(kKind,
                absl::StrCat("The signature is not that of the document by the key ", id, "."));
}

// Scores the inputs again, as they were scored for the document.
absl::StatusOr<std::string> Recompute(const rpc::Call& call, v1::PublicationDocument document,
                                      const Inputs& inputs) {
  ATHENA_ASSIGN_OR_RETURN(const Period quarter, Period::Parse(document.period()));
  if (!fields::DayOf(document.basis().date()).has_value()) {
    return status::Internal("the basis has no date");
  }
  ReadRequest request;
  request.plan = document.plan();
  request.basis = document.basis();
  request.quarters = {quarter, quarter, /*trends=*/true};
  const ReplayedReads readings(inputs);
  ScorecardRead read(readings, call, request, absl::Now(), nullptr);
  ATHENA_ASSIGN_OR_RETURN(const std::shared_ptr<const ScoredPlan> plan, read.Run());
  ATHENA_RETURN_IF_ERROR(AddScorecards(*plan, &document));
  *document.mutable_basis() = read.BasisOf();
  return BytesOf(document);
}

absl::StatusOr<Check> CheckRecomputation(const rpc::Call& call,
                                         const v1::PublicationDocument& document,
                                         const std::string& bytes, const Inputs& inputs) {
  constexpr auto kKind = Check::KIND_RECOMPUTATION;
  const std::string& version = document.basis().engine_version();
  if (version != kEngineVersion) {
    return Made(kKind, Check::OUTCOME_NOT_POSSIBLE,
                absl::StrCat("It was computed by engine version ", status::Printable(version),
                             "; this server has ", std::string(kEngineVersion), "."));
  }
  const absl::StatusOr<std::string> recomputed = Recompute(call, document, inputs);
  ATHENA_RETURN_IF_ERROR(call.StillWanted());
  if (recomputed.ok() && *recomputed == bytes) {
    return Passed(kKind, "Computed anew from the inputs, the document is the same, byte by byte.");
  }
  return Failed(kKind, recomputed.ok()
                           ? "Computed anew from the inputs, the document is another one."
                           : absl::StrCat("The inputs cannot be scored: ",
                                          std::string(status::Message(recomputed.status())), "."));
}

}  // namespace

absl::StatusOr<v1::VerifyPublicationResponse> Verify(const rpc::Call& call,
                                                     const v1::Publication& publication,
                                                     const PublicationContent& content,
                                                     const signing::TrustedKeys& keys) {
  const absl::StatusOr<v1::PublicationDocument> document = ReadDocument(content.document);
  v1::VerifyPublicationResponse response;
  *response.add_checks() = CheckDocument(publication, content.document, document);
  if (document.ok()) {
    *response.add_checks() = CheckInputs(*document, content.inputs);
  } else {
    *response.add_checks() =
        Failed(Check::KIND_INPUTS, "The document does not say which inputs it was made of.");
  }
  *response.add_checks() = CheckSignature(publication, content.document, keys);
  if (document.ok()) {
    ATHENA_ASSIGN_OR_RETURN(*response.add_checks(),
                            CheckRecomputation(call, *document, content.document, content.inputs));
  } else {
    *response.add_checks() =
        Failed(Check::KIND_RECOMPUTATION, "The document does not say what to compute.");
  }
  response.set_valid(
      std::all_of(response.checks().begin(), response.checks().end(), [](const Check& check) {
        return check.outcome() == Check::OUTCOME_PASSED ||
               (check.kind() == Check::KIND_RECOMPUTATION &&
                check.outcome() == Check::OUTCOME_NOT_POSSIBLE);
      }));
  return response;
}

}  // namespace athena::reporting

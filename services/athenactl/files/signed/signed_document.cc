#include "services/athenactl/files/signed/signed_document.h"

#include <google/protobuf/util/json_util.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "libs/canonical/canonical.h"
#include "libs/canonical/jcs.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

constexpr char kDocumentFormat[] = "athena.reporting.v1.PublicationDocument";

absl::Status NoSuchFile(const std::string& path, std::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat(
      Printable(path), ": no publication that athenactl publications --out wrote: ", View(why)));
}

// The text in a member; empty when there is none.
std::string TextIn(const nlohmann::json& json, const char* member) {
  const auto found = json.find(member);
  return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

void AddCheck(athena::reporting::v1::PublicationCheck::Kind kind, bool passed, std::string detail,
              athena::reporting::v1::VerifyPublicationResponse* verdict) {
  athena::reporting::v1::PublicationCheck& check = *verdict->add_checks();
  check.set_kind(kind);
  check.set_outcome(passed ? athena::reporting::v1::PublicationCheck::OUTCOME_PASSED
                           : athena::reporting::v1::PublicationCheck::OUTCOME_FAILED);
  check.set_detail(std::move(detail));
}

}  // namespace

std::string SignedDocument(const athena::reporting::v1::Publication& publication,
                           std::string_view document) {
  return absl::StrCat("{\"document\":", View(document), ",\"keyId\":\"", publication.key_id(),
                      "\",\"sha256\":\"", publication.sha256(), "\",\"signature\":\"",
                      absl::Base64Escape(publication.signature()), "\"}");
}

absl::StatusOr<CheckedDocument> CheckSignedDocument(const std::string& path, std::string_view text,
                                                    const signing::PublicKey& key) {
  const absl::StatusOr<std::string> canonical = Jcs(text);
  if (!canonical.ok()) return NoSuchFile(path, status::Message(canonical.status()));
  const nlohmann::json json =
      nlohmann::json::parse(*canonical, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("document") || !json.contains("signature")) {
    return NoSuchFile(path, "it has no document and signature");
  }
  ATHENA_ASSIGN_OR_RETURN(const std::string document, Jcs(json["document"].dump()));
  CheckedDocument checked;
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;  // of later versions
  if (!google::protobuf::util::JsonStringToMessage(document, &checked.document, options).ok() ||
      checked.document.format() != kDocumentFormat) {
    return NoSuchFile(path, absl::StrCat("the document has not the format ", kDocumentFormat));
  }
  const std::string sha256 = absl::BytesToHexString(Sha256Of(document));
  const bool same = sha256 == TextIn(json, "sha256");
  AddCheck(athena::reporting::v1::PublicationCheck::KIND_DOCUMENT, same,
           same ? absl::StrCat("The document has the SHA-256 that the file names, ", sha256, ".")
                : "The document does not have the SHA-256 that the file names.",
           &checked.verdict);
  std::string signature;
  const std::string base64 = TextIn(json, "signature");
  // Base64 has several texts for some bytes (RFC 4648, 3.5); only the one that is written counts.
  const bool is_signature =
      absl::Base64Unescape(base64, &signature) && absl::Base64Escape(signature) == base64;
  const bool valid = is_signature && key.Verifies(document, signature);
  const std::string id = TextIn(json, "keyId");
  AddCheck(athena::reporting::v1::PublicationCheck::KIND_SIGNATURE, valid && id == key.id(),
           valid && id == key.id()
               ? absl::StrCat("The key ", key.id(), " signed the document.")
               : absl::StrCat(
                     "The signature is not that of the document by the key ", key.id(),
                     id == key.id() ? "." : absl::StrCat("; the file names ", Printable(id), ".")),
           &checked.verdict);
  checked.verdict.set_valid(same && valid && id == key.id());
  return checked;
}

}  // namespace athena::athenactl

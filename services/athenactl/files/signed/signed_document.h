#ifndef ATHENA_SERVICES_ATHENACTL_FILES_SIGNED_SIGNED_DOCUMENT_H_
#define ATHENA_SERVICES_ATHENACTL_FILES_SIGNED_SIGNED_DOCUMENT_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "athena/reporting/v1/publication.pb.h"
#include "athena/reporting/v1/reporting_service.pb.h"
#include "libs/signing/signing.h"

// A publication as a file that anybody can verify: a JSON object of
//   document   the PublicationDocument
//   keyId      Publication.key_id
//   sha256     Publication.sha256
//   signature  Publication.signature, base64
// What is hashed and signed is the canonical form (RFC 8785) of `document`, so that blanks and the
// order of members do not matter. Pure and thread-safe.
namespace athena::athenactl {

// The text of the file, canonical itself.
std::string SignedDocument(const athena::reporting::v1::Publication& publication,
                           std::string_view document);

// What a file says, and whether it is true.
struct CheckedDocument {
  athena::reporting::v1::PublicationDocument document;
  // Of the kinds DOCUMENT and SIGNATURE.
  athena::reporting::v1::VerifyPublicationResponse verdict;
};

// Checks the text of a file with a key. INVALID_ARGUMENT names `path` when it is no such file.
absl::StatusOr<CheckedDocument> CheckSignedDocument(const std::string& path, std::string_view text,
                                                    const signing::PublicKey& key);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_FILES_SIGNED_SIGNED_DOCUMENT_H_

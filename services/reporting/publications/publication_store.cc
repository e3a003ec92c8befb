#include "services/reporting/publications/publication_store.h"

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "athena/reporting/v1/publication.pb.h"
#include "libs/canonical/canonical.h"
#include "libs/status/macros.h"
#include "libs/versioned/store.h"
#include "services/reporting/limits.h"
#include "services/reporting/publications/names.h"

namespace athena::reporting {
namespace {

constexpr std::string_view kDocument = "document";
constexpr std::string_view kPlan = "plan";
constexpr std::string_view kValues = "values";

constexpr sql::Statement kInsert{R"(
  INSERT INTO publication_content (institution, publication, kind, piece, bytes)
  VALUES (?, ?, ?, ?, ?))"};
constexpr sql::Statement kRead{R"(
  SELECT kind, bytes FROM publication_content
  WHERE institution = ? AND publication = ?
  ORDER BY kind, piece)"};
constexpr sql::Statement kReadPiece{R"(
  SELECT bytes FROM publication_content
  WHERE institution = ? AND publication = ? AND kind = ? AND piece = ?)"};

absl::Status InsertPieces(sql::WriteTx& tx, std::string_view publication, std::string_view kind,
                          const std::vector<std::string_view>& pieces) {
  std::vector<sql::Param> values;
  for (size_t i = 0; i < pieces.size(); ++i) {
    values.insert(values.end(), {tx.head().key, publication, kind, static_cast<int64_t>(i),
                                 sql::Blob{pieces[i]}});
  }
  return tx.ExecuteMany(kInsert, 5, values);
}

}  // namespace

std::string DigestOf(const Inputs& inputs) {
  Sha256 digest;
  for (const auto* messages : {&inputs.plan, &inputs.values}) {
    digest.AddInt(static_cast<int64_t>(messages->size()));
    for (const std::string& message : *messages) digest.AddField(message);
  }
  return absl::BytesToHexString(digest.Digest());
}

absl::Status InsertContent(sql::WriteTx& tx, std::string_view publication,
                           const PublicationContent& content) {
  std::vector<std::string_view> pieces;
  for (std::string_view rest = content.document; !rest.empty();) {
    pieces.push_back(rest.substr(0, kMaxPieceBytes));
    rest.remove_prefix(pieces.back().size());
  }
  ATHENA_RETURN_IF_ERROR(InsertPieces(tx, publication, kDocument, pieces));
  ATHENA_RETURN_IF_ERROR(InsertPieces(tx, publication, kPlan,
                                      {content.inputs.plan.begin(), content.inputs.plan.end()}));
  return InsertPieces(tx, publication, kValues,
                      {content.inputs.values.begin(), content.inputs.values.end()});
}

absl::StatusOr<PublicationContent> ReadContent(sql::ReadTx& tx, std::string_view institution,
                                               std::string_view publication) {
  ATHENA_ASSIGN_OR_RETURN(const int64_t key, tx.Key(institution));
  PublicationContent content;
  ATHENA_RETURN_IF_ERROR(tx.Query(kRead, {key, publication}, [&](const sql::Row& row) {
    const std::string_view kind = row.Text(0);
    if (kind == kDocument) content.document += row.Bytes(1);
    if (kind == kPlan) content.inputs.plan.emplace_back(row.Bytes(1));
    if (kind == kValues) content.inputs.values.emplace_back(row.Bytes(1));
    return absl::OkStatus();
  }));
  return content;
}

absl::StatusOr<std::optional<std::string>> ReadPiece(sql::ReadTx& tx, std::string_view institution,
                                                     std::string_view publication, int64_t piece) {
  ATHENA_ASSIGN_OR_RETURN(const int64_t key, tx.Key(institution));
  std::optional<std::string> bytes;
  ATHENA_RETURN_IF_ERROR(
      tx.Query(kReadPiece, {key, publication, kDocument, piece}, [&](const sql::Row& row) {
        bytes = std::string(row.Bytes(0));
        return absl::OkStatus();
      }));
  return bytes;
}

absl::StatusOr<std::optional<int64_t>> FirstAlteredContent(
    sql::Database& database, std::string_view institution,
    absl::FunctionRef<absl::Status()> go_on) {
  const versioned::Store store(database);
  std::vector<v1::Publication> publications;
  ATHENA_RETURN_IF_ERROR(
      store.ReadAt(institution, 0, [&](const versioned::Snapshot& now) -> absl::Status {
        ATHENA_ASSIGN_OR_RETURN(publications, now.List<v1::Publication>(kPublications));
        return absl::OkStatus();
      }));
  std::sort(publications.begin(), publications.end(),
            [](const auto& a, const auto& b) { return a.revision() < b.revision(); });
  for (const v1::Publication& publication : publications) {
    ATHENA_RETURN_IF_ERROR(go_on());
    const std::optional<PublicationName> name = MatchPublicationName(publication.name());
    if (!name.has_value()) return publication.revision();
    PublicationContent content;
    ATHENA_RETURN_IF_ERROR(database.Read([&](sql::ReadTx& tx) -> absl::Status {
      ATHENA_ASSIGN_OR_RETURN(content, ReadContent(tx, institution, name->Key()));
      return absl::OkStatus();
    }));
    if (absl::BytesToHexString(Sha256Of(content.document)) != publication.sha256() ||
        DigestOf(content.inputs) != publication.inputs_sha256()) {
      return publication.revision();
    }
  }
  return std::nullopt;
}

}  // namespace athena::reporting

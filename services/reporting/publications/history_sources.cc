#include "services/reporting/publications/history_sources.h"

#include <memory>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "athena/reporting/v1/publication.pb.h"
#include "libs/history/source.h"
#include "services/reporting/publications/names.h"
#include "services/reporting/publications/publication_store.h"

namespace athena::reporting {

history::Contents HistoryContents(absl::Span<const audit::Records> records) {
  history::Contents contents;
  contents.sources.push_back(
      std::make_unique<history::CollectionSource>(history::CollectionSource::Rules{
          .collection = kPublications,
          .prototype = &v1::Publication::default_instance(),
          .id_of = [](std::string_view name) -> std::optional<std::string> {
            const std::optional<PublicationName> match = MatchPublicationName(name);
            if (!match.has_value()) return std::nullopt;
            return match->Key();
          },
          .require_reader =
              [](const auth::Principal& principal, std::string_view name) {
                return principal.RequireInstitution(history::InstitutionIn(name),
                                                    absl::StrCat("read ", std::string(name)));
              }}));
  contents.records = records;
  return contents;
}

}  // namespace athena::reporting

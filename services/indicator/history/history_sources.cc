#include "services/indicator/history/history_sources.h"

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "athena/indicator/v1/closing.pb.h"
#include "athena/indicator/v1/institution_settings.pb.h"
#include "athena/indicator/v1/observation.pb.h"
#include "athena/indicator/v1/series_end.pb.h"
#include "athena/indicator/v1/target.pb.h"
#include "libs/auth/principal.h"
#include "libs/history/source.h"
#include "libs/ids/name_pattern.h"
#include "libs/status/macros.h"
#include "libs/versioned/revisions.h"
#include "services/indicator/definitions/access.h"
#include "services/indicator/definitions/target_store.h"
#include "services/indicator/ingest/push_reads.h"
#include "services/indicator/ingest/push_store.h"
#include "services/indicator/model/catalog.h"
#include "services/indicator/model/names.h"
#include "services/indicator/store/closing_store.h"
#include "services/indicator/store/schema.h"
#include "services/indicator/store/series_end_store.h"

namespace athena::indicator {
namespace {

using google::protobuf::Message;
using history::Versions;

constexpr char kPushAction[] = "PushObservations";
constexpr char kEndSeriesAction[] = "EndSeries";

bool IsAnyId(std::string_view id) { return !id.empty(); }

constexpr NamePattern kSeriesEndName(
    "institutions/{institution}/indicators/{indicator}/seriesEnds/{codes}", IsAnyId);
constexpr NamePattern kTargetName(
    "institutions/{institution}/indicators/{indicator}/targets/{version}", IsAnyId);
constexpr NamePattern kClosingName("institutions/{institution}/closings/{quarter}", IsAnyId);
constexpr NamePattern kSettingsName("institutions/{institution}/{settings}", IsAnyId);
constexpr NamePattern kPushName("institutions/{institution}/pushes/{revision}", IsAnyId);

// Indicators; their histories are those of their targets and ends of series, too.
class IndicatorHistory final : public history::KindsSource {
 public:
  using KindsSource::KindsSource;

  bool AlwaysWithBelow() const override { return true; }
  absl::Status AddRevisions(sql::ReadTx& tx, std::string_view name, bool below,
                            absl::btree_set<int64_t>* revisions) const override {
    ATHENA_RETURN_IF_ERROR(KindsSource::AddRevisions(tx, name, below, revisions));
    const std::optional<IndicatorName> parts = ParseIndicatorName(name);
    if (!parts.has_value()) return absl::OkStatus();
    ATHENA_RETURN_IF_ERROR(versioned::AddRevisionsBelow(tx, parts->institution, kSeriesEnds,
                                                        parts->indicator + "/", revisions));
    ATHENA_ASSIGN_OR_RETURN(const std::vector<v1::Target> targets,
                            ReadTargetsOf(tx, parts->institution, parts->indicator,
                                          std::numeric_limits<int64_t>::max()));
    for (const v1::Target& target : targets) revisions->insert(target.revision());
    return absl::OkStatus();
  }
};

// Versions of targets, named as the journal does: ".../indicators/headcount/targets/3?sex=F".
class TargetHistory final : public history::Source {
 public:
  explicit TargetHistory(const IndicatorHistory& indicators) : indicators_(indicators) {}

  bool Names(std::string_view name) const override { return Read(name).has_value(); }
  absl::Status RequireReader(const auth::Principal& principal,
                             std::string_view name) const override {
    return indicators_.RequireReader(principal, name.substr(0, name.rfind("/targets/")));
  }
  absl::Status AddRevisions(sql::ReadTx& tx, std::string_view name, bool,
                            absl::btree_set<int64_t>* revisions) const override {
    const Name parts = Read(name).value_or(Name());
    ATHENA_ASSIGN_OR_RETURN(
        const std::vector<v1::Target> versions,
        ReadTargetVersions(tx, parts.key(), std::numeric_limits<int64_t>::max()));
    for (const v1::Target& target : versions) {
      if (target.version() == parts.version) revisions->insert(target.revision());
    }
    return absl::OkStatus();
  }
  absl::StatusOr<Versions> At(sql::ReadTx& tx, std::string_view name,
                              int64_t revision) const override {
    const Name parts = Read(name).value_or(Name());
    const auto find = parts.version == 0 ? FindDeclaredOriginal : FindTarget;
    Versions versions;
    versions.left_out = kBookkeepingOfTargets;
    ATHENA_ASSIGN_OR_RETURN(std::optional<v1::Target> after, find(tx, parts.key(), revision));
    if (!after.has_value() || after->revision() != revision) return Versions();
    ATHENA_ASSIGN_OR_RETURN(std::optional<v1::Target> before, find(tx, parts.key(), revision - 1));
    versions.after = std::make_unique<v1::Target>(*std::move(after));
    if (before.has_value()) versions.before = std::make_unique<v1::Target>(*std::move(before));
    return versions;
  }

 private:
  // The revision says who set it, when and why; the name has the rest.
  static constexpr std::string_view kBookkeepingOfTargets[] = {
      "indicator", "slice", "version", "revision", "set_time", "set_by", "reason"};

  struct Name {
    std::string institution;
    std::string indicator;
    std::string slice;  // SliceKey
    int32_t version = 0;
    TargetKey key() const { return {institution, indicator, slice}; }
  };
  static std::optional<Name> Read(std::string_view name) {
    const size_t question = name.find('?');
    const std::optional<ResourceName> match = kTargetName.Match(name.substr(0, question));
    Name parts;
    if (!match.has_value() || !absl::SimpleAtoi(match->id(), &parts.version)) return std::nullopt;
    parts.institution = match->institution();
    parts.indicator = match->ids[1];
    if (question != std::string_view::npos) parts.slice = std::string(name.substr(question + 1));
    return parts;
  }

  const IndicatorHistory& indicators_;
};

// Pushes: created by their revision, and never changed.
class PushHistory final : public history::Source {
 public:
  bool Names(std::string_view name) const override { return RevisionOf(name) > 0; }
  absl::Status RequireReader(const auth::Principal& principal,
                             std::string_view name) const override {
    return principal.RequireInstitution(history::InstitutionIn(name),
                                        absl::StrCat("read ", std::string(name)));
  }
  absl::Status AddRevisions(sql::ReadTx& tx, std::string_view name, bool,
                            absl::btree_set<int64_t>* revisions) const override {
    ATHENA_ASSIGN_OR_RETURN(const std::optional<StoredPush> push,
                            FindPushAt(tx, history::InstitutionIn(name), RevisionOf(name)));
    if (push.has_value()) revisions->insert(push->push.revision());
    return absl::OkStatus();
  }
  absl::StatusOr<Versions> At(sql::ReadTx& tx, std::string_view name,
                              int64_t revision) const override {
    if (RevisionOf(name) != revision) return Versions();
    ATHENA_ASSIGN_OR_RETURN(std::optional<StoredPush> push,
                            FindPushAt(tx, history::InstitutionIn(name), revision));
    Versions versions;
    versions.left_out = kBookkeepingOfPushes;
    if (push.has_value()) versions.after = std::make_unique<v1::Push>(std::move(push->push));
    return versions;
  }

 private:
  static constexpr std::string_view kBookkeepingOfPushes[] = {"name", "revision", "time", "sender"};

  // 0 when the name is of no push.
  static int64_t RevisionOf(std::string_view name) {
    const std::optional<ResourceName> match = kPushName.Match(name);
    int64_t revision = 0;
    if (!match.has_value() || !absl::SimpleAtoi(match->id(), &revision)) return 0;
    return name == PushName(match->institution(), revision) ? revision : 0;
  }
};

// A push is listed itself, before the indicators that its entry names.
std::vector<std::string> NamesOf(std::string_view institution, const audit::Record& record) {
  std::vector<std::string> names = record.resources;
  if (record.action == kPushAction)
    names.insert(names.begin(), PushName(institution, record.revision));
  return names;
}

// The definitions that a transaction sees: those of the catalog, which is a cache, or read anew.
absl::StatusOr<std::shared_ptr<const Definitions>> DefinitionsIn(sql::ReadTx& tx, Catalog& catalog,
                                                                 const std::string& institution) {
  std::shared_ptr<const Definitions> cached = catalog.Cached(institution);
  ATHENA_ASSIGN_OR_RETURN(const int64_t generation, Catalog::Generation(tx, institution));
  if (cached != nullptr && cached->generation() == generation) return cached;
  return ReadDefinitionsIn(tx, institution);
}

}  // namespace

history::Contents HistoryContents(const resource::Resources& resources, Catalog& catalog) {
  history::Contents contents;
  auto indicators = std::make_unique<IndicatorHistory>(resources);
  const IndicatorHistory& known = *indicators;
  const auto key_by = [](const NamePattern& pattern) {
    return [&pattern](std::string_view name) -> std::optional<std::string> {
      const std::optional<ResourceName> match = pattern.Match(name);
      if (!match.has_value()) return std::nullopt;
      return match->key();
    };
  };
  contents.sources.push_back(std::move(indicators));
  contents.sources.push_back(std::make_unique<TargetHistory>(known));
  contents.sources.push_back(std::make_unique<PushHistory>());
  contents.sources.push_back(
      std::make_unique<history::CollectionSource>(history::CollectionSource::Rules{
          .collection = kSeriesEnds,
          .prototype = &v1::SeriesEnd::default_instance(),
          .id_of = key_by(kSeriesEndName),
          .require_reader = [&known](const auth::Principal& principal, std::string_view name) {
            return known.RequireReader(principal, name.substr(0, name.rfind("/seriesEnds/")));
          }}));
  contents.sources.push_back(
      std::make_unique<history::CollectionSource>(history::CollectionSource::Rules{
          .collection = kClosings,
          .prototype = &v1::Closing::default_instance(),
          .id_of = key_by(kClosingName),
          .require_reader = [&catalog](const auth::Principal& principal, std::string_view name) {
            return RequireReader(principal, history::InstitutionIn(name), catalog,
                                 absl::StrCat("read ", std::string(name)));
          }}));
  contents.sources.push_back(
      std::make_unique<history::CollectionSource>(history::CollectionSource::Rules{
          .collection = kSettings,
          .prototype = &v1::InstitutionSettings::default_instance(),
          .id_of = [](std::string_view name) -> std::optional<std::string> {
            const std::optional<ResourceName> match = kSettingsName.Match(name);
            if (!match.has_value() || match->id() != kSettingsId) return std::nullopt;
            return match->id();
          },
          .require_reader =
              [](const auth::Principal& principal, std::string_view name) {
                return principal.RequireInstitution(history::InstitutionIn(name),
                                                    absl::StrCat("read ", std::string(name)));
              }}));
  contents.names_of = NamesOf;
  // Of a push that names what is withheld, neither the push, which has counts, nor these names; of
  // ends of series, which have codes, none.
  contents.withhold = [&catalog](sql::ReadTx& tx, const auth::Principal& caller,
                                 std::string_view institution, const audit::Record& record,
                                 std::vector<std::string>* names) -> absl::Status {
    const bool is_push = record.action == kPushAction;
    if (!is_push && record.action != kEndSeriesAction) return absl::OkStatus();
    if (SeesPersons(caller, institution)) return absl::OkStatus();
    ATHENA_ASSIGN_OR_RETURN(const std::shared_ptr<const Definitions> definitions,
                            DefinitionsIn(tx, catalog, std::string(institution)));
    if (is_push && !NamesWithheld(caller, institution, *definitions, record)) {
      return absl::OkStatus();
    }
    std::erase_if(*names, [&](const std::string& name) {
      const std::optional<IndicatorName> parts =
          ParseIndicatorName(name.substr(0, name.find("/seriesEnds/")));
      return !parts.has_value() ||
             IsWithheld(caller, institution, definitions->Find(parts->indicator));
    });
    return absl::OkStatus();
  };
  contents.records = JournalRecords();
  return contents;
}

}  // namespace athena::indicator

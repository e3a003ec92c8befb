#include "services/indicator/query/period_values.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "libs/audit/journal.h"
#include "libs/parallel/parallel_for.h"
#include "libs/sql/stoppable_read.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "libs/versioned/lineage.h"
#include "libs/versioned/store.h"
#include "services/indicator/definitions/access.h"
#include "services/indicator/definitions/definition_reader.h"
#include "services/indicator/model/names.h"
#include "services/indicator/query/query_values.h"
#include "services/indicator/store/closing_store.h"

namespace athena::indicator {
namespace {

// From this many roots on, reading and computing them takes some milliseconds: worth a thread.
constexpr size_t kManyRoots = 1024;

// Values of a root that are computed between two looks at whether they are still wanted.
constexpr size_t kPeriodsBetween = 8;

// How a token compares with the present state.
struct Comparison {
  bool same = false;        // everything is as it was
  bool comparable = false;  // its revisions are part of this database's history
};

// The point in history at which an institution is read: that of the request, or else the present.
// `index` is that of the institution in the request.
absl::StatusOr<audit::Head> HeadAsOf(sql::ReadTx& tx, const QueryRequest& request, size_t index,
                                     const std::string& institution, const audit::Head& present) {
  if (request.time.has_value()) return audit::ReadHeadAt(tx, institution, *request.time);
  if (request.revisions.empty()) return present;
  ATHENA_RETURN_IF_ERROR(versioned::CheckLineage(tx, institution, request.lineages[index]));
  const int64_t revision = request.revisions[index];
  if (revision > present.revision) return status::FutureAsOf(revision, present.revision);
  if (revision == present.revision) return present;
  if (revision == 0) return audit::Head();
  return audit::ReadEntry(tx, institution, revision);
}

// Fixes the revision of each view. Sets the revisions and the token of the header, and compares the
// token of the request with it.
absl::StatusOr<Comparison> FixRevisions(sql::ReadTx& tx, const QueryRequest& request,
                                        std::vector<InstitutionView>& views,
                                        v1::QueryPeriodValuesResponse::Header* header) {
  QueryToken token;
  token.request = request.digest;
  Comparison comparison = {request.token.has_value(), request.token.has_value()};
  for (size_t i = 0; i < views.size(); ++i) {
    InstitutionView& view = views[i];
    ATHENA_ASSIGN_OR_RETURN(const audit::Head present, audit::ReadHead(tx, view.id));
    ATHENA_ASSIGN_OR_RETURN(const audit::Head head, HeadAsOf(tx, request, i, view.id, present));
    view.head = present.revision;
    view.revision = head.revision;
    const std::string name = InstitutionName(request.institutions[i]);
    (*header->mutable_revisions())[name] = view.revision;
    ATHENA_ASSIGN_OR_RETURN((*header->mutable_lineages())[name],
                            versioned::ReadLineage(tx, view.id));
    QueryToken::Institution& now = token.institutions.emplace_back();
    now.revision = view.revision;
    now.hash_prefix = JournalHashPrefix(head.hash);
    if (request.past()) {
      ATHENA_ASSIGN_OR_RETURN(now.generation, Catalog::Generation(tx, view.id));
    }
    if (!request.token.has_value()) continue;
    const QueryToken::Institution& before = request.token->institutions[i];
    comparison.same = comparison.same && before == now;
    if (before == now || before.revision == 0) continue;
    if (request.past() || before.revision > view.revision) {
      comparison.comparable = false;
      continue;
    }
    ATHENA_ASSIGN_OR_RETURN(const audit::Head then, audit::ReadEntry(tx, view.id, before.revision));
    comparison.comparable =
        comparison.comparable && JournalHashPrefix(then.hash) == before.hash_prefix;
  }
  header->set_version_token(EncodeQueryToken(token));
  return comparison;
}

// Marks what did not change since the token as omitted, and the answer as not_modified when that is
// all of it.
void OmitUnchanged(const QueryToken& token, const std::vector<int64_t>& last_changes,
                   PeriodValuesContent* content) {
  const QueryGraph& graph = *content->graph;
  const size_t selections = static_cast<size_t>(graph.roots.back().selection) + 1;
  content->omits_definition.assign(selections, true);
  content->omits_values.assign(selections, true);
  size_t changed_definitions = 0;
  size_t changed_values = 0;
  bool not_modified = true;
  for (size_t i = 0; i < graph.roots.size(); ++i) {
    const QueryRoot& root = graph.roots[i];
    const auto selection = static_cast<size_t>(root.selection);
    const int view = graph.nodes[static_cast<size_t>(root.node)].view;
    const int64_t since = token.institutions[static_cast<size_t>(view)].revision;
    const bool changed = last_changes[i] > since;
    if (changed) not_modified = false;
    // Groups are always listed: a client could not tell a selection whose groups did not change
    // from one that has none any more.
    if (changed || !root.group.empty() || !root.has_values) {
      changed_values += content->omits_values[selection] ? 1 : 0;
      content->omits_values[selection] = false;
    }
    if (changed && root.group.empty() && graph.LastDefinitionChange(root) > since) {
      ++changed_definitions;
      content->omits_definition[selection] = false;
    }
  }
  content->header.set_not_modified(not_modified);
  // When more than half changed, a client is faster with a full answer than with merging.
  if (changed_definitions > selections / 2) content->omits_definition.clear();
  if (changed_values > selections / 2) content->omits_values.clear();
}

// ValueKey::selection. A group has values of its own: only of groups it is known whether they were
// reported.
std::string SelectionKey(const InstitutionView& view, const QueryNode& node,
                         const QueryRoot& root) {
  std::string key = absl::StrCat(view.id, "\n", node.indicator, root.group.empty() ? "" : "\n*");
  for (const auto& [dimension, code] : node.slice) {
    absl::StrAppend(&key, "\n", dimension, "=", code);
  }
  return key;
}

// Principals of one institution see persons there, or in none: their roles decide.
QueryCaller CallerOf(const auth::Principal& principal,
                     const v1::QueryPeriodValuesRequest& request) {
  return {principal.institution,
          !request.restricted() && SeesPersons(principal, principal.institution)};
}

int32_t DayNumber(absl::CivilDay day) {
  return static_cast<int32_t>(day - absl::CivilDay(1970, 1, 1));
}

}  // namespace

absl::StatusOr<std::unique_ptr<PeriodValuesAnswer>> PeriodValues::Query(
    const auth::Principal& principal, const v1::QueryPeriodValuesRequest& message,
    absl::FunctionRef<absl::Status()> go_on) {
  ATHENA_ASSIGN_OR_RETURN(const QueryRequest request,
                          ReadQueryRequest(message, CallerOf(principal, message), clock_.Now()));
  std::vector<InstitutionView> views(request.institutions.size());
  for (size_t i = 0; i < views.size(); ++i) {
    ATHENA_ASSIGN_OR_RETURN(views[i].id,
                            ReadableInstitution(principal, request.institutions[i], catalog_));
    ATHENA_ASSIGN_OR_RETURN(views[i].current, catalog_.Current(views[i].id));
  }
  if (request.time.has_value()) {
    for (const InstitutionView& view : views) {
      ATHENA_RETURN_IF_ERROR(database_.AwaitPast(view.id, *request.time));
    }
  }
  PeriodValuesContent content;
  content.end_quarter = request.end_quarter;
  std::vector<int64_t> last_changes;
  ATHENA_RETURN_IF_ERROR(database_.Read([&](sql::ReadTx& tx) {
    return Prepare(tx, principal, request, views, &last_changes, &content);
  }));
  ATHENA_RETURN_IF_ERROR(go_on());
  if (!content.header.not_modified()) {
    ATHENA_RETURN_IF_ERROR(ComputeValues(views, last_changes, go_on, &content));
  }
  return std::make_unique<PeriodValuesAnswer>(std::move(content));
}

absl::Status PeriodValues::Prepare(sql::ReadTx& tx, const auth::Principal& principal,
                                   const QueryRequest& request, std::vector<InstitutionView>& views,
                                   std::vector<int64_t>* last_changes,
                                   PeriodValuesContent* content) {
  ATHENA_ASSIGN_OR_RETURN(const Comparison comparison,
                          FixRevisions(tx, request, views, &content->header));
  if (comparison.same) {
    content->header.set_not_modified(true);
    return absl::OkStatus();
  }
  for (size_t i = 0; i < views.size(); ++i) {
    ATHENA_RETURN_IF_ERROR(SyncView(tx, views[i]));
    const std::string name = InstitutionName(request.institutions[i]);
    ATHENA_ASSIGN_OR_RETURN((*content->header.mutable_time_zones())[name], ZoneName(tx, views[i]));
  }
  ATHENA_ASSIGN_OR_RETURN(content->graph, GraphFor(principal, request, views));
  if (request.past()) return absl::OkStatus();
  ATHENA_RETURN_IF_ERROR(ReadLastClosings(tx, *content->graph, views));
  last_changes->reserve(content->graph->roots.size());
  for (const QueryRoot& root : content->graph->roots) {
    last_changes->push_back(content->graph->LastChange(views, root));
  }
  if (!comparison.comparable) return absl::OkStatus();
  OmitUnchanged(*request.token, *last_changes, content);
  if (content->header.not_modified()) return absl::OkStatus();
  if (!request.changes_only) {
    content->omits_definition.clear();
    content->omits_values.clear();
  }
  content->header.set_changes_only(request.changes_only);
  return absl::OkStatus();
}

absl::Status PeriodValues::SyncView(sql::ReadTx& tx, InstitutionView& view) {
  const auto snapshot_at = [&](int64_t revision) {
    return versioned::Snapshot(tx, view.id, revision, absl::InfinitePast());
  };
  ATHENA_ASSIGN_OR_RETURN(const int64_t generation, Catalog::Generation(tx, view.id));
  if (view.current->generation() != generation) {
    // The catalog is a cache: definitions changed between asking it and taking the snapshot.
    ATHENA_ASSIGN_OR_RETURN(view.current, ReadDefinitions(snapshot_at(view.head)));
  }
  if (view.revision < generation) {
    view.past = std::make_shared<DefinitionReader>(
        [snapshot = snapshot_at(view.revision)](const std::string& id) {
          return snapshot.Find<v1::Indicator>(kIndicators, id);
        });
  }
  view.index = &index_.For(view.id, view.head);
  return view.index->Sync(tx, view.head, *view.current);
}

absl::StatusOr<std::string> PeriodValues::ZoneName(sql::ReadTx& tx,
                                                   const InstitutionView& view) const {
  if (view.past == nullptr) return view.current->zone(zone_).name();
  const versioned::Snapshot past(tx, view.id, view.revision, absl::InfinitePast());
  ATHENA_ASSIGN_OR_RETURN(const absl::TimeZone zone, ZoneAt(past, zone_));
  return zone.name();
}

absl::StatusOr<std::shared_ptr<const QueryGraph>> PeriodValues::GraphFor(
    const auth::Principal& principal, const QueryRequest& request,
    absl::Span<const InstitutionView> views) {
  // Graphs of the past would stay valid, too, but are seldom used twice.
  const bool cached = !request.past();
  if (cached) {
    std::shared_ptr<const QueryGraph> found = graphs_.Find(request.digest, views);
    if (found != nullptr) return found;
  }
  const auto basis = QueryGraphCache::BasisOf(views);
  const auto may_read = [&](const QuerySelection& selection) {
    const InstitutionView& view = views[static_cast<size_t>(selection.institution)];
    return MayRead(principal, view.id, view.current->Find(selection.indicator));
  };
  const auto is_restricted = [&](const InstitutionView& view, const Definition& present) {
    return present.IsPersonal() && (request.restricted || !SeesPersons(principal, view.id));
  };
  ATHENA_ASSIGN_OR_RETURN(QueryGraph built,
                          BuildQueryGraph(views, request, may_read, is_restricted));
  auto graph = std::make_shared<const QueryGraph>(std::move(built));
  // Another query may have synchronised the index in the meantime: then it is unknown how much of
  // that the graph contains.
  if (cached && basis.has_value() && QueryGraphCache::BasisOf(views) == basis) {
    graphs_.Insert(request.digest, *basis, graph);
  }
  return graph;
}

absl::Status PeriodValues::ReadLastClosings(sql::ReadTx& tx, const QueryGraph& graph,
                                            std::vector<InstitutionView>& views) const {
  for (const QueryPersons& persons : graph.persons) {
    InstitutionView& view = views[static_cast<size_t>(persons.view)];
    const versioned::Snapshot at(tx, view.id, view.revision, absl::InfinitePast());
    ATHENA_ASSIGN_OR_RETURN(view.last_closing, LastClosing(at));
  }
  return absl::OkStatus();
}

absl::Status PeriodValues::ComputeValues(absl::Span<const InstitutionView> views,
                                         const std::vector<int64_t>& last_changes,
                                         absl::FunctionRef<absl::Status()> go_on,
                                         PeriodValuesContent* content) {
  const QueryGraph& graph = *content->graph;
  const bool use_cache = !last_changes.empty();
  const size_t periods = graph.periods.size();
  const auto view_of = [&](const QueryNode& node) -> const InstitutionView& {
    return views[static_cast<size_t>(node.view)];
  };
  ValueKey key;
  key.day = DayNumber(graph.date);
  key.original_at = graph.original_at.value_or(absl::InfinitePast());
  const auto count =
      std::count_if(graph.roots.begin(), graph.roots.end(),
                    [content](const QueryRoot& root) { return content->NeedsValues(root); });
  content->values.resize(static_cast<size_t>(count) * periods);

  // What is not in the cache: roots, and the index of each one's first value.
  std::vector<size_t> missing;
  std::vector<size_t> first_values;
  size_t next = 0;
  for (size_t i = 0; i < graph.roots.size(); ++i) {
    const QueryRoot& root = graph.roots[i];
    if (!content->NeedsValues(root)) continue;
    const QueryNode& node = graph.nodes[static_cast<size_t>(root.node)];
    bool found = use_cache && !root.restricted;  // the cache has what full readers see
    if (found) key.selection = SelectionKey(view_of(node), node, root);
    for (size_t p = 0; p < periods && found; ++p) {
      key.period = graph.periods[p];
      std::optional<CachedValue> cached = values_.Find(key);
      found = cached.has_value() &&
              last_changes[i] <= std::min(cached->revision, view_of(node).revision);
      if (found) content->values[next + p] = std::move(cached->value);
    }
    if (!found) {
      missing.push_back(i);
      first_values.push_back(next);
    }
    next += periods;
  }
  if (missing.empty()) return absl::OkStatus();

  const auto compute = [&](sql::ReadTx& tx, size_t begin, size_t end) -> absl::Status {
    ATHENA_ASSIGN_OR_RETURN(
        const QueryCells cells,
        ReadQueryCells(tx, views, graph, absl::MakeConstSpan(missing).subspan(begin, end - begin)));
    QueryEvaluator evaluator(graph, cells);
    ValueKey computed;
    computed.day = key.day;
    computed.original_at = key.original_at;
    for (size_t i = begin; i < end; ++i) {
      const QueryRoot& root = graph.roots[missing[i]];
      const QueryNode& node = graph.nodes[static_cast<size_t>(root.node)];
      const bool store = use_cache && !root.restricted;
      if (store) computed.selection = SelectionKey(view_of(node), node, root);
      for (size_t p = 0; p < periods; ++p) {
        if (p % kPeriodsBetween == 0) {
          ATHENA_RETURN_IF_ERROR(go_on());
        }
        SelectionValue& value = content->values[first_values[i] + p];
        value = evaluator.ValueOf(root, graph.periods[p]);
        if (!store) continue;
        computed.period = graph.periods[p];
        values_.Insert(computed, {view_of(node).revision, value});
      }
    }
    return absl::OkStatus();
  };
  return ParallelFor(missing.size(), kManyRoots, [&](size_t begin, size_t end) {
    return database_.Read([&](sql::ReadTx& tx) {
      sql::StoppableReadTx stoppable(tx, go_on);
      return compute(stoppable, begin, end);
    });
  });
}

}  // namespace athena::indicator

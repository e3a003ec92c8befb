#include "services/indicator/query/query_request.h"

#include <google/protobuf/map.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "libs/canonical/canonical.h"
#include "libs/fields/fields.h"
#include "libs/status/status.h"
#include "services/indicator/definitions/validate_indicator.h"
#include "services/indicator/model/limits.h"
#include "services/indicator/model/names.h"

namespace athena::indicator {
namespace {

using v1::QueryPeriodValuesRequest;

// A token is the version, the digest, and for each institution two integers and the hash prefix.
constexpr char kTokenVersion = 1;
constexpr size_t kDigestBytes = 16;
constexpr size_t kHashPrefixBytes = 8;
constexpr size_t kIntBytes = 8;
constexpr size_t kInstitutionBytes = 2 * kIntBytes + kHashPrefixBytes;

void AppendInt(int64_t value, std::string* text) {
  for (size_t i = 0; i < kIntBytes; ++i) {
    text->push_back(static_cast<char>(static_cast<uint64_t>(value) >> (8 * i)));
  }
}

int64_t IntAt(std::string_view text) {
  uint64_t value = 0;
  for (size_t i = 0; i < kIntBytes; ++i) {
    value |= static_cast<uint64_t>(static_cast<unsigned char>(text[i])) << (8 * i);
  }
  return static_cast<int64_t>(value);
}

void AddTime(bool has, const google::protobuf::Timestamp& time, Sha256* digest) {
  digest->AddInt(has ? 1 : 0).AddInt(time.seconds()).AddInt(time.nanos());
}

std::optional<absl::Time> ReadTime(std::string_view field, bool has,
                                   const google::protobuf::Timestamp& timestamp,
                                   status::FieldFaults* faults) {
  if (!has) return std::nullopt;
  const std::optional<absl::Time> time = fields::TimeOf(timestamp);
  if (!time.has_value()) {
    faults->Add(field, timestamp.ShortDebugString(), "a time of the years 1 to 9999");
  }
  return time;
}

// Adds the request's selections and their institutions.
void ReadSelections(const QueryPeriodValuesRequest& request, QueryRequest* query,
                    status::FieldFaults* faults) {
  std::map<std::string, int> index_of;                                     // of each institution
  std::vector<std::map<std::string, int>::const_iterator> institution_of;  // of each selection
  const int count = request.selections_size();
  query->selections.reserve(static_cast<size_t>(count));
  institution_of.reserve(static_cast<size_t>(count));
  for (int i = 0; i < count; ++i) {
    const v1::Selection& message = request.selections(i);
    // There are up to 20,000 selections: field paths are built for faults only.
    const auto field = [i](const char* part) { return fields::At("selections", i) + part; };
    std::optional<IndicatorName> name = ParseIndicatorName(message.indicator());
    if (!name.has_value()) ReadIndicatorName(field(".indicator"), message.indicator(), faults);
    if (!message.slice().empty()) CheckSlice(field(".slice"), message.slice(), faults);
    if (!message.group_by().empty()) CheckGroupBy(field(".group_by"), message, faults);
    if (!name.has_value()) continue;
    institution_of.push_back(index_of.emplace(std::move(name->institution), 0).first);
    QuerySelection& selection = query->selections.emplace_back();
    selection.indicator = std::move(name->indicator);
    selection.group_by.assign(message.group_by().begin(), message.group_by().end());
    std::sort(selection.group_by.begin(), selection.group_by.end());
    selection.slice.assign(message.slice().begin(), message.slice().end());
    std::sort(selection.slice.begin(), selection.slice.end());
  }
  for (auto& [institution, index] : index_of) {
    index = static_cast<int>(query->institutions.size());
    query->institutions.push_back(institution);
  }
  for (size_t i = 0; i < query->selections.size(); ++i) {
    query->selections[i].institution = institution_of[i]->second;
  }
}

void ReadPeriods(const QueryPeriodValuesRequest& request, QueryRequest* query,
                 status::FieldFaults* faults) {
  for (int i = 0; i < request.periods_size(); ++i) {
    const absl::StatusOr<Period> period = Period::Parse(request.periods(i));
    if (period.ok()) {
      query->periods.push_back(*period);
    } else {
      faults->Add(fields::At("periods", i), request.periods(i),
                  "a period of the years 1900 to 2199: 2021, 2021-S1, 2021-Q3, 2021-07, 2021-W30 "
                  "or 2021-07-15");
    }
  }
  if (request.end_quarter().empty()) return;
  const absl::StatusOr<Period> quarter = Period::Parse(request.end_quarter());
  if (quarter.ok() && quarter->frequency() == Frequency::kQuarter) {
    query->end_quarter = *quarter;
  } else {
    faults->Add("end_quarter", request.end_quarter(),
                "a quarter of the years 1900 to 2199, \"2021-Q3\"");
  }
}

// A revision for each institution, where the request gives revisions.
void ReadRevisions(const QueryPeriodValuesRequest& request, QueryRequest* query,
                   status::FieldFaults* faults) {
  if (!request.has_revisions()) return;
  const auto& given = request.revisions().revisions();
  for (const std::string& institution : query->institutions) {
    const std::string name = InstitutionName(institution);
    const auto revision = given.find(name);
    if (revision == given.end()) {
      faults->Add("revisions.revisions", "no " + name, "a revision for each institution read");
    } else if (revision->second < 0) {
      faults->Add(fields::At("revisions.revisions", name), revision->second, "0 or a revision");
    } else {
      query->revisions.push_back(revision->second);
      const auto lineage = request.revisions().lineages().find(name);
      query->lineages.push_back(lineage == request.revisions().lineages().end() ? ""
                                                                                : lineage->second);
    }
  }
}

}  // namespace

std::string JournalHashPrefix(std::string_view hash) {
  std::string prefix(hash.substr(0, kHashPrefixBytes));
  prefix.resize(kHashPrefixBytes, '\0');
  return prefix;
}

std::string RequestDigest(const QueryPeriodValuesRequest& request, QueryCaller caller) {
  Sha256 digest;
  digest.AddField(caller.institution).AddInt(caller.sees_persons ? 1 : 0);
  digest.AddInt(request.selections_size());
  std::vector<std::pair<std::string_view, std::string_view>> slice;
  std::string text;
  for (const v1::Selection& selection : request.selections()) {
    slice.assign(selection.slice().begin(), selection.slice().end());
    std::sort(slice.begin(), slice.end());
    // One field for each selection is faster than one for each part. The separators are none of
    // the characters that names, dimensions and codes may have.
    text = selection.indicator();
    for (const auto& [dimension, code] : slice) {
      text.append("\n").append(dimension).append("\t").append(code);
    }
    for (const std::string& dimension : selection.group_by()) {
      text.append("\n").append(dimension);
    }
    digest.AddField(text);
  }
  digest.AddInt(request.periods_size());
  for (const std::string& period : request.periods()) digest.AddField(period);
  digest.AddField(request.end_quarter());
  const common::v1::Date& date = request.basis_date();
  digest.AddInt(date.year()).AddInt(date.month()).AddInt(date.day());
  AddTime(request.has_time(), request.time(), &digest);
  AddTime(request.has_original_at(), request.original_at(), &digest);
  std::vector<std::pair<std::string, int64_t>> revisions(request.revisions().revisions().begin(),
                                                         request.revisions().revisions().end());
  std::sort(revisions.begin(), revisions.end());
  digest.AddInt(request.has_revisions() ? 1 : 0);
  for (const auto& [name, revision] : revisions) digest.AddField(name).AddInt(revision);
  return digest.Digest().substr(0, kDigestBytes);
}

std::string EncodeQueryToken(const QueryToken& token) {
  std::string bytes(1, kTokenVersion);
  bytes += token.request;
  for (const QueryToken::Institution& institution : token.institutions) {
    AppendInt(institution.revision, &bytes);
    AppendInt(institution.generation, &bytes);
    bytes += institution.hash_prefix;
  }
  return absl::WebSafeBase64Escape(bytes);
}

std::optional<QueryToken> DecodeQueryToken(std::string_view text) {
  std::string bytes;
  if (!absl::WebSafeBase64Unescape({text.data(), text.size()}, &bytes)) return std::nullopt;
  if (bytes.size() < 1 + kDigestBytes || bytes[0] != kTokenVersion ||
      (bytes.size() - 1 - kDigestBytes) % kInstitutionBytes != 0) {
    return std::nullopt;
  }
  QueryToken token;
  token.request = bytes.substr(1, kDigestBytes);
  for (size_t at = 1 + kDigestBytes; at < bytes.size(); at += kInstitutionBytes) {
    const std::string_view part = std::string_view(bytes).substr(at, kInstitutionBytes);
    token.institutions.push_back(
        {IntAt(part), IntAt(part.substr(kIntBytes)), std::string(part.substr(2 * kIntBytes))});
  }
  return token;
}

absl::StatusOr<QueryRequest> ReadQueryRequest(const QueryPeriodValuesRequest& request,
                                              QueryCaller caller, absl::Time now) {
  status::FieldFaults faults;
  QueryRequest query;
  const int selections = request.selections_size();
  const int periods = request.periods_size();
  if (selections == 0 || selections > kMaxSelections) {
    faults.Add("selections", selections, absl::StrCat("1 to ", kMaxSelections));
  }
  if (periods == 0 || periods > kMaxPeriods) {
    faults.Add("periods", periods, absl::StrCat("1 to ", kMaxPeriods));
  }
  if (int64_t{selections} * periods > kMaxPeriodValues) {
    faults.Add("selections", absl::StrCat(selections, " selections in ", periods, " periods"),
               absl::StrCat("at most ", kMaxPeriodValues, " values in all"));
    return faults.ToStatus();
  }
  ReadSelections(request, &query, &faults);
  ReadPeriods(request, &query, &faults);
  if (!request.has_basis_date()) {
    faults.Missing("basis_date");
  } else if (const auto date = fields::DayOf(request.basis_date())) {
    query.date = *date;
  } else {
    faults.Add("basis_date", request.basis_date().ShortDebugString(),
               "a calendar day of the years 1900 to 2199");
  }
  query.time = ReadTime("time", request.has_time(), request.time(), &faults);
  query.original_at =
      ReadTime("original_at", request.has_original_at(), request.original_at(), &faults);
  query.restricted = request.restricted();
  ReadRevisions(request, &query, &faults);
  if (!faults.empty()) return faults.ToStatus();
  if (query.time.has_value() && *query.time > now) return status::FutureAsOf(*query.time, now);

  query.digest = RequestDigest(request, caller);
  std::optional<QueryToken> token = DecodeQueryToken(request.if_newer_than());
  if (token.has_value() && token->request == query.digest &&
      token->institutions.size() == query.institutions.size()) {
    query.token = std::move(token);
    query.changes_only = request.changes_only();
  }
  return query;
}

}  // namespace athena::indicator

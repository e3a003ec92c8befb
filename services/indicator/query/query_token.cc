#include "services/indicator/query/query_token.h"

#include <google/protobuf/map.h>

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/escaping.h"
#include "libs/canonical/canonical.h"

namespace athena::indicator {
namespace {

constexpr char kVersion = 1;
constexpr size_t kDigestBytes = 16;
constexpr size_t kHistoryBytes = 8;
constexpr size_t kIntBytes = 8;
constexpr size_t kInstitutionBytes = 2 * kIntBytes + kHistoryBytes;

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

}  // namespace

std::string HistoryOf(std::string_view hash) {
  std::string history(hash.substr(0, kHistoryBytes));
  history.resize(kHistoryBytes, '\0');
  return history;
}

std::string RequestDigest(const v1::QueryPeriodValuesRequest& request,
                          std::string_view institution) {
  Sha256 digest;
  digest.AddField(institution);
  digest.AddInt(request.selections_size());
  std::vector<std::pair<std::string_view, std::string_view>> slice;
  std::string text;
  for (const v1::Selection& selection : request.selections()) {
    slice.assign(selection.slice().begin(), selection.slice().end());
    std::sort(slice.begin(), slice.end());
    // Names and codes have none of these bytes. One field for each selection: they are many.
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

std::string Seal(const QueryToken& token) {
  std::string bytes(1, kVersion);
  bytes += token.request;
  for (const QueryToken::Institution& institution : token.institutions) {
    AppendInt(institution.revision, &bytes);
    AppendInt(institution.generation, &bytes);
    bytes += institution.history;
  }
  return absl::WebSafeBase64Escape(bytes);
}

std::optional<QueryToken> OpenQueryToken(std::string_view text) {
  std::string bytes;
  if (!absl::WebSafeBase64Unescape({text.data(), text.size()}, &bytes)) return std::nullopt;
  if (bytes.size() < 1 + kDigestBytes || bytes[0] != kVersion ||
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

}  // namespace athena::indicator

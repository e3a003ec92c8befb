#include "services/indicator/ingest/rows/content_digest.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "athena/indicator/v1/indicator_service.pb.h"
#include "libs/canonical/canonical.h"
#include "services/indicator/ingest/rows/checked_rows.h"
#include "services/indicator/ingest/rows/counting_sort.h"

namespace athena::indicator {
namespace {

// An encoding in which equal contents have equal bytes and different contents different ones.
// Numbers are in the machine's byte order, which is little-endian on every supported machine.
template <typename Number>
void AppendNumber(Number number, std::string* to) {
  to->append(reinterpret_cast<const char*>(&number), sizeof number);
}

void AppendCount(size_t count, std::string* to) { AppendNumber(static_cast<uint32_t>(count), to); }

void AppendText(std::string_view text, std::string* to) {
  AppendCount(text.size(), to);
  to->append(text);
}

std::string ScopeBytes(const v1::Scope& scope) {
  std::string bytes;
  AppendText(scope.indicator(), &bytes);
  AppendText(scope.start_period(), &bytes);
  AppendText(scope.end_period().empty() ? scope.start_period() : scope.end_period(), &bytes);
  std::vector<std::pair<std::string_view, std::string_view>> slice(scope.slice().begin(),
                                                                   scope.slice().end());
  std::sort(slice.begin(), slice.end());
  AppendCount(slice.size(), &bytes);
  for (const auto& [id, code] : slice) {
    AppendText(id, &bytes);
    AppendText(code, &bytes);
  }
  return bytes;
}

// The rank of each of `all`, which are distinct; and their indexes in ascending order.
template <typename T>
std::vector<uint32_t> RanksOf(const std::vector<T>& all, std::vector<uint32_t>* in_order) {
  in_order->resize(all.size());
  std::iota(in_order->begin(), in_order->end(), 0U);
  std::sort(in_order->begin(), in_order->end(),
            [&](uint32_t a, uint32_t b) { return all[a] < all[b]; });
  std::vector<uint32_t> ranks(all.size());
  for (uint32_t rank = 0; rank < ranks.size(); ++rank) ranks[(*in_order)[rank]] = rank;
  return ranks;
}

// One for each series of the request, which are distinct.
std::vector<std::string> SeriesBytes(const PushRequest& request) {
  std::vector<std::string> all;
  all.reserve(request.series().size());
  for (const RowSeries& series : request.series()) {
    std::string& bytes = all.emplace_back();
    AppendText(series.indicator, &bytes);
    AppendCount(series.codes.size(), &bytes);
    for (const RowCode& code : series.codes) {
      AppendText(code.dimension, &bytes);
      AppendText(code.code, &bytes);
    }
  }
  return all;
}

// A row without its cell.
struct CellContent {
  explicit CellContent(const PushRow& row)
      : has_value(row.value.has_value()),
        value(std::bit_cast<uint64_t>(row.value.value_or(0) + 0.0)),
        status(row.status == v1::OBSERVATION_STATUS_UNSPECIFIED && has_value
                   ? v1::OBSERVATION_STATUS_NORMAL
                   : row.status),
        retract(row.retract),
        comment(row.comment) {}

  bool has_value;
  uint64_t value;  // its bits
  int32_t status;
  bool retract;
  std::string_view comment;
};

bool Before(const CellContent& a, const CellContent& b) {
  return std::tie(a.has_value, a.value, a.status, a.retract, a.comment) <
         std::tie(b.has_value, b.value, b.status, b.retract, b.comment);
}

// The series, the periods, and the rows, each sorted, so that the order of the request does not
// matter.
std::string RowBytes(const PushRequest& request) {
  constexpr size_t kUsualBytes = 25;  // of a row without comment
  std::string bytes;
  bytes.reserve(request.rows().size() * kUsualBytes);
  std::vector<uint32_t> in_order;
  const std::vector<std::string> names = SeriesBytes(request);
  const std::vector<uint32_t> series = RanksOf(names, &in_order);
  AppendCount(series.size(), &bytes);
  for (const uint32_t index : in_order) bytes += names[index];
  const std::vector<uint32_t> periods = RanksOf(request.periods(), &in_order);
  AppendCount(periods.size(), &bytes);
  for (const uint32_t index : in_order) AppendText(request.periods()[index], &bytes);

  const std::vector<PushRow>& rows = request.rows();
  const auto cell_of = [&](uint32_t index) {
    return uint64_t{periods[static_cast<size_t>(rows[index].period)]} << 32 |
           series[static_cast<size_t>(rows[index].series)];
  };
  CountingSort sort(rows.size());
  sort.SortBy(static_cast<uint32_t>(series.size()),
              [&](uint32_t index) { return series[static_cast<size_t>(rows[index].series)]; });
  sort.SortBy(static_cast<uint32_t>(periods.size()),
              [&](uint32_t index) { return periods[static_cast<size_t>(rows[index].period)]; });
  AppendCount(rows.size(), &bytes);
  const auto by_content = [&](uint32_t a, uint32_t b) {
    return Before(CellContent(rows[a]), CellContent(rows[b]));
  };
  for (auto begin = sort.order().begin(), end = begin; begin != sort.order().end(); begin = end) {
    const uint64_t cell = cell_of(*begin);
    while (end != sort.order().end() && cell_of(*end) == cell) ++end;
    if (end - begin > 1) std::sort(begin, end, by_content);
    for (; begin != end; ++begin) {
      const CellContent content(rows[*begin]);
      AppendNumber(cell, &bytes);
      AppendNumber(content.value, &bytes);
      AppendNumber(content.status, &bytes);
      bytes.push_back(static_cast<char>((content.has_value ? 1 : 0) | (content.retract ? 2 : 0)));
      AppendText(content.comment, &bytes);
    }
  }
  return bytes;
}

}  // namespace

std::string ContentDigest(const PushRequest& request) {
  const v1::PushObservationsRequest& head = request.head();
  std::vector<std::string> scopes;
  scopes.reserve(static_cast<size_t>(head.scopes_size()));
  for (const v1::Scope& scope : head.scopes()) scopes.push_back(ScopeBytes(scope));
  std::sort(scopes.begin(), scopes.end());
  scopes.erase(std::unique(scopes.begin(), scopes.end()), scopes.end());
  Sha256 digest;
  digest.AddField("athena push 2");
  digest.AddInt(head.mode() == v1::PUSH_MODE_UNSPECIFIED ? v1::PUSH_MODE_MERGE : head.mode());
  digest.AddInt(head.partial() ? 1 : 0);
  digest.AddField(head.correction_reason());
  digest.AddInt(static_cast<int64_t>(scopes.size()));
  for (const std::string& scope : scopes) digest.AddField(scope);
  if (const RowParts parts = PartsOf(head); !parts.whole()) {
    digest.AddField("row_mask");
    for (const bool part : {parts.value, parts.status, parts.comment}) digest.AddInt(part ? 1 : 0);
  }
  digest.AddField(RowBytes(request));
  return digest.Digest();
}

}  // namespace athena::indicator

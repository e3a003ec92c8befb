#include "libs/rpc/calls/inflate.h"

#include <zlib.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "libs/status/status.h"

namespace athena::rpc {
namespace {

constexpr size_t kChunkBytes = 64 << 10;
constexpr int kGzipOnly = 15 | 16;  // zlib's windowBits: the largest window, gzip's header

absl::Status NotGzip() {
  return status::Refusal(absl::StatusCode::kInvalidArgument, "MALFORMED_REQUEST",
                         "the request's bytes are not one whole gzip member");
}

}  // namespace

absl::Status RequestTooLarge(std::string_view size, size_t limit) {
  return status::Refusal(absl::StatusCode::kInvalidArgument, "REQUEST_TOO_LARGE",
                         absl::StrCat("the request takes ", std::string(size), "; at most ", limit,
                                      " are taken: send it in parts"),
                         {{"bytes", size}, {"limit", std::to_string(limit)}});
}

bool IsGzip(const grpc::ByteBuffer& bytes) {
  std::vector<grpc::Slice> slices;
  if (bytes.Length() < 2 || !bytes.Dump(&slices).ok()) return false;
  std::string start;
  for (const grpc::Slice& slice : slices) {
    start.append(slice.begin(), slice.begin() + std::min<size_t>(slice.size(), 2));
    if (start.size() >= 2) break;
  }
  return start.substr(0, 2) == "\x1f\x8b";
}

absl::StatusOr<grpc::ByteBuffer> Inflate(const grpc::ByteBuffer& compressed, size_t limit) {
  std::vector<grpc::Slice> slices;
  if (!compressed.Dump(&slices).ok()) return NotGzip();
  z_stream stream{};
  if (inflateInit2(&stream, kGzipOnly) != Z_OK) return status::Internal("zlib cannot start");
  const absl::Cleanup end = [&stream] { inflateEnd(&stream); };
  std::vector<grpc::Slice> inflated;
  std::vector<Bytef> chunk(kChunkBytes);
  size_t size = 0;
  bool ended = false;
  for (const grpc::Slice& slice : slices) {
    stream.next_in = const_cast<Bytef*>(slice.begin());
    stream.avail_in = static_cast<uInt>(slice.size());
    bool more = slice.size() > 0;
    while (more) {
      if (ended) return NotGzip();
      stream.next_out = chunk.data();
      stream.avail_out = static_cast<uInt>(chunk.size());
      const int code = inflate(&stream, Z_NO_FLUSH);
      if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) return NotGzip();
      ended = code == Z_STREAM_END;
      const size_t made = chunk.size() - stream.avail_out;
      size += made;
      if (size > limit) {
        return RequestTooLarge(absl::StrCat("more than ", limit, " bytes when inflated"), limit);
      }
      if (made > 0) inflated.emplace_back(chunk.data(), made);
      // A full chunk may leave more to come out without any more going in.
      more = stream.avail_in > 0 || (!ended && stream.avail_out == 0);
    }
  }
  if (!ended) return NotGzip();
  return grpc::ByteBuffer(inflated.data(), inflated.size());
}

}  // namespace athena::rpc

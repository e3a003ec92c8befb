#include "services/indicator/ingest/rows/push_request.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"

namespace athena::indicator {
namespace {

// The wire format: https://protobuf.dev/programming-guides/encoding/. A field begins with a tag,
// which takes one byte for fields 1 to 15.
enum WireType : uint8_t { kVarint = 0, kFixed64 = 1, kLengthDelimited = 2 };
constexpr int kTypeBits = 3;
constexpr uint8_t kTypeMask = (1 << kTypeBits) - 1;
constexpr uint8_t kMaxOneByteVarint = 0x7f;

constexpr uint8_t Tag(int field, WireType type) {
  return static_cast<uint8_t>(field << kTypeBits | type);
}

bool IsAscii(std::string_view text) {
  uint64_t bits = 0;
  size_t at = 0;
  for (; at + sizeof bits <= text.size(); at += sizeof bits) {
    uint64_t word = 0;
    std::memcpy(&word, text.data() + at, sizeof word);
    bits |= word;
  }
  for (; at < text.size(); ++at) bits |= static_cast<uint8_t>(text[at]);
  return (bits & 0x8080808080808080) == 0;
}

// Iterates over the fields of a message in the usual encoding. Every function returns false where
// the encoding is another one or the message is cut off.
class PlainFields {
 public:
  explicit PlainFields(std::string_view bytes) : at_(bytes.data()), end_(at_ + bytes.size()) {}

  bool AtEnd() const { return at_ == end_; }
  const char* at() const { return at_; }

  // The tag of a field up to 15.
  uint8_t ReadTag() { return static_cast<uint8_t>(*at_++); }

  // A varint of one byte: a bool or a small enum.
  bool ReadSmall(int32_t* number) {
    if (AtEnd() || static_cast<uint8_t>(*at_) > kMaxOneByteVarint) return false;
    *number = static_cast<uint8_t>(*at_++);
    return true;
  }

  bool ReadDouble(double* number) {
    static_assert(std::endian::native == std::endian::little);
    if (static_cast<size_t>(end_ - at_) < sizeof *number) return false;
    std::memcpy(number, at_, sizeof *number);
    at_ += sizeof *number;
    return true;
  }

  bool ReadBytes(std::string_view* bytes) {
    size_t size = 0;
    int shift = 0;
    constexpr int kMaxShift = 21;  // four bytes: more than a request may have
    uint8_t byte = 0;
    do {
      if (AtEnd() || shift > kMaxShift) return false;
      byte = static_cast<uint8_t>(*at_++);
      size |= static_cast<size_t>(byte & kMaxOneByteVarint) << shift;
      shift += 7;
    } while (byte > kMaxOneByteVarint);
    if (size > static_cast<size_t>(end_ - at_)) return false;
    *bytes = {at_, size};
    at_ += size;
    return true;
  }

  // Text that is certainly UTF-8, as protobuf requires.
  bool ReadAscii(std::string_view* text) { return ReadBytes(text) && IsAscii(*text); }

  bool SkipVarint() {
    while (!AtEnd() && static_cast<uint8_t>(*at_) > kMaxOneByteVarint) ++at_;
    if (AtEnd()) return false;
    ++at_;
    return true;
  }

 private:
  const char* at_;
  const char* end_;
};

using Codes = absl::InlinedVector<RowCode, 4>;

constexpr uint8_t kIndicator = Tag(v1::Observation::kIndicatorFieldNumber, kLengthDelimited);
constexpr uint8_t kPeriod = Tag(v1::Observation::kPeriodFieldNumber, kLengthDelimited);
constexpr uint8_t kDimensions = Tag(v1::Observation::kDimensionsFieldNumber, kLengthDelimited);
constexpr uint8_t kValue = Tag(v1::Observation::kValueFieldNumber, kFixed64);
constexpr uint8_t kStatus = Tag(v1::Observation::kStatusFieldNumber, kVarint);
constexpr uint8_t kComment = Tag(v1::Observation::kCommentFieldNumber, kLengthDelimited);
constexpr uint8_t kRetract = Tag(v1::Observation::kRetractFieldNumber, kVarint);
constexpr uint8_t kObservations =
    Tag(v1::PushObservationsRequest::kObservationsFieldNumber, kLengthDelimited);
// A map is a repeated message of a key and a value.
constexpr uint8_t kMapKey = Tag(1, kLengthDelimited);
constexpr uint8_t kMapValue = Tag(2, kLengthDelimited);

// The fields of a v1::Observation.
struct PlainRow {
  std::string_view indicator;
  std::string_view period;
  std::string_view dimensions;  // the serialised map, tags included
  PushRow rest;
};

// Appends the bytes from `begin` to `end`. False when they do not follow `bytes` in memory: a map
// whose entries lie apart cannot be used as a key.
bool Extend(std::string_view* bytes, const char* begin, const char* end) {
  const char* const first = bytes->empty() ? begin : bytes->data();
  if (first + bytes->size() != begin) return false;
  *bytes = {first, static_cast<size_t>(end - first)};
  return true;
}

// Of a repeated field the last value counts, as in protobuf.
bool ReadRow(std::string_view bytes, PlainRow* row) {
  for (PlainFields fields(bytes); !fields.AtEnd();) {
    const char* const begin = fields.at();
    std::string_view entry;
    double value = 0;
    int32_t number = 0;
    switch (fields.ReadTag()) {
      case kIndicator:
        if (!fields.ReadAscii(&row->indicator)) return false;
        break;
      case kPeriod:
        if (!fields.ReadAscii(&row->period)) return false;
        break;
      case kDimensions:
        if (!fields.ReadBytes(&entry) || !Extend(&row->dimensions, begin, fields.at()))
          return false;
        break;
      case kValue:
        if (!fields.ReadDouble(&value)) return false;
        row->rest.value = value;
        break;
      case kStatus:
        if (!fields.ReadSmall(&row->rest.status)) return false;
        break;
      case kComment:
        if (!fields.ReadAscii(&row->rest.comment)) return false;
        break;
      case kRetract:
        if (!fields.ReadSmall(&number)) return false;
        row->rest.retract = number != 0;
        break;
      default:
        return false;
    }
  }
  return true;
}

// False when a dimension occurs twice.
bool SortCodes(Codes* codes) {
  std::sort(codes->begin(), codes->end(),
            [](const RowCode& a, const RowCode& b) { return a.dimension < b.dimension; });
  return std::adjacent_find(codes->begin(), codes->end(), [](const RowCode& a, const RowCode& b) {
           return a.dimension == b.dimension;
         }) == codes->end();
}

// Parses PlainRow::dimensions.
bool ReadCodes(std::string_view dimensions, Codes* codes) {
  for (PlainFields map(dimensions); !map.AtEnd();) {
    map.ReadTag();
    std::string_view bytes;
    if (!map.ReadBytes(&bytes)) return false;
    PlainFields entry(bytes);
    RowCode& code = codes->emplace_back();
    const bool plain = !entry.AtEnd() && entry.ReadTag() == kMapKey &&
                       entry.ReadAscii(&code.dimension) && !entry.AtEnd() &&
                       entry.ReadTag() == kMapValue && entry.ReadAscii(&code.code) && entry.AtEnd();
    if (!plain) return false;
  }
  return SortCodes(codes);
}

}  // namespace

class PushRequestParser {
 public:
  explicit PushRequestParser(google::protobuf::Arena& arena)
      : arena_(arena), request_(*google::protobuf::Arena::Create<PushRequest>(&arena)) {}

  // nullptr when the bytes are not in the usual encoding.
  const PushRequest* ParsePlain(std::string_view bytes) {
    constexpr size_t kUsualRowBytes = 64;
    request_.rows_.reserve(bytes.size() / kUsualRowBytes + 1);
    std::string head;
    for (PlainFields fields(bytes); !fields.AtEnd();) {
      const char* const begin = fields.at();
      const uint8_t tag = fields.ReadTag();
      const bool varint = (tag & kTypeMask) == kVarint;
      if (tag > kMaxOneByteVarint || (!varint && (tag & kTypeMask) != kLengthDelimited))
        return nullptr;
      std::string_view content;
      if (!(varint ? fields.SkipVarint() : fields.ReadBytes(&content))) return nullptr;
      if (tag != kObservations) {
        head.append(begin, fields.at());
      } else if (!AddPlain(content)) {
        return nullptr;
      }
    }
    auto* message = google::protobuf::Arena::CreateMessage<v1::PushObservationsRequest>(&arena_);
    if (!message->ParseFromString(head)) return nullptr;
    request_.head_ = message;
    return &request_;
  }

  // nullptr when the bytes are not a v1::PushObservationsRequest.
  const PushRequest* ParseAny(std::string_view bytes) {
    auto* message = google::protobuf::Arena::CreateMessage<v1::PushObservationsRequest>(&arena_);
    if (!message->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return nullptr;
    for (const v1::Observation& observation : message->observations()) Add(observation);
    auto* head = google::protobuf::Arena::CreateMessage<v1::PushObservationsRequest>(&arena_);
    head->mutable_observations()->Swap(message->mutable_observations());
    head->Swap(message);
    request_.head_ = head;
    return &request_;
  }

 private:
  bool AddPlain(std::string_view bytes) {
    PlainRow row;
    if (!ReadRow(bytes, &row)) return false;
    const PlainSeries named = {row.indicator, row.dimensions};
    // Usually every day has the same series in the same order: the next one is tried first.
    if (++last_encoding_ >= encoded_.size()) last_encoding_ = 0;
    if (last_encoding_ == encoded_.size() || encoded_[last_encoding_].first != named) {
      const auto [found, added] = encodings_.try_emplace(named, encoded_.size());
      if (added) {
        Codes codes;
        if (!ReadCodes(row.dimensions, &codes)) return false;
        encoded_.emplace_back(named, IndexOfSeries(row.indicator, codes));
      }
      last_encoding_ = found->second;
    }
    AddRow(encoded_[last_encoding_].second, row.period, row.rest);
    return true;
  }

  void Add(const v1::Observation& observation) {
    Codes codes;
    for (const auto& [dimension, code] : observation.dimensions()) {
      codes.push_back({dimension, code});
    }
    SortCodes(&codes);
    PushRow row;
    row.status = observation.status();
    row.retract = observation.retract();
    if (observation.has_value()) row.value = observation.value();
    row.comment = observation.comment();
    AddRow(IndexOfSeries(observation.indicator(), codes), observation.period(), row);
  }

  void AddRow(int32_t series, std::string_view period, PushRow row) {
    row.series = series;
    row.period = IndexOfPeriod(period);
    request_.rows_.push_back(row);
  }

  int32_t IndexOfSeries(std::string_view indicator, const Codes& codes) {
    const auto found = content_.find(SeriesContent{{indicator, codes}});
    if (found != content_.end()) return found->second;
    const auto index = static_cast<int32_t>(request_.series_.size());
    request_.series_.push_back({indicator, Keep(codes)});
    content_.emplace(SeriesContent{request_.series_.back()}, index);
    return index;
  }

  absl::Span<const RowCode> Keep(const Codes& codes) {
    using Storage = std::aligned_storage_t<sizeof(RowCode), alignof(RowCode)>;
    auto* const kept = reinterpret_cast<RowCode*>(
        google::protobuf::Arena::CreateArray<Storage>(&arena_, codes.size()));
    std::uninitialized_copy(codes.begin(), codes.end(), kept);
    return {kept, codes.size()};
  }

  int32_t IndexOfPeriod(std::string_view period) {
    // Rows of a period are usually neighbours.
    if (!request_.rows_.empty() && request_.PeriodOf(request_.rows_.back()) == period) {
      return request_.rows_.back().period;
    }
    const auto [found, added] =
        periods_.try_emplace(period, static_cast<int32_t>(request_.periods_.size()));
    if (added) request_.periods_.push_back(period);
    return found->second;
  }

  // A key that compares the content of a RowSeries.
  struct SeriesContent {
    RowSeries series;
    bool operator==(const SeriesContent& other) const {
      return series.indicator == other.series.indicator && series.codes == other.series.codes;
    }
    template <typename H>
    friend H AbslHashValue(H state, const SeriesContent& content) {
      for (const RowCode& code : content.series.codes) {
        state = H::combine(std::move(state), code.dimension, code.code);
      }
      return H::combine(std::move(state), content.series.indicator, content.series.codes.size());
    }
  };

  google::protobuf::Arena& arena_;
  PushRequest& request_;
  // The indicator and the serialised dimensions of a row.
  using PlainSeries = std::pair<std::string_view, std::string_view>;
  // The distinct PlainSeries, each with its index in PushRequest::series: a map may be serialised
  // in several orders, so a series may have several. `encodings_` finds them; `last_encoding_` is
  // that of the last row.
  std::vector<std::pair<PlainSeries, int32_t>> encoded_;
  absl::flat_hash_map<PlainSeries, size_t> encodings_;
  size_t last_encoding_ = 0;
  // Indexes in PushRequest::series.
  absl::flat_hash_map<SeriesContent, int32_t> content_;
  absl::flat_hash_map<std::string_view, int32_t> periods_;
};

const PushRequest* PushRequest::Parse(std::string_view bytes, google::protobuf::Arena& arena) {
  const PushRequest* const plain = PushRequestParser(arena).ParsePlain(bytes);
  return plain != nullptr ? plain : PushRequestParser(arena).ParseAny(bytes);
}

}  // namespace athena::indicator

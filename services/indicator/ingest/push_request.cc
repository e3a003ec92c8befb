#include "services/indicator/ingest/push_request.h"

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
// which is one byte for fields 1 to 15.
enum WireType : uint8_t { kVarint = 0, kFixed64 = 1, kLengthDelimited = 2 };
constexpr int kTypeBits = 3;
constexpr uint8_t kTypeMask = (1 << kTypeBits) - 1;
constexpr uint8_t kMostInOneByte = 0x7f;

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

// Goes through the fields of a message that is encoded the plain way. Every function returns false
// at what is not, or is cut off.
class PlainFields {
 public:
  explicit PlainFields(std::string_view bytes) : at_(bytes.data()), end_(at_ + bytes.size()) {}

  bool AtEnd() const { return at_ == end_; }
  const char* at() const { return at_; }

  // Of fields up to 15.
  uint8_t ReadTag() { return static_cast<uint8_t>(*at_++); }

  // A varint of one byte: false and true, and the numbers that enums have.
  bool ReadSmall(int32_t* number) {
    if (AtEnd() || static_cast<uint8_t>(*at_) > kMostInOneByte) return false;
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
    constexpr int kMostShift = 21;  // four bytes: more than a request can have
    uint8_t byte = 0;
    do {
      if (AtEnd() || shift > kMostShift) return false;
      byte = static_cast<uint8_t>(*at_++);
      size |= static_cast<size_t>(byte & kMostInOneByte) << shift;
      shift += 7;
    } while (byte > kMostInOneByte);
    if (size > static_cast<size_t>(end_ - at_)) return false;
    *bytes = {at_, size};
    at_ += size;
    return true;
  }

  // Text must be UTF-8, which ASCII is.
  bool ReadAscii(std::string_view* text) { return ReadBytes(text) && IsAscii(*text); }

  bool SkipVarint() {
    while (!AtEnd() && static_cast<uint8_t>(*at_) > kMostInOneByte) ++at_;
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

// A v1::Observation.
struct PlainRow {
  std::string_view indicator;
  std::string_view period;
  std::string_view dimensions;  // the fields of the map, tags included
  PushRow rest;
};

// Adds the bytes from `begin` to `end`. False where they do not come next: fields that lie apart
// are no key to be found by.
bool Extend(std::string_view* bytes, const char* begin, const char* end) {
  const char* const first = bytes->empty() ? begin : bytes->data();
  if (first + bytes->size() != begin) return false;
  *bytes = {first, static_cast<size_t>(end - first)};
  return true;
}

// A field that comes twice counts as it came last, as protobuf has it.
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

// False where a dimension comes twice.
bool SortCodes(Codes* codes) {
  std::sort(codes->begin(), codes->end(),
            [](const RowCode& a, const RowCode& b) { return a.dimension < b.dimension; });
  return std::adjacent_find(codes->begin(), codes->end(), [](const RowCode& a, const RowCode& b) {
           return a.dimension == b.dimension;
         }) == codes->end();
}

// The map that a PlainRow's `dimensions` are.
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

// A RowSeries by its content.
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

}  // namespace

class PushRequestParser {
 public:
  explicit PushRequestParser(google::protobuf::Arena& arena)
      : arena_(arena), request_(*google::protobuf::Arena::Create<PushRequest>(&arena)) {}

  // nullptr when the bytes are not encoded the plain way.
  const PushRequest* ParsePlain(std::string_view bytes) {
    constexpr size_t kUsualRowBytes = 64;
    request_.rows_.reserve(bytes.size() / kUsualRowBytes + 1);
    std::string head;
    for (PlainFields fields(bytes); !fields.AtEnd();) {
      const char* const begin = fields.at();
      const uint8_t tag = fields.ReadTag();
      const bool varint = (tag & kTypeMask) == kVarint;
      if (tag > kMostInOneByte || (!varint && (tag & kTypeMask) != kLengthDelimited))
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

  // nullptr when the bytes are no v1::PushObservationsRequest.
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
    // Every day usually brings the same series in the same order.
    if (++guess_ >= named_.size()) guess_ = 0;
    if (guess_ == named_.size() || named_[guess_].first != named) {
      const auto [found, added] = plain_.try_emplace(named, named_.size());
      if (added) {
        Codes codes;
        if (!ReadCodes(row.dimensions, &codes)) return false;
        named_.emplace_back(named, PlaceOfSeries(row.indicator, codes));
      }
      guess_ = found->second;
    }
    AddRow(named_[guess_].second, row.period, row.rest);
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
    AddRow(PlaceOfSeries(observation.indicator(), codes), observation.period(), row);
  }

  void AddRow(int32_t series, std::string_view period, PushRow row) {
    row.series = series;
    row.period = PlaceOfPeriod(period);
    request_.rows_.push_back(row);
  }

  int32_t PlaceOfSeries(std::string_view indicator, const Codes& codes) {
    const auto found = content_.find(SeriesContent{{indicator, codes}});
    if (found != content_.end()) return found->second;
    const auto place = static_cast<int32_t>(request_.series_.size());
    request_.series_.push_back({indicator, Keep(codes)});
    content_.emplace(SeriesContent{request_.series_.back()}, place);
    return place;
  }

  absl::Span<const RowCode> Keep(const Codes& codes) {
    using Room = std::aligned_storage_t<sizeof(RowCode), alignof(RowCode)>;
    auto* const kept = reinterpret_cast<RowCode*>(
        google::protobuf::Arena::CreateArray<Room>(&arena_, codes.size()));
    std::uninitialized_copy(codes.begin(), codes.end(), kept);
    return {kept, codes.size()};
  }

  int32_t PlaceOfPeriod(std::string_view period) {
    // Rows of the same period usually come together.
    if (!request_.rows_.empty() && request_.PeriodOf(request_.rows_.back()) == period) {
      return request_.rows_.back().period;
    }
    const auto [found, added] =
        periods_.try_emplace(period, static_cast<int32_t>(request_.periods_.size()));
    if (added) request_.periods_.push_back(period);
    return found->second;
  }

  google::protobuf::Arena& arena_;
  PushRequest& request_;
  // The indicator and the dimensions, as a plain row has them.
  using PlainSeries = std::pair<std::string_view, std::string_view>;
  // What plain rows name series with, of which there may be several for each, and the series'
  // places in the request; and the places here, with the last row's.
  std::vector<std::pair<PlainSeries, int32_t>> named_;
  absl::flat_hash_map<PlainSeries, size_t> plain_;
  size_t guess_ = 0;
  // Places in the request's series by what they are.
  absl::flat_hash_map<SeriesContent, int32_t> content_;
  absl::flat_hash_map<std::string_view, int32_t> periods_;
};

const PushRequest* PushRequest::Parse(std::string_view bytes, google::protobuf::Arena& arena) {
  const PushRequest* const plain = PushRequestParser(arena).ParsePlain(bytes);
  return plain != nullptr ? plain : PushRequestParser(arena).ParseAny(bytes);
}

}  // namespace athena::indicator

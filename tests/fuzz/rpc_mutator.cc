// How a search changes the inputs of rpc_fuzzer: most often field by field, so that a request stays
// one that a service reads, now and then byte by byte, or to another RPC.

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "tests/fuzz/property.h"
#include "tests/fuzz/rpc_input.h"

// libFuzzer's own; not there when seeds are replayed, and then never called.
extern "C" __attribute__((weak)) size_t LLVMFuzzerMutate(uint8_t* data, size_t size,
                                                         size_t max_size);
extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size,
                                          unsigned int seed);

namespace athena::fuzz {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

class Mutator {
 public:
  explicit Mutator(unsigned int seed) : random_(seed) {}

  size_t Below(size_t bound) { return random_() % bound; }
  bool Once(size_t in) { return Below(in) == 0; }

  // Changes one field, here or in a message below.
  void Change(Message* message) {
    const auto* descriptor = message->GetDescriptor();
    if (descriptor->field_count() == 0) return;
    const FieldDescriptor* field =
        descriptor->field(static_cast<int>(Below(static_cast<size_t>(descriptor->field_count()))));
    if (field->is_repeated()) {
      ChangeRepeated(message, field);
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      const Reflection& in = *message->GetReflection();
      if (in.HasField(*message, field) && Once(8)) return in.ClearField(message, field);
      Change(in.MutableMessage(message, field));
    } else if (Once(8)) {
      message->GetReflection()->ClearField(message, field);
    } else {
      SetScalar(message, field);
    }
  }

 private:
  void ChangeRepeated(Message* message, const FieldDescriptor* field) {
    const Reflection& in = *message->GetReflection();
    const int size = in.FieldSize(*message, field);
    const bool is_message = field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    if (size > 0 && Once(4)) return in.RemoveLast(message, field);
    if (!is_message) return AddScalar(message, field);
    if (size == 0) return Change(in.AddMessage(message, field));
    const int at = static_cast<int>(Below(static_cast<size_t>(size)));
    if (Once(3)) {
      // A copy of one that is there: the same twice, or the same but for what is changed next.
      std::unique_ptr<Message> copy(in.GetRepeatedMessage(*message, field, at).New());
      copy->CopyFrom(in.GetRepeatedMessage(*message, field, at));
      if (!Once(4)) Change(copy.get());
      in.AddMessage(message, field)->CopyFrom(*copy);
    } else {
      Change(in.MutableRepeatedMessage(message, field, at));
    }
  }

  int64_t Integer() {
    static const std::vector<int64_t> known = {0,
                                               1,
                                               -1,
                                               2,
                                               3,
                                               7,
                                               10,
                                               40,
                                               99,
                                               100,
                                               101,
                                               999,
                                               1'000,
                                               1'001,
                                               2021,
                                               10'000,
                                               10'001,
                                               20'000,
                                               86'400,
                                               65'536,
                                               1 << 20,
                                               1641772800,
                                               std::numeric_limits<int32_t>::max(),
                                               std::numeric_limits<int32_t>::min(),
                                               std::numeric_limits<int64_t>::max(),
                                               std::numeric_limits<int64_t>::min()};
    return known[Below(known.size())];
  }

  double Real() {
    static const std::vector<double> known = {0,
                                              -0.0,
                                              0.1,
                                              1,
                                              -1,
                                              3,
                                              5,
                                              0.5,
                                              100,
                                              1e15,
                                              -1e15,
                                              1.1e15,
                                              1e24,
                                              1e300,
                                              1e-9,
                                              5e-324,
                                              std::numeric_limits<double>::infinity(),
                                              std::numeric_limits<double>::quiet_NaN()};
    return known[Below(known.size())];
  }

  std::string Text(const std::string& present) {
    // Words that the services know, of every kind.
    static const std::vector<std::string> known = {"",
                                                   "gob",
                                                   "tal",
                                                   "institutions/gob",
                                                   "institutions/tal",
                                                   "institutions/-",
                                                   "institutions/gob/indicators/staff",
                                                   "institutions/gob/indicators/visits",
                                                   "institutions/gob/indicators/share",
                                                   "institutions/gob/indicators/none",
                                                   "institutions/gob/plans/plan",
                                                   "institutions/gob/plans/draft",
                                                   "institutions/gob/plans/plan/elements/e1",
                                                   "institutions/gob/plans/plan/elements/e11",
                                                   "institutions/gob/plans/draft/elements/d1",
                                                   "institutions/gob/plans/draft/elements/d11",
                                                   "institutions/gob/units/hr",
                                                   "institutions/gob/units/pay",
                                                   "institutions/gob/pushes/2",
                                                   "institutions/gob/closings/2021-Q1",
                                                   "institutions/gob/closings/2021-Q2",
                                                   "staff",
                                                   "visits",
                                                   "share",
                                                   "new",
                                                   "sex",
                                                   "F",
                                                   "M",
                                                   "_T",
                                                   "2021",
                                                   "2022",
                                                   "2021-S1",
                                                   "2021-Q1",
                                                   "2021-Q2",
                                                   "2021-Q4",
                                                   "2021-01",
                                                   "2021-03",
                                                   "2021-06",
                                                   "2021-12",
                                                   "2021-W08",
                                                   "2021-W53",
                                                   "2020-W53",
                                                   "2021-02-03",
                                                   "2021-06-30",
                                                   "2021-12-31",
                                                   "2020-02-29",
                                                   "2022-01-10",
                                                   "9999",
                                                   "0000",
                                                   "9999-W52",
                                                   "9999-12-31",
                                                   "p1",
                                                   "p2",
                                                   "p3",
                                                   "nl",
                                                   "fr",
                                                   "en",
                                                   "de-BE",
                                                   "x-y",
                                                   "staff + share",
                                                   "min(staff, visits) / 0",
                                                   "coalesce(visits, 0) - -1e24",
                                                   "*",
                                                   "a.b",
                                                   "kind = ACTION",
                                                   "code",
                                                   "title",
                                                   "1.1",
                                                   "1",
                                                   "=1+1",
                                                   "display_name",
                                                   "shared_with",
                                                   "dimensions",
                                                   "unit",
                                                   "formula",
                                                   "milestones",
                                                   "weight",
                                                   "state",
                                                   "\xC4\xB0",
                                                   "e1",
                                                   "e11",
                                                   "d2"};
    if (present.empty() || !Once(3)) return known[Below(known.size())];
    std::string changed = present;
    switch (Below(4)) {
      case 0:
        changed.erase(Below(changed.size()), 1);
        break;
      case 1:
        changed.insert(Below(changed.size() + 1), 1, static_cast<char>(random_()));
        break;
      case 2:
        changed[Below(changed.size())] = static_cast<char>(' ' + Below(95));
        break;
      default:
        changed += changed.size() < 2000 ? changed : "";
    }
    return changed;
  }

  void SetScalar(Message* message, const FieldDescriptor* field) {
    const Reflection& in = *message->GetReflection();
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_INT32:
        return in.SetInt32(message, field, static_cast<int32_t>(Integer()));
      case FieldDescriptor::CPPTYPE_UINT32:
        return in.SetUInt32(message, field, static_cast<uint32_t>(Integer()));
      case FieldDescriptor::CPPTYPE_INT64:
        return in.SetInt64(message, field, Integer());
      case FieldDescriptor::CPPTYPE_UINT64:
        return in.SetUInt64(message, field, static_cast<uint64_t>(Integer()));
      case FieldDescriptor::CPPTYPE_DOUBLE:
        return in.SetDouble(message, field, Real());
      case FieldDescriptor::CPPTYPE_FLOAT:
        return in.SetFloat(message, field, static_cast<float>(Real()));
      case FieldDescriptor::CPPTYPE_BOOL:
        return in.SetBool(message, field, Once(2));
      case FieldDescriptor::CPPTYPE_ENUM:
        return in.SetEnumValue(message, field, static_cast<int>(Below(12)));
      case FieldDescriptor::CPPTYPE_STRING:
        return in.SetString(message, field, Text(in.GetString(*message, field)));
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return;
    }
  }

  void AddScalar(Message* message, const FieldDescriptor* field) {
    const Reflection& in = *message->GetReflection();
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_INT32:
        return in.AddInt32(message, field, static_cast<int32_t>(Integer()));
      case FieldDescriptor::CPPTYPE_INT64:
        return in.AddInt64(message, field, Integer());
      case FieldDescriptor::CPPTYPE_DOUBLE:
        return in.AddDouble(message, field, Real());
      case FieldDescriptor::CPPTYPE_ENUM:
        return in.AddEnumValue(message, field, static_cast<int>(Below(12)));
      case FieldDescriptor::CPPTYPE_STRING:
        return in.AddString(message, field, Text(""));
      default:
        return;  // the contracts repeat nothing else
    }
  }

  std::minstd_rand random_;
};

}  // namespace
}  // namespace athena::fuzz

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size,
                                          unsigned int seed) {
  using athena::fuzz::RpcInput;
  using athena::fuzz::Rpcs;
  athena::fuzz::Mutator mutator(seed);
  std::optional<RpcInput> input = athena::fuzz::ReadRpcInput(athena::fuzz::TextOf(data, size));
  if (mutator.Once(256)) input = {Rpcs()[mutator.Below(Rpcs().size())], mutator.Once(2), ""};
  if (!input.has_value() || mutator.Once(32)) return LLVMFuzzerMutate(data, size, max_size);
  const std::unique_ptr<google::protobuf::Message> request = RequestMessage(*input);
  if (request == nullptr) return LLVMFuzzerMutate(data, size, max_size);
  do {
    mutator.Change(request.get());
  } while (mutator.Once(2));
  const std::string changed = athena::fuzz::WriteRpcInput(*input->method, input->is_text, *request);
  if (changed.size() > max_size) return LLVMFuzzerMutate(data, size, max_size);
  std::copy(changed.begin(), changed.end(), data);
  return changed.size();
}

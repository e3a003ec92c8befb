#include <google/protobuf/any.pb.h>
#include <google/protobuf/text_format.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <locale>
#include <nlohmann/json.hpp>
#include <random>
#include <string>

#include "libs/canonical/canonical.h"
#include "libs/canonical/testing/everything.pb.h"

namespace athena {
namespace {

using canonical::testing::Everything;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// What it is by definition: protobuf's own JSON, read into sorted objects and written again. By
// itself protobuf writes the fraction of a duration as the locale wants it.
std::string ByDefinition(const Message& message) {
  const std::locale before = std::locale::global(std::locale::classic());
  std::string json;
  EXPECT_TRUE(google::protobuf::util::MessageToJsonString(message, &json).ok());
  std::locale::global(before);
  return nlohmann::json::parse(json).dump();
}

std::string Of(const std::string& text) {
  Everything message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  EXPECT_EQ(CanonicalJson(message), ByDefinition(message));
  return CanonicalJson(message);
}

TEST(CanonicalJsonForm, ValuesAreThoseOfProto3Json) {
  EXPECT_EQ(Of(""), "{}");
  EXPECT_EQ(Of("an_int32: -5 an_int64: -9007199254740993 a_uint64: 18446744073709551615"),
            R"({"aUint64":"18446744073709551615","anInt32":-5,"anInt64":"-9007199254740993"})");
  EXPECT_EQ(Of("a_bool: true a_colour: COLOUR_GREEN colours: [COLOUR_RED, COLOUR_UNSPECIFIED, 7]"),
            R"({"aBool":true,"aColour":"COLOUR_GREEN",)"
            R"("colours":["COLOUR_RED","COLOUR_UNSPECIFIED",7]})");
  EXPECT_EQ(Of(R"(some_bytes: "\377\000a")"), R"({"someBytes":"/wBh"})");
  EXPECT_EQ(Of(R"(a_text: "a\"b\\c\n\001/<\303\251")"),
            "{\"aText\":\"a\\\"b\\\\c\\n\\u0001/<\u00e9\"}");
}

TEST(CanonicalJsonForm, WhatIsSetCountsEvenWhenItIsZero) {
  EXPECT_EQ(Of("may_be_zero: 0"), R"({"mayBeZero":0})");
  EXPECT_EQ(Of("other: 0"), R"({"other":"0"})");
  EXPECT_EQ(Of("itself {}"), R"({"itself":{}})");
  EXPECT_EQ(Of("a_double: 0 an_int32: 0"), "{}");
}

TEST(CanonicalJsonForm, MembersAreSortedByTheirNamesInJson) {
  EXPECT_EQ(Of(R"(zebra: "z" a_text: "t")"), R"({"aText":"t","a_name_of_its_own":"z"})");
  EXPECT_EQ(Of(R"(by_int32 { key: 10 value: 1 } by_int32 { key: 9 value: 2 }
                  by_int32 { key: -1 value: 3 })"),
            R"({"byInt32":{"-1":3,"10":1,"9":2}})");
  EXPECT_EQ(Of(R"(by_bool { key: true value: COLOUR_RED } by_int64 { key: 5 value {} }
                  by_uint64 { key: 6 value: "a" })"),
            R"({"byBool":{"true":"COLOUR_RED"},"byInt64":{"5":{}},"byUint64":{"6":"YQ=="}})");
  EXPECT_EQ(Of(R"(by_text { key: "b\"" value: "1" } by_text { key: "a" value: "2" })"),
            R"({"byText":{"a":"2","b\"":"1"}})");
}

TEST(CanonicalJsonForm, WellKnownTypesHaveTheirOwnForms) {
  EXPECT_EQ(Of(R"(time { seconds: 1600000000 nanos: 1000 } duration { seconds: 1 nanos: 500000000 }
                  mask { paths: "a_b" paths: "c" } wrapped { value: 7 } times {})"),
            R"({"duration":"1.500s","mask":"aB,c","time":"2020-09-13T12:26:40.000001Z",)"
            R"("times":["1970-01-01T00:00:00Z"],"wrapped":"7"})");
}

TEST(CanonicalJsonForm, WhatCannotBePrintedIsNull) {
  google::protobuf::Any foreign;
  foreign.set_type_url("type.example.org/of.nobody.known");
  foreign.set_value("x");
  EXPECT_EQ(CanonicalJson(foreign), "null");
}

TEST(CanonicalJsonForm, NumbersAreTheShortestOfFifteenOrSeventeenDigits) {
  Everything message;
  for (const double value : {1.0,
                             -1.0,
                             0.1,
                             1.0 / 3,
                             100.0,
                             1e14,
                             999'999'999'999'999.0,
                             1e15,
                             1'234'567'890'123'456.0,
                             1e16,
                             9007199254740993.0,
                             1e17,
                             1e18,
                             1e19,
                             1e20,
                             1e21,
                             1e22,
                             1e300,
                             1e-5,
                             1e-7,
                             5e-324,
                             -0.0,
                             2.5e-3,
                             std::numeric_limits<double>::max(),
                             std::numeric_limits<double>::min(),
                             std::numeric_limits<double>::infinity(),
                             -std::numeric_limits<double>::infinity(),
                             std::nan("")}) {
    message.set_may_be_zero(value);
    EXPECT_EQ(CanonicalJson(message), ByDefinition(message)) << value;
  }
  message.Clear();
  message.set_may_be_zero(0.1);
  EXPECT_EQ(CanonicalJson(message), R"({"mayBeZero":0.1})");
  message.set_may_be_zero(3);
  EXPECT_EQ(CanonicalJson(message), R"({"mayBeZero":3})");
}

// Messages of any shape, made by chance from a fixed seed.
class Chance {
 public:
  int UpTo(int most) { return static_cast<int>(random_() % (static_cast<unsigned>(most) + 1)); }

  std::string Text() {
    static const char* const kPieces[] = {"a",
                                          "B",
                                          "\xc3\xa9",
                                          "\"",
                                          "\\",
                                          "\n",
                                          "\x7f",
                                          "/",
                                          "<",
                                          "\xe2\x80\xa8",
                                          "\xf0\x9f\x8c\x8d",
                                          " "};
    std::string text;
    for (int i = UpTo(6); i > 0; --i) text += kPieces[UpTo(11)];
    return text;
  }
  double Real() {
    switch (UpTo(3)) {
      case 0:
        return UpTo(1000);
      case 1:
        return (UpTo(2'000'000) - 1'000'000) / 1000.0;
      case 2:
        return std::ldexp(1 + UpTo(1'000'000) / 1e6, UpTo(1800) - 900);
      default:
        return static_cast<double>(static_cast<int64_t>(random_()));
    }
  }

  void Fill(Message* message, int depth) {
    for (int i = 0; i < message->GetDescriptor()->field_count(); ++i) {
      const FieldDescriptor* field = message->GetDescriptor()->field(i);
      if (UpTo(2) != 0) continue;
      if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && depth == 0) continue;
      for (int k = field->is_repeated() ? UpTo(3) : 1; k > 0; --k) Set(message, field, depth);
    }
  }

 private:
  void Set(Message* message, const FieldDescriptor* field, int depth) {
    const auto* in = message->GetReflection();
    const bool many = field->is_repeated();
    const auto put = [&](auto one, auto add, auto value) {
      many ? (in->*add)(message, field, value) : (in->*one)(message, field, value);
    };
    using R = google::protobuf::Reflection;
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_INT32:
        return put(&R::SetInt32, &R::AddInt32, static_cast<int32_t>(random_()));
      case FieldDescriptor::CPPTYPE_UINT32:
        return put(&R::SetUInt32, &R::AddUInt32, static_cast<uint32_t>(random_()));
      case FieldDescriptor::CPPTYPE_INT64:
        return put(&R::SetInt64, &R::AddInt64, static_cast<int64_t>(random_()));
      case FieldDescriptor::CPPTYPE_UINT64:
        return put(&R::SetUInt64, &R::AddUInt64, static_cast<uint64_t>(random_()));
      case FieldDescriptor::CPPTYPE_DOUBLE:
        return put(&R::SetDouble, &R::AddDouble, Real());
      case FieldDescriptor::CPPTYPE_FLOAT:
        return put(&R::SetFloat, &R::AddFloat,
                   static_cast<float>(UpTo(2'000'000) - 1'000'000) / 1000);
      case FieldDescriptor::CPPTYPE_BOOL:
        return put(&R::SetBool, &R::AddBool, UpTo(1) == 1);
      case FieldDescriptor::CPPTYPE_ENUM:
        return put(&R::SetEnumValue, &R::AddEnumValue, UpTo(3));
      case FieldDescriptor::CPPTYPE_STRING:
        return put(&R::SetString, &R::AddString, Text());
      case FieldDescriptor::CPPTYPE_MESSAGE: {
        Message* made = many ? in->AddMessage(message, field) : in->MutableMessage(message, field);
        // Of the well-known types any value is not a valid one.
        if (field->message_type()->well_known_type() ==
            google::protobuf::Descriptor::WELLKNOWNTYPE_UNSPECIFIED) {
          Fill(made, depth - 1);
        }
      }
    }
  }

  std::mt19937_64 random_{20210101};
};

TEST(CanonicalJsonForm, AnyMessageIsWrittenAsItIsByDefinition) {
  Chance chance;
  for (int i = 0; i < 2000; ++i) {
    Everything message;
    chance.Fill(&message, 3);
    // Maps: of entries with equal keys the last counts, as after any transport.
    Everything arrived;
    ASSERT_TRUE(arrived.ParseFromString(message.SerializeAsString()));
    ASSERT_EQ(CanonicalJson(arrived), ByDefinition(arrived)) << arrived.DebugString();
  }
}

TEST(CanonicalJsonForm, UnknownFieldsAreDropped) {
  Everything message;
  message.set_a_text("t");
  message.GetReflection()->MutableUnknownFields(&message)->AddVarint(999, 1);
  EXPECT_EQ(CanonicalJson(message), R"({"aText":"t"})");
}

}  // namespace
}  // namespace athena

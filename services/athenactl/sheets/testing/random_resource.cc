#include "services/athenactl/sheets/testing/random_resource.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/timestamp.pb.h>

#include <cmath>
#include <cstdint>
#include <vector>

#include "absl/strings/str_cat.h"
#include "athena/common/v1/values.pb.h"
#include "libs/fields/fields.h"
#include "services/athenactl/files/text/money.h"
#include "services/athenactl/sheets/references.h"

namespace athena::athenactl::testing {
namespace {

using athena::common::v1::Date;
using athena::common::v1::LocalizedText;
using athena::common::v1::Money;
using athena::common::v1::Number;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Timestamp;

class Filler {
 public:
  explicit Filler(std::mt19937& random) : random_(random) {}

  int64_t Pick(int64_t low, int64_t high) {
    return std::uniform_int_distribution<int64_t>(low, high)(random_);
  }

  std::string Text() {
    static const auto& kTexts = *new std::vector<std::string>{
        "plain",
        "=1+1",
        "+32 2 555",
        "-1",
        "@sum",
        "'quoted",
        "'=x",
        "a,b;c\td",
        "\"so\" called",
        " blanks around ",
        "two\nlines\n",
        "\xC2\xA0no-break\xC2\xA0",
        "naïve café ≥ 80 %",
        "\xF0\x9F\x9A\xB2 fiets",
        "_x0041_ and _x005F_",
        "<b>&amp;</b>",
        "2024-12-31",
        "45657",
        "1e5",
        "007",
        "3.10",
        "yes",
        "TRUE",
        "#N/A",
        "a=b,c=d",
        "{=1}",
        "http://example.org/?a=1&b=\"2\"",
        std::string(4'000, 'x'),
    };
    return absl::StrCat(
        kTexts[static_cast<size_t>(Pick(0, static_cast<int64_t>(kTexts.size()) - 1))],
        Pick(0, 3) == 0 ? absl::StrCat(" ", Pick(0, 999)) : "");
  }

  double Double() {
    switch (Pick(0, 4)) {
      case 0:
        return static_cast<double>(Pick(-1000, 1000));
      case 1:
        return 0.1 + 0.2;
      case 2:
        return static_cast<double>(Pick(-1'000'000, 1'000'000)) / 1e6;
      case 3:
        return std::uniform_real_distribution<double>(-1e15, 1e15)(random_);
      default:
        return std::uniform_real_distribution<double>(-1, 1)(random_) * 1e-9;
    }
  }

  void Fill(Message* message) {
    const Descriptor* type = message->GetDescriptor();
    if (type == Date::descriptor()) return FillDate(static_cast<Date*>(message));
    if (type == Money::descriptor()) return FillMoney(static_cast<Money*>(message));
    if (type == Number::descriptor()) return FillNumber(static_cast<Number*>(message));
    if (type == LocalizedText::descriptor()) return FillText(static_cast<LocalizedText*>(message));
    if (type == Timestamp::descriptor()) {
      static_cast<Timestamp*>(message)->set_seconds(Pick(0, 4'000'000'000));
      if (Pick(0, 1) == 0) static_cast<Timestamp*>(message)->set_nanos(1000 * Pick(0, 999'999));
      return;
    }
    do {
      for (int at = 0; at < type->field_count(); ++at) FillField(type->field(at), message);
    } while (HasFieldsOfClients(*type) && IsEmpty(*message));
  }

 private:
  static bool HasFieldsOfClients(const Descriptor& type) {
    for (int at = 0; at < type.field_count(); ++at) {
      if (!fields::IsOutputOnly(type.field(at)) && type.field(at)->name() != "name") return true;
    }
    return false;
  }
  static bool IsEmpty(const Message& message) {
    const std::unique_ptr<Message> copy(message.New());
    copy->CopyFrom(message);
    fields::ClearOutputOnly(copy.get());
    return copy->ByteSizeLong() == 0;
  }

  void FillDate(Date* date) {
    date->set_year(static_cast<int32_t>(Pick(1900, 2199)));
    date->set_month(static_cast<int32_t>(Pick(1, 12)));
    date->set_day(static_cast<int32_t>(Pick(1, 28)));
  }

  void FillMoney(Money* money) {
    const int64_t sign = Pick(0, 1) == 0 ? 1 : -1;
    money->set_units(sign * Pick(0, 10'000'000'000'000));
    money->set_nanos(static_cast<int32_t>(
        sign * (Pick(0, 1) == 0 ? Pick(0, 999'999'999) : Pick(0, 99) * 10'000'000)));
  }

  void FillNumber(Number* number) {
    Money money;
    FillMoney(&money);
    number->set_decimal(MoneyText(money));
    number->set_value(std::stod(number->decimal()));
  }

  void FillText(LocalizedText* text) {
    for (const char* language : {"nl", "fr", "en", "de", "nl-BE"}) {
      if (Pick(0, 2) == 0) (*text->mutable_text())[language] = Text();
    }
    if (text->text().empty()) (*text->mutable_text())["nl"] = "nl";
  }

  void FillField(const FieldDescriptor* field, Message* message) {
    const auto& reflection = *message->GetReflection();
    reflection.ClearField(message, field);
    if (field->name() == "name" || Pick(0, 3) == 0) return;
    if (field->is_map()) {
      for (int64_t left = Pick(0, 3); left > 0; --left) {
        Message* entry = reflection.AddMessage(message, field);
        entry->GetReflection()->SetString(entry, field->message_type()->map_key(),
                                          absl::StrCat("dim", left));
        entry->GetReflection()->SetString(entry, field->message_type()->map_value(), Text());
      }
      return;
    }
    for (int64_t left = field->is_repeated() ? Pick(0, 4) : 1; left > 0; --left) {
      FillElement(field, message);
    }
  }

  void FillElement(const FieldDescriptor* field, Message* message) {
    const auto& reflection = *message->GetReflection();
    const bool add = field->is_repeated();
    if (IsReference(*field)) {
      const std::string name = absl::StrCat("institutions/gob/units/u", Pick(0, 99));
      return add ? reflection.AddString(message, field, name)
                 : reflection.SetString(message, field, name);
    }
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        add ? reflection.AddString(message, field, Pick(0, 9) == 0 ? "" : Text())
            : reflection.SetString(message, field, Text());
        return;
      case FieldDescriptor::CPPTYPE_BOOL:
        return reflection.SetBool(message, field, Pick(0, 1) == 0);
      case FieldDescriptor::CPPTYPE_INT32:
        return reflection.SetInt32(message, field, static_cast<int32_t>(Pick(-9, 2'000'000'000)));
      case FieldDescriptor::CPPTYPE_INT64:
        return reflection.SetInt64(message, field, Pick(-9, 9'000'000'000'000'000'000));
      case FieldDescriptor::CPPTYPE_DOUBLE:
        add ? reflection.AddDouble(message, field, Double())
            : reflection.SetDouble(message, field, Double());
        return;
      case FieldDescriptor::CPPTYPE_ENUM: {
        const auto* value = field->enum_type()->value(
            static_cast<int>(Pick(1, field->enum_type()->value_count() - 1)));
        add ? reflection.AddEnum(message, field, value) : reflection.SetEnum(message, field, value);
        return;
      }
      default:
        return Fill(add ? reflection.AddMessage(message, field)
                        : reflection.MutableMessage(message, field));
    }
  }

  std::mt19937& random_;
};

}  // namespace

std::unique_ptr<Message> RandomResource(const Kind& kind, const std::string& name,
                                        std::mt19937& random) {
  std::unique_ptr<Message> resource = NewMessage(kind.message);
  Filler(random).Fill(resource.get());
  SetText(resource.get(), "name", name);
  return resource;
}

void ClearAllOutputOnly(Message* message) {
  fields::ClearOutputOnly(message);
  std::vector<const FieldDescriptor*> set;
  message->GetReflection()->ListFields(*message, &set);
  for (const FieldDescriptor* field : set) {
    if (field->message_type() == nullptr || field->is_map()) continue;
    if (!field->is_repeated()) {
      ClearAllOutputOnly(message->GetReflection()->MutableMessage(message, field));
      continue;
    }
    for (int at = 0; at < message->GetReflection()->FieldSize(*message, field); ++at) {
      ClearAllOutputOnly(message->GetReflection()->MutableRepeatedMessage(message, field, at));
    }
  }
}

}  // namespace athena::athenactl::testing

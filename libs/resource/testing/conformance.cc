#include "libs/resource/testing/conformance.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "libs/audit/journal.h"
#include "libs/fields/fields.h"
#include "libs/resource/request.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "libs/status/testing/matchers.h"
#include "libs/versioned/last_change.h"

namespace athena::resource::testing {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using status::testing::IsOk;
using status::testing::Refuses;
using status::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

namespace {

std::string Numbered(const std::string& text, int n) {
  return absl::StrReplaceAll(text, {{"$n", std::to_string(n)}});
}

std::unique_ptr<Message> NewMessage(const google::protobuf::Descriptor* type) {
  return std::unique_ptr<Message>(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(type)->New());
}

std::unique_ptr<Message> Parsed(const google::protobuf::Descriptor* type, const std::string& text) {
  std::unique_ptr<Message> message = NewMessage(type);
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, message.get())) << text;
  return message;
}

// Puts something into a field, whatever it is of.
void Forge(Message* message, const FieldDescriptor* field) {
  const auto* reflection = message->GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return reflection->SetString(message, field, "forged");
    case FieldDescriptor::CPPTYPE_INT32:
      return reflection->SetInt32(message, field, 77);
    case FieldDescriptor::CPPTYPE_INT64:
      return reflection->SetInt64(message, field, 77);
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection->SetBool(message, field, true);
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return reflection->SetDouble(message, field, 77);
    case FieldDescriptor::CPPTYPE_ENUM:
      return reflection->SetEnumValue(
          message, field,
          field->enum_type()->value(field->enum_type()->value_count() - 1)->number());
    case FieldDescriptor::CPPTYPE_MESSAGE:
      reflection->MutableMessage(message, field);
      return;
    default:
      ADD_FAILURE() << "cannot forge " << field->full_name();
  }
}

std::vector<const FieldDescriptor*> OutputOnlyFields(const google::protobuf::Descriptor* type) {
  std::vector<const FieldDescriptor*> output;
  for (int i = 0; i < type->field_count(); ++i) {
    if (fields::IsOutputOnly(type->field(i)) && !type->field(i)->is_repeated()) {
      output.push_back(type->field(i));
    }
  }
  return output;
}

bool IsOfVersion(const std::string& field) {
  return field == "etag" || field == "revision" || field == "create_time" || field == "update_time";
}

const google::protobuf::ServiceDescriptor* ServiceNamed(const std::string& name) {
  return google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(name);
}

// An answer, as text to compare.
std::string TextOfAnswer(const absl::StatusOr<std::shared_ptr<Message>>& answer) {
  return answer.ok() ? (*answer)->DebugString() : answer.status().ToString();
}

// The standard methods of the kind, without those written by hand; none where the service is
// unknown.
std::vector<StandardMethod> MethodsOf(const Case& one) {
  const auto* service = ServiceNamed(one.service);
  if (service == nullptr) return {};
  std::vector<StandardMethod> methods = StandardMethods(*one.kind, service);
  std::erase_if(methods, [&](const StandardMethod& method) {
    return std::find(one.by_hand.begin(), one.by_hand.end(), method.rpc->name()) !=
           one.by_hand.end();
  });
  return methods;
}

}  // namespace

void PrintTo(const Case& one, std::ostream* out) { *out << one.kind->type()->full_name(); }

std::string CaseName(const ::testing::TestParamInfo<Case>& info) {
  return info.param.kind->type()->name();
}

std::vector<Case> CasesWith(StandardMethod::Handler handler, std::vector<Case> cases) {
  std::erase_if(cases, [&](const Case& one) {
    const std::vector<StandardMethod> methods = MethodsOf(one);
    return std::none_of(methods.begin(), methods.end(),
                        [&](const StandardMethod& method) { return method.handler == handler; });
  });
  return cases;
}

std::vector<Case> CasesThatShare(std::vector<Case> cases) {
  std::erase_if(cases, [](const Case& one) {
    const auto& levels = one.kind->levels;
    return std::none_of(levels.begin(), levels.end(), [](const AnyKind::Level& level) {
      return level.prototype != nullptr &&
             level.prototype->GetDescriptor()->FindFieldByName("shared_with") != nullptr;
    });
  });
  return cases;
}

Conformance::Conformance() : kind_(GetParam().kind), methods_(MethodsOf(GetParam())) {
  const auth::Roles all = auth::Roles::Any();
  everyone_ = {"everyone", std::string(auth::Principal::kEveryInstitution), all};
  owner_ = {"owner", kind_->top() ? everyone_.institution : "gob", all};
  stranger_ = {"stranger", "tal", all};
  sql::SqliteOptions options;
  options.path = folder_.File("a.db");
  options.application_id = 0x61746e61;
  options.migrations = GetParam().migrations;
  options.clock = &clock_;
  options.vfs = disk_.name();
  options.on_fatal = [](const absl::Status&) {};
  auto opened = sql::SqliteDatabase::Open(std::move(options));
  EXPECT_THAT(opened, IsOk());
  database_ = *std::move(opened);
  store_ = std::make_unique<versioned::Store>(*database_);
  resources_ = std::make_unique<Resources>(*store_, clock_, tokens_);
  EXPECT_NE(ServiceNamed(GetParam().service), nullptr);
  resources_->Register(kind_);
  for (const auto& other : GetParam().others) resources_->Register(other);
  for (const Given& given : GetParam().given) {
    resources_->Register(given.kind);
    for (const StandardMethod& method : StandardMethods(
             *given.kind,
             ServiceNamed(given.service.empty() ? GetParam().service : given.service))) {
      if (method.handler != &Resources::Create) continue;
      EXPECT_THAT(Call(*given.kind, method.handler,
                       *Parsed(method.rpc->input_type(), given.request), everyone_),
                  IsOk());
    }
  }
}

Conformance::~Conformance() { database_.reset(); }

const google::protobuf::MethodDescriptor* Conformance::Rpc(Handler handler) const {
  for (const StandardMethod& method : methods_) {
    if (method.handler == handler) return method.rpc;
  }
  return nullptr;
}

Conformance::Answer Conformance::Call(const AnyKind& kind, Handler handler, const Message& request,
                                      const auth::Principal& who) {
  clock_.Advance(absl::Seconds(1));
  // A request stands beside its service.
  const std::string rpc = absl::StrReplaceAll(request.GetDescriptor()->name(), {{"Request", ""}});
  const auto* service = request.GetDescriptor()->file()->service(0);
  std::shared_ptr<Message> response = NewMessage(service->FindMethodByName(rpc)->output_type());
  ATHENA_RETURN_IF_ERROR(((*resources_).*handler)(who, kind, request, response.get()));
  return response;
}

Conformance::Answer Conformance::Call(Handler handler, const std::string& request,
                                      const auth::Principal& who) {
  return Call(*kind_, handler, *Parsed(Rpc(handler)->input_type(), request), who);
}

Message* Conformance::ResourceOf(Message* request) const {
  return request->GetReflection()->MutableMessage(
      request, request->GetDescriptor()->FindFieldByName(kind_->singular));
}

Conformance::Answer Conformance::Create(int n) {
  if (!GetParam().create) return Call(&Resources::Create, Creation(n));
  clock_.Advance(absl::Seconds(1));
  return GetParam().create(*resources_, owner_, n);
}

std::string Conformance::Id(int n) const { return Numbered(GetParam().id, n); }

std::string Conformance::Name(int n) const {
  const std::string& parent = GetParam().parent;
  return absl::StrCat(parent, parent.empty() ? "" : "/", std::string(kind_->pattern().collection()),
                      "/", Id(n));
}

std::string Conformance::Creation(int n, const std::string& rest) const {
  return absl::StrCat(kind_->top() ? "" : absl::StrCat("parent: '", GetParam().parent, "' "),
                      kind_->singular, "_id: '", Id(n), "' ", kind_->singular, " { ",
                      Numbered(GetParam().sample, n), " } ", rest);
}

std::string Conformance::Patch(int n, const std::string& fields, const std::string& rest) const {
  return absl::StrCat(kind_->singular, " { name: '", Name(n), "' ", fields, " } ", rest);
}

std::string Conformance::Named(int n, const std::string& rest) const {
  return absl::StrCat("name: '", Name(n), "' ", rest);
}

std::vector<std::string> Conformance::List(const std::string& rest, std::string* next_page) {
  if (Rpc(&Resources::List) == nullptr) {
    ADD_FAILURE() << "no list";
    return {};
  }
  const Answer page = Call(
      &Resources::List,
      absl::StrCat(kind_->top() ? "" : absl::StrCat("parent: '", GetParam().parent, "' "), rest));
  EXPECT_THAT(page, IsOk());
  std::vector<std::string> names;
  if (!page.ok()) return names;
  const FieldDescriptor* rows = RowsField((*page)->GetDescriptor(), kind_->type());
  for (int i = 0; i < (*page)->GetReflection()->FieldSize(**page, rows); ++i) {
    names.push_back(TextOf((*page)->GetReflection()->GetRepeatedMessage(**page, rows, i), "name"));
  }
  if (next_page != nullptr) *next_page = TextOf(**page, "next_page_token");
  return names;
}

int64_t Conformance::Revision(int n) {
  int64_t revision = 0;
  EXPECT_THAT(store_->ReadAt(kind_->pattern().Match(Name(n))->institution(), 0,
                             [&](const versioned::Snapshot& now) {
                               revision = now.revision();
                               return absl::OkStatus();
                             }),
              IsOk());
  return revision;
}

int64_t Conformance::LastChange(int n) {
  const ResourceName name = *kind_->pattern().Match(Name(n));
  const std::string key = name.key();
  int64_t last = 0;
  EXPECT_THAT(database_->Read([&](sql::ReadTx& tx) -> absl::Status {
    ATHENA_ASSIGN_OR_RETURN(
        last, versioned::LastChange(tx, name.institution(), key.substr(0, key.find('/'))));
    return absl::OkStatus();
  }),
              IsOk());
  return last;
}

// In some services no kind has such a method, or can be shared.
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(CreateConformance);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(UpdateConformance);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ListConformance);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(DeleteConformance);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(BatchConformance);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(SharingConformance);

TEST_P(Conformance, TheContractHasWhatTheKitNeeds) {
  EXPECT_THAT(ContractFaults(*kind_, methods_), IsEmpty());
  EXPECT_EQ(Rpc(&Resources::Create) == nullptr, static_cast<bool>(GetParam().create));
  EXPECT_NE(Rpc(&Resources::Get), nullptr);
}

TEST_P(Conformance, WhatIsCreatedIsRead) {
  const Answer made = Create(1);
  ASSERT_THAT(made, IsOk());
  EXPECT_EQ(TextOf(**made, "name"), Name(1));
  EXPECT_NE(TextOf(**made, "etag"), "");
  EXPECT_EQ(TextOfAnswer(Call(&Resources::Get, Named(1))), TextOfAnswer(made));
  const auto* revision = kind_->type()->FindFieldByName("revision");
  EXPECT_EQ((*made)->GetReflection()->GetInt64(**made, revision), Revision(1));
}

TEST_P(CreateConformance, OutputOnlyFieldsOfANewResourceAreIgnored) {
  const auto output = OutputOnlyFields(kind_->type());
  auto request = Parsed(Rpc(&Resources::Create)->input_type(), Creation(2));
  Message* resource = ResourceOf(request.get());
  for (const FieldDescriptor* field : output) Forge(resource, field);
  const Answer honest = Call(&Resources::Create, Creation(2, "validate_only: true"));
  const Answer forged = Call(*kind_, &Resources::Create, *request, owner_);
  ASSERT_THAT(honest, IsOk());
  ASSERT_THAT(forged, IsOk());
  for (const FieldDescriptor* field : output) {
    if (IsOfVersion(field->name())) continue;
    const auto text = [field](Message& message) {
      std::string printed;
      google::protobuf::TextFormat::PrintFieldValueToString(message, field, -1, &printed);
      return printed;
    };
    EXPECT_EQ(text(**forged), text(**honest)) << field->name();
  }
  EXPECT_NE(TextOf(**forged, "etag"), "forged");
  EXPECT_EQ(TextOfAnswer(Call(&Resources::Get, Named(2))), TextOfAnswer(forged));
}

TEST_P(UpdateConformance, OutputOnlyFieldsOfAnUpdateAreIgnored) {
  const Answer made = Create(1);
  ASSERT_THAT(made, IsOk());
  std::string mask;
  const auto output = OutputOnlyFields(kind_->type());
  for (const FieldDescriptor* field : output)
    absl::StrAppend(&mask, " paths: '", field->name(), "'");
  auto request = Parsed(Rpc(&Resources::Update)->input_type(),
                        Patch(1, "", absl::StrCat("update_mask {", mask, "}")));
  Message* resource = ResourceOf(request.get());
  for (const FieldDescriptor* field : output) {
    // An etag is a condition.
    if (field->name() != "etag") Forge(resource, field);
  }
  EXPECT_EQ(TextOfAnswer(Call(*kind_, &Resources::Update, *request, owner_)), TextOfAnswer(made));
}

TEST_P(CreateConformance, ATakenIdIsRefused) {
  ASSERT_THAT(Create(1), IsOk());
  const int64_t revision = Revision(1);
  const Answer again = Create(1);
  EXPECT_THAT(again, StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(again, Refuses("RESOURCE_EXISTS"));
  EXPECT_EQ(Revision(1), revision);
}

TEST_P(Conformance, WhatIsNotThereIsNotFound) {
  const auto expect = [&](const Answer& answer, const std::string& name) {
    EXPECT_THAT(answer, Refuses("RESOURCE_NOT_FOUND"));
    EXPECT_EQ(status::MetadataValue(answer.status(), "resource"), name);
  };
  expect(Call(&Resources::Get, Named(1)), Name(1));
  if (Rpc(&Resources::Update)) expect(Call(&Resources::Update, Patch(1, "")), Name(1));
  if (Rpc(&Resources::Delete)) expect(Call(&Resources::Delete, Named(1)), Name(1));
  if (kind_->top() || kind_->levels[1].prototype == nullptr) return;
  // No parent either.
  const std::string parent = GetParam().parent + "x";
  const auto below = [&](std::string text) {
    return absl::StrReplaceAll(text, {{GetParam().parent, parent}});
  };
  if (Rpc(&Resources::Create)) {
    expect(Call(&Resources::Create, below(Creation(1)), everyone_), parent);
  }
  if (Rpc(&Resources::List)) {
    expect(Call(&Resources::List, absl::StrCat("parent: '", parent, "'"), everyone_), parent);
  }
}

TEST_P(Conformance, AStrangerDoesNotLearnWhetherItExists) {
  ASSERT_THAT(Create(1), IsOk());
  const auto refusal = [&](Handler handler, const std::string& request, int n) {
    if (Rpc(handler) == nullptr) return std::string();
    const Answer answer = Call(handler, request, stranger_);
    EXPECT_THAT(answer, Refuses("PERMISSION_DENIED"));
    return absl::StrReplaceAll(TextOfAnswer(answer), {{Name(n), "NAME"}});
  };
  EXPECT_EQ(refusal(&Resources::Get, Named(1), 1), refusal(&Resources::Get, Named(2), 2));
  EXPECT_EQ(refusal(&Resources::Create, Creation(1), 1),
            refusal(&Resources::Create, Creation(2), 2));
  EXPECT_EQ(refusal(&Resources::Update, Patch(1, ""), 1),
            refusal(&Resources::Update, Patch(2, ""), 2));
  EXPECT_EQ(refusal(&Resources::Delete, Named(1), 1), refusal(&Resources::Delete, Named(2), 2));
  // Before what else is wrong.
  refusal(&Resources::Create,
          Creation(1, absl::StrCat("request_id: '", std::string(200, 'x'), "'")), 1);
  if (kind_->top()) return;
  refusal(&Resources::List, absl::StrCat("parent: '", GetParam().parent, "' page_size: -1"), 1);
  EXPECT_THAT(Call(&Resources::Get, Named(1)), IsOk());
}

TEST_P(SharingConformance, WhatIsSharedIsReadByOthersAndNotWritten) {
  ASSERT_THAT(Create(1), IsOk());
  // The kind itself or one above that can be shared.
  for (size_t level = 0; level < kind_->levels.size(); ++level) {
    const Message* const prototype = kind_->levels[level].prototype;
    if (prototype == nullptr) break;
    if (prototype->GetDescriptor()->FindFieldByName("shared_with") == nullptr) continue;
    std::shared_ptr<const AnyKind> shared = kind_;
    std::string service = GetParam().service;
    for (const Given& given : GetParam().given) {
      if (given.kind->collection().name == kind_->levels[level].collection.name) {
        shared = given.kind;
        if (!given.service.empty()) service = given.service;
      }
    }
    std::vector<std::string> ids = kind_->pattern().Match(Name(1))->ids;
    ids.resize(ids.size() - level);
    for (const StandardMethod& method : StandardMethods(*shared, ServiceNamed(service))) {
      if (method.handler != &Resources::Update) continue;
      ASSERT_THAT(
          Call(*shared, method.handler,
               *Parsed(method.rpc->input_type(),
                       absl::StrCat(shared->singular, " { name: '", shared->pattern().Of(ids).text,
                                    "' shared_with: 'institutions/tal' }")),
               everyone_),
          IsOk());
    }
    EXPECT_THAT(Call(&Resources::Get, Named(1), stranger_), IsOk());
    const auto list = absl::StrCat("parent: '", GetParam().parent, "'");
    if (Rpc(&Resources::List)) {
      EXPECT_EQ(Call(&Resources::List, list, stranger_).ok(), level > 0);
    }
    if (Rpc(&Resources::Create)) {
      EXPECT_THAT(Call(&Resources::Create, Creation(2), stranger_), Refuses("PERMISSION_DENIED"));
    }
    if (Rpc(&Resources::Update)) {
      EXPECT_THAT(Call(&Resources::Update, Patch(1, GetParam().change), stranger_),
                  Refuses("PERMISSION_DENIED"));
    }
    return;
  }
  FAIL() << "nothing on the way can be shared";
}

TEST_P(Conformance, FaultsOfTheRequestAreNamedTogether) {
  const std::string bad = absl::StrCat("request_id: '", std::string(129, 'i'), "' reason: '",
                                       std::string(1001, 'r'), "'");
  if (Rpc(&Resources::Create)) {
    const Answer refused =
        Call(&Resources::Create,
             absl::StrCat(kind_->top() ? "" : absl::StrCat("parent: '", GetParam().parent, "' "),
                          kind_->singular, "_id: '-/-' ", kind_->singular, " { ",
                          Numbered(GetParam().sample, 1), " } ", bad));
    EXPECT_THAT(refused, Refuses("INVALID_FIELDS"));
    EXPECT_EQ(status::MetadataValue(refused.status(), "faults"), "3") << refused.status();
  }
  EXPECT_THAT(Call(&Resources::Get, "name: 'none'"), Refuses("INVALID_FIELDS"));
  EXPECT_THAT(Call(&Resources::Get, ""), Refuses("INVALID_FIELDS"));
  if (Rpc(&Resources::Update)) {
    EXPECT_THAT(Call(&Resources::Update, kind_->singular + " { name: 'none' }"),
                Refuses("INVALID_FIELDS"));
    EXPECT_THAT(Call(&Resources::Update, Patch(1, "", bad)), Refuses("INVALID_FIELDS"));
  }
  if (Rpc(&Resources::Delete)) {
    EXPECT_THAT(Call(&Resources::Delete, Named(1, bad)), Refuses("INVALID_FIELDS"));
  }
  if (!kind_->top() && Rpc(&Resources::Create)) {
    EXPECT_THAT(Call(&Resources::Create, kind_->singular + "_id: 'x'"), Refuses("INVALID_FIELDS"));
  }
}

TEST_P(UpdateConformance, AChangeNeedsTheCurrentEtag) {
  const Answer made = Create(1);
  ASSERT_THAT(made, IsOk());
  const std::string etag = absl::StrCat(" etag: '", TextOf(**made, "etag"), "' ");
  const Answer changed = Call(&Resources::Update, Patch(1, GetParam().change + etag));
  ASSERT_THAT(changed, IsOk());
  EXPECT_NE(TextOf(**changed, "etag"), TextOf(**made, "etag"));
  const Answer stale = Call(&Resources::Update, Patch(1, GetParam().change + etag));
  EXPECT_THAT(stale, StatusIs(absl::StatusCode::kAborted));
  EXPECT_THAT(stale, Refuses("ETAG_MISMATCH"));
  if (Rpc(&Resources::Delete) == nullptr) return;
  EXPECT_THAT(Call(&Resources::Delete, Named(1, etag)), Refuses("ETAG_MISMATCH"));
  EXPECT_THAT(
      Call(&Resources::Delete, Named(1, absl::StrCat("etag: '", TextOf(**changed, "etag"), "'"))),
      IsOk());
}

TEST_P(UpdateConformance, AnUpdateTakesWhatTheMaskNames) {
  const Answer made = Create(1);
  ASSERT_THAT(made, IsOk());
  const auto* field = kind_->type()->FindFieldByName(GetParam().change_field);
  ASSERT_NE(field, nullptr);
  // A mask of another field takes nothing of it; an empty one, what is set; one of it, it.
  EXPECT_EQ(TextOfAnswer(Call(&Resources::Update,
                              Patch(1, GetParam().change, "update_mask { paths: 'name' }"))),
            TextOfAnswer(made));
  const Answer set = Call(&Resources::Update, Patch(1, GetParam().change));
  ASSERT_THAT(set, IsOk());
  const auto wanted = Parsed(kind_->type(), GetParam().change);
  const auto value = [field](const Message& message) {
    std::unique_ptr<Message> only(message.New());
    only->CopyFrom(message);
    std::vector<const FieldDescriptor*> all;
    message.GetReflection()->ListFields(message, &all);
    for (const auto* other : all) {
      if (other != field) only->GetReflection()->ClearField(only.get(), other);
    }
    return only->DebugString();
  };
  EXPECT_EQ(value(**set), value(*wanted));
  EXPECT_NE(value(**set), value(**made));
  const std::string mask = absl::StrCat("update_mask { paths: '", GetParam().change_field, "' }");
  const Answer back = Call(&Resources::Update, Patch(1, Numbered(GetParam().sample, 1), mask));
  ASSERT_THAT(back, IsOk());
  EXPECT_EQ(value(**back), value(**made));
  const Answer unknown =
      Call(&Resources::Update, Patch(1, "", "update_mask { paths: 'no_such_field' }"));
  EXPECT_THAT(unknown, Refuses("INVALID_FIELDS"));
  EXPECT_THAT(unknown, StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("update_mask")));
}

TEST_P(UpdateConformance, AnUpdateThatChangesNothingMakesNoRevision) {
  const Answer made = Create(1);
  const int64_t revision = Revision(1);
  const int64_t mark = LastChange(1);
  EXPECT_EQ(TextOfAnswer(Call(&Resources::Update, Patch(1, ""))), TextOfAnswer(made));
  EXPECT_EQ(Revision(1), revision);
  EXPECT_EQ(LastChange(1), mark);
}

TEST_P(CreateConformance, ARepeatedRequestAnswersAsTheFirst) {
  const std::string once = "request_id: 'once'";
  const Answer made = Call(&Resources::Create, Creation(1, once));
  ASSERT_THAT(made, IsOk());
  const int64_t revision = Revision(1);
  EXPECT_EQ(TextOfAnswer(Call(&Resources::Create, Creation(1, once))), TextOfAnswer(made));
  EXPECT_EQ(Revision(1), revision);
  const Answer other = Call(&Resources::Create, Creation(1, once + " reason: 'other'"));
  EXPECT_THAT(other, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(other, Refuses("REQUEST_ID_REUSED"));
  // The ids of another caller are its own.
  auth::Principal colleague = owner_;
  colleague.subject = "colleague";
  EXPECT_THAT(Call(&Resources::Create, Creation(1, once), colleague), Refuses("RESOURCE_EXISTS"));
  if (Rpc(&Resources::Delete) == nullptr) return;
  const std::string twice = "request_id: 'twice'";
  EXPECT_THAT(Call(&Resources::Delete, Named(1, twice)), IsOk());
  EXPECT_THAT(Call(&Resources::Delete, Named(1, twice)), IsOk());
}

TEST_P(CreateConformance, A15_ADryRunUnderARequestIdAnswersAsTheRequestWould) {
  const Answer made = Call(&Resources::Create, Creation(1, "request_id: 'r'"));
  ASSERT_THAT(made, IsOk());
  const std::string dry = "validate_only: true request_id: 'r'";
  EXPECT_EQ(TextOfAnswer(Call(&Resources::Create, Creation(1, dry))), TextOfAnswer(made));
  const std::string other = " reason: 'other'";
  EXPECT_THAT(Call(&Resources::Create, Creation(1, dry + other)), Refuses("REQUEST_ID_REUSED"));
  EXPECT_THAT(Call(&Resources::Create, Creation(1, "request_id: 'r'" + other)),
              Refuses("REQUEST_ID_REUSED"));
}

TEST_P(CreateConformance, ValidateOnlyCreatesNothing) {
  const std::string only = "validate_only: true request_id: 'r'";
  const Answer tried = Call(&Resources::Create, Creation(1, only));
  ASSERT_THAT(tried, IsOk());
  EXPECT_EQ(TextOf(**tried, "name"), Name(1));
  EXPECT_EQ(TextOf(**tried, "etag"), "") << "there is no such version";
  EXPECT_THAT(Call(&Resources::Get, Named(1)), Refuses("RESOURCE_NOT_FOUND"));
  // The request_id is still free, and the refusals are the same.
  ASSERT_THAT(Call(&Resources::Create, Creation(1, "request_id: 'r'")), IsOk());
  const int64_t revision = Revision(1);
  EXPECT_THAT(Call(&Resources::Create, Creation(1, "validate_only: true")),
              Refuses("RESOURCE_EXISTS"));
  EXPECT_EQ(Revision(1), revision);
}

TEST_P(Conformance, ValidateOnlyChangesNothing) {
  ASSERT_THAT(Create(1), IsOk());
  const int64_t revision = Revision(1);
  const int64_t mark = LastChange(1);
  const std::string before = TextOfAnswer(Call(&Resources::Get, Named(1)));
  if (Rpc(&Resources::Update)) {
    EXPECT_THAT(Call(&Resources::Update, Patch(1, GetParam().change, "validate_only: true")),
                IsOk());
    EXPECT_THAT(Call(&Resources::Update, Patch(2, GetParam().change, "validate_only: true")),
                Refuses("RESOURCE_NOT_FOUND"));
  }
  if (Rpc(&Resources::Delete)) {
    EXPECT_THAT(Call(&Resources::Delete, Named(1, "validate_only: true")), IsOk());
  }
  EXPECT_EQ(TextOfAnswer(Call(&Resources::Get, Named(1))), before);
  EXPECT_EQ(Revision(1), revision);
  EXPECT_EQ(LastChange(1), mark);
}

TEST_P(ListConformance, AListComesInPages) {
  for (const int n : {3, 1, 2}) ASSERT_THAT(Create(n), IsOk());
  std::vector<std::string> all = List();
  std::string first_token;
  const std::vector<std::string> first = List("page_size: 2", &first_token);
  ASSERT_EQ(first.size(), 2U);
  ASSERT_NE(first_token, "");
  const std::string next = absl::StrCat("page_token: '", first_token, "' ");
  std::string last_token = "not empty";
  const std::vector<std::string> second = List(next, &last_token);
  EXPECT_EQ(last_token, "");
  std::vector<std::string> paged = first;
  paged.insert(paged.end(), second.begin(), second.end());
  EXPECT_EQ(paged, all);
  EXPECT_EQ(List("page_size: 3", &last_token), all);
  EXPECT_EQ(last_token, "") << "a full page that is the last one";
  const auto list = [&](const std::string& rest) {
    return Call(
        &Resources::List,
        absl::StrCat(kind_->top() ? "" : absl::StrCat("parent: '", GetParam().parent, "' "), rest));
  };
  EXPECT_THAT(list("page_size: -1"), Refuses("INVALID_FIELDS"));
  EXPECT_THAT(list("page_token: 'x'"), Refuses("INVALID_PAGE_TOKEN"));
  EXPECT_THAT(list(next + "order_by: 'name'"), Refuses("INVALID_PAGE_TOKEN"));
  if (kind_->top()) return;
  // Later changes are not seen.
  ASSERT_THAT(Create(4), IsOk());
  if (Rpc(&Resources::Delete)) {
    ASSERT_THAT(Call(&Resources::Delete, Named(2)), IsOk());
  }
  EXPECT_EQ(List(next), second);
  EXPECT_NE(List(), all);
}

TEST_P(ListConformance, AListIsFilteredAndOrdered) {
  for (const int n : {3, 1, 2}) ASSERT_THAT(Create(n), IsOk());
  EXPECT_THAT(List(absl::StrCat("filter: 'name = \"", Name(2), "\"'")), ElementsAre(Name(2)));
  EXPECT_THAT(List(absl::StrCat("filter: 'NOT name = \"", Name(2), "\"' order_by: 'name desc'")),
              ElementsAre(Name(3), Name(1)));
  std::string token;
  EXPECT_THAT(List("order_by: 'name desc' page_size: 2", &token), ElementsAre(Name(3), Name(2)));
  EXPECT_THAT(List(absl::StrCat("order_by: 'name desc' page_token: '", token, "'")),
              ElementsAre(Name(1)));
  EXPECT_THAT(List(absl::StrCat("filter: 'name = \"", Name(1), "\" OR name = \"", Name(3),
                                "\"' page_size: 1"),
                   &token)
                  .size(),
              1U);
  EXPECT_NE(token, "");
  for (const char* bad : {"filter: 'no_such_field = 1'", "order_by: 'no_such_field'"}) {
    EXPECT_THAT(
        Call(&Resources::List,
             absl::StrCat(kind_->top() ? "" : absl::StrCat("parent: '", GetParam().parent, "' "),
                          bad)),
        Refuses("INVALID_FIELDS"));
  }
}

TEST_P(UpdateConformance, ItIsReadAsItWas) {
  const Answer made = Create(1);
  const int64_t revision = Revision(1);
  const absl::Time time = clock_.Now();
  ASSERT_THAT(Call(&Resources::Update, Patch(1, GetParam().change)), IsOk());
  const std::string changed = TextOfAnswer(Call(&Resources::Get, Named(1)));
  const auto at = [&](int64_t when) {
    return Call(&Resources::Get, Named(1, absl::StrCat("as_of { revision: ", when, " }")));
  };
  EXPECT_EQ(TextOfAnswer(at(revision)), TextOfAnswer(made));
  EXPECT_EQ(TextOfAnswer(at(revision + 1)), changed);
  EXPECT_THAT(at(revision + 2), Refuses("FUTURE_AS_OF"));
  EXPECT_THAT(at(-1), Refuses("INVALID_FIELDS"));
  if (revision > 1) {
    EXPECT_THAT(at(revision - 1), Refuses("RESOURCE_NOT_FOUND"));
  }
  EXPECT_EQ(
      TextOfAnswer(Call(
          &Resources::Get,
          Named(1, absl::StrCat("as_of { time { seconds: ", absl::ToUnixSeconds(time), " } }")))),
      TextOfAnswer(made));
  if (kind_->top() || Rpc(&Resources::List) == nullptr) return;
  ASSERT_THAT(Create(2), IsOk());
  EXPECT_THAT(List(absl::StrCat("as_of { revision: ", revision, " }")), ElementsAre(Name(1)));
}

TEST_P(DeleteConformance, WhatIsDeletedIsGoneAndStaysInHistory) {
  const Answer made = Create(1);
  ASSERT_THAT(made, IsOk());
  const int64_t revision = Revision(1);
  ASSERT_THAT(Call(&Resources::Delete, Named(1)), IsOk());
  EXPECT_EQ(Revision(1), revision + 1);
  EXPECT_THAT(Call(&Resources::Get, Named(1)), Refuses("RESOURCE_NOT_FOUND"));
  EXPECT_THAT(Call(&Resources::Delete, Named(1)), Refuses("RESOURCE_NOT_FOUND"));
  const bool lists = Rpc(&Resources::List) != nullptr;
  if (lists) {
    EXPECT_THAT(List(), IsEmpty());
  }
  const std::string before = absl::StrCat("as_of { revision: ", revision, " }");
  EXPECT_EQ(TextOfAnswer(Call(&Resources::Get, Named(1, before))), TextOfAnswer(made));
  if (lists) {
    EXPECT_THAT(List(before), ElementsAre(Name(1)));
  }
  // The id is free again; what had it stays as it was.
  ASSERT_THAT(Create(1), IsOk());
  EXPECT_EQ(TextOfAnswer(Call(&Resources::Get, Named(1, before))), TextOfAnswer(made));
}

TEST_P(Conformance, AChangeMarksWhatItsCollectionSays) {
  const auto expect = [&] {
    if (kind_->collection().marks == versioned::Marks::kNone) {
      EXPECT_LT(LastChange(1), Revision(1));
    } else {
      EXPECT_EQ(LastChange(1), Revision(1));
    }
  };
  ASSERT_THAT(Create(1), IsOk());
  expect();
  if (Rpc(&Resources::Update)) {
    ASSERT_THAT(Call(&Resources::Update, Patch(1, GetParam().change)), IsOk());
    expect();
  }
  if (Rpc(&Resources::Delete)) {
    ASSERT_THAT(Call(&Resources::Delete, Named(1)), IsOk());
    expect();
  }
}

TEST_P(Conformance, AFullDiskIsNamedWithRetryInfo) {
  ASSERT_THAT(Create(1), IsOk());
  const auto expect = [&](Handler handler, const std::string& request, const char* reason) {
    if (Rpc(handler) == nullptr) return;
    const Answer answer = Call(handler, request);
    EXPECT_THAT(answer, StatusIs(absl::StatusCode::kUnavailable));
    EXPECT_THAT(answer, Refuses(reason));
    EXPECT_GT(status::RetryAfter(answer.status()), absl::ZeroDuration());
  };
  disk_.FailFrom(sql::DiskFault::kFull, 1);
  expect(&Resources::Create, Creation(2), "DISK_FULL");
  expect(&Resources::Update, Patch(1, GetParam().change), "DISK_FULL");
  expect(&Resources::Delete, Named(1), "DISK_FULL");
  expect(&Resources::BatchUpdate,
         absl::StrCat("parent: '", GetParam().parent, "' requests {", Patch(1, GetParam().change),
                      "}"),
         "DISK_FULL");
  disk_.Heal();
  EXPECT_THAT(Create(2), IsOk());
  database_->Close();
  expect(&Resources::Get, Named(1), "UNAVAILABLE");
  expect(&Resources::List, kind_->top() ? "" : absl::StrCat("parent: '", GetParam().parent, "' "),
         "UNAVAILABLE");
}

TEST_P(BatchConformance, ABatchIsStoredWholeOrNotAtAll) {
  const auto batch = [&](const std::vector<std::string>& requests, const std::string& rest = "") {
    std::string text = absl::StrCat("parent: '", GetParam().parent, "' ", rest);
    for (const std::string& one : requests) absl::StrAppend(&text, " requests { ", one, " }");
    return Call(&Resources::BatchCreate, text);
  };
  EXPECT_THAT(batch({}), Refuses("INVALID_FIELDS"));
  EXPECT_THAT(batch({Creation(1), Creation(1)}), Refuses("INVALID_FIELDS"));
  EXPECT_THAT(
      batch({absl::StrReplaceAll(Creation(1), {{GetParam().parent, GetParam().parent + "x"}})}),
      Refuses("INVALID_FIELDS"));
  EXPECT_THAT(batch({Creation(1), Creation(2)}, "validate_only: true"), IsOk());
  EXPECT_THAT(Call(&Resources::Get, Named(1)), Refuses("RESOURCE_NOT_FOUND"));
  const int64_t revision = Revision(1);
  const Answer made = batch({Creation(2), Creation(1)}, "request_id: 'once'");
  ASSERT_THAT(made, IsOk());
  EXPECT_EQ(Revision(1), revision + 1);
  EXPECT_EQ(TextOfAnswer(batch({Creation(2), Creation(1)}, "request_id: 'once'")),
            TextOfAnswer(made));
  const FieldDescriptor* rows = RowsField((*made)->GetDescriptor(), kind_->type());
  EXPECT_EQ(TextOf((*made)->GetReflection()->GetRepeatedMessage(**made, rows, 0), "name"), Name(2));
  EXPECT_THAT(batch({Creation(3), Creation(1)}), Refuses("RESOURCE_EXISTS"));
  EXPECT_THAT(Call(&Resources::Get, Named(3)), Refuses("RESOURCE_NOT_FOUND"));
}

BatchUpdateConformance::Answer BatchUpdateConformance::Batch(
    const std::vector<std::string>& requests, const std::string& rest) {
  std::string text = absl::StrCat("parent: '", GetParam().parent, "' ", rest);
  for (const std::string& one : requests) absl::StrAppend(&text, " requests { ", one, " }");
  return Call(&Resources::BatchUpdate, text);
}

TEST_P(BatchUpdateConformance, ABatchOfUpdatesIsOneRevisionOrNone) {
  ASSERT_THAT(Create(1), IsOk());
  ASSERT_THAT(Create(2), IsOk());
  const int64_t revision = Revision(1);
  const std::string before = TextOfAnswer(Call(&Resources::Get, Named(1)));
  const std::string& change = GetParam().change;
  const auto stale = [&](int n) { return Patch(n, absl::StrCat("etag: 'old' ", change)); };
  EXPECT_THAT(Batch({}), Refuses("INVALID_FIELDS"));
  EXPECT_THAT(Batch({Patch(1, change), Patch(1, change)}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(".name: got")));
  EXPECT_THAT(
      Batch({Patch(1, change), absl::StrReplaceAll(Patch(2, change), {{GetParam().parent,
                                                                       GetParam().parent + "x"}})}),
      Refuses("INVALID_FIELDS"));
  EXPECT_THAT(Batch({Patch(1, change), Patch(3, change)}), Refuses("RESOURCE_NOT_FOUND"));
  EXPECT_THAT(Batch({Patch(1, change), stale(2)}), Refuses("ETAG_MISMATCH"));
  const Answer both = Batch({stale(1), stale(2)});
  EXPECT_THAT(both, StatusIs(absl::StatusCode::kAborted, HasSubstr(Name(2))));
  EXPECT_THAT(both, StatusIs(absl::StatusCode::kAborted, HasSubstr(Name(1))));
  const Answer mask =
      Batch({Patch(1, change), Patch(2, change, "update_mask { paths: 'no_such_field' }")});
  EXPECT_THAT(mask,
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("requests[1].update_mask")));
  EXPECT_THAT(Batch({Patch(2, change), Patch(1, change)}, "validate_only: true"), IsOk());
  EXPECT_EQ(Revision(1), revision);
  EXPECT_EQ(TextOfAnswer(Call(&Resources::Get, Named(1))), before);

  const std::vector<std::string> changes = {
      Patch(2, change),
      Patch(1, change, absl::StrCat("update_mask { paths: '", GetParam().change_field, "' }"))};
  const Answer made = Batch(changes, "request_id: 'once'");
  ASSERT_THAT(made, IsOk());
  EXPECT_EQ(Revision(1), revision + 1);
  EXPECT_EQ(TextOfAnswer(Batch(changes, "request_id: 'once'")), TextOfAnswer(made));
  const FieldDescriptor* rows = RowsField((*made)->GetDescriptor(), kind_->type());
  for (int i = 0; i < 2; ++i) {
    const Message& row = (*made)->GetReflection()->GetRepeatedMessage(**made, rows, i);
    EXPECT_EQ(TextOf(row, "name"), Name(2 - i));
    EXPECT_EQ(row.DebugString(), TextOfAnswer(Call(&Resources::Get, Named(2 - i))));
  }
  EXPECT_THAT(Batch({Patch(1, change)}), IsOk());
  EXPECT_EQ(Revision(1), revision + 1) << "what changes nothing makes no revision";
}

TEST_P(BatchUpdateConformance, ABatchOfUpdatesCreatesWhatIsMissingOnDemand) {
  ASSERT_THAT(Create(1), IsOk());
  const int64_t revision = Revision(1);
  const std::string update = Patch(1, GetParam().change);
  const std::string sample = Numbered(GetParam().sample, 2);
  EXPECT_THAT(Batch({update, Patch(2, sample)}), Refuses("RESOURCE_NOT_FOUND"));
  EXPECT_THAT(Batch({update, Patch(2, sample + " etag: 'x'", "allow_missing: true")}),
              Refuses("RESOURCE_NOT_FOUND"));
  EXPECT_EQ(Revision(1), revision);
  ASSERT_THAT(Batch({update, Patch(2, sample, "allow_missing: true")}), IsOk());
  EXPECT_EQ(Revision(1), revision + 1);
  EXPECT_THAT(Call(&Resources::Get, Named(2)), IsOk());
  EXPECT_THAT(
      Call(&Resources::BatchUpdate,
           absl::StrCat("parent: '", GetParam().parent, "' requests {", update, "}"), stranger_),
      Refuses("PERMISSION_DENIED"));
}

}  // namespace athena::resource::testing

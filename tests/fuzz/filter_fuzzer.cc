#include <google/protobuf/timestamp.pb.h>

#include <string>
#include <string_view>

#include "libs/filter/filter.h"
#include "libs/filter/testing/book.pb.h"
#include "tests/fuzz/property.h"

namespace {

using athena::Filter;
using athena::filter::testing::Book;
using athena::fuzz::Require;

// Two books that differ in all that a filter can ask for.
const Book& Full() {
  static const Book* const book = [] {
    auto* full = new Book;
    full->set_title("Ulysses");
    full->add_tags("novel");
    (*full->mutable_titles())["nl"] = "Ulixes";
    full->set_condition(Book::CONDITION_WORN_OUT);
    full->set_pages(732);
    full->set_price(9.5);
    full->set_lent(true);
    full->mutable_bought()->set_seconds(1'672'531'200);
    full->mutable_editor()->set_name("Sylvia");
    full->add_authors()->set_born(1882);
    (*full->mutable_copies())["main"] = 3;
    full->mutable_next()->mutable_next()->set_pages(1);
    return full;
  }();
  return *book;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(athena::fuzz::TextOf(data, size));
  const auto filter = Filter::Parse(text, Book::descriptor());
  if (!filter.ok()) {
    Require(filter.status().code() == absl::StatusCode::kInvalidArgument, "a refusal says why");
    return 0;
  }
  const auto negated = Filter::Parse("NOT (" + text + ")", Book::descriptor());
  for (const Book& book : {Full(), Book()}) {
    const bool matches = filter->Matches(book);
    Require(filter->Matches(book) == matches, "the same twice");
    // The negation may be too long or too deep; and NOT () is no filter where nothing is one.
    if (negated.ok()) Require(negated->Matches(book) != matches, "NOT is the opposite");
  }
  return 0;
}

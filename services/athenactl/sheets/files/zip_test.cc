#include "services/athenactl/sheets/files/zip.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "libs/status/testing/matchers.h"

namespace athena::athenactl {
namespace {

using status::testing::IsOk;
using status::testing::IsOkAndHolds;
using status::testing::StatusIs;
using ::testing::HasSubstr;

std::string Number(uint64_t number, int bytes) {
  std::string text;
  for (int at = 0; at < bytes; ++at) text += static_cast<char>(number >> (8 * at) & 0xFF);
  return text;
}

// A stored file "a", the directory's entry of one, and the directory's end.
std::string File(const std::string& text) {
  return "PK\x03\x04" + std::string(22, '\0') + Number(1, 2) + Number(0, 2) + "a" + text;
}
std::string Entry(uint64_t compressed, uint64_t size, uint64_t offset = 0) {
  return "PK\x01\x02" + std::string(16, '\0') + Number(compressed, 4) + Number(size, 4) +
         Number(1, 2) + std::string(12, '\0') + Number(offset, 4) + "a";
}
std::string End(uint64_t count, uint64_t begin) {
  return "PK\x05\x06" + std::string(6, '\0') + Number(count, 2) + Number(0, 4) + Number(begin, 4) +
         Number(0, 2);
}

TEST(ZipTest, AStoredFileIsRead) {
  const std::string file = File("text");
  const std::string zip = file + Entry(4, 4) + End(1, file.size());
  const auto archive = ZipArchive::Open(zip);
  ASSERT_THAT(archive, IsOk());
  EXPECT_THAT(archive->Read("a"), IsOkAndHolds("text"));
  EXPECT_THAT(archive->Read("b"), IsOkAndHolds(""));
}

TEST(ZipTest, WhatIsNoWholeArchiveIsRefused) {
  const std::string file = File("text");
  const std::string entry = Entry(4, 4);
  const std::string whole = file + entry + End(1, file.size());
  for (const std::string& bad :
       {std::string(), std::string("PK"), whole.substr(0, whole.size() - 1), whole.substr(1),
        file + entry + End(2, file.size()), file + entry + End(1, 999'999),
        file + entry + End(1, 0xFFFF'FFFF), file + entry + End(20'000, file.size())}) {
    EXPECT_THAT(ZipArchive::Open(bad), StatusIs(absl::StatusCode::kInvalidArgument));
  }
  for (const std::string& bad :
       {Entry(400, 400), Entry(4, 5), Entry(4, 4, 7), Entry(4, 4, 9'999)}) {
    const std::string zip = file + bad + End(1, file.size());
    const auto archive = ZipArchive::Open(zip);
    ASSERT_THAT(archive, IsOk());
    EXPECT_THAT(archive->Read("a"), StatusIs(absl::StatusCode::kInvalidArgument));
  }
}

// "text" in one stored block of DEFLATE (RFC 1951, 3.2.4), of 4 bytes whatever the directory says.
TEST(ZipTest, ADeflatedFileHasTheBytesThatTheDirectorySays) {
  const std::string block = "\x01" + Number(4, 2) + Number(0xFFFF - 4, 2) + "text";
  const std::string file = File(block);
  const auto read = [&](uint64_t size) {
    std::string entry = Entry(block.size(), size);
    entry[10] = '\x08';  // the method
    const std::string zip = file + entry + End(1, file.size());
    return ZipArchive::Open(zip)->Read("a");
  };
  EXPECT_THAT(read(4), IsOkAndHolds("text"));
  EXPECT_THAT(read(3), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(read(5), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(ZipTest, WhatWouldTakeTooMuchIsRefusedBeforeItIsInflated) {
  const auto open = [](uint64_t size) {
    const std::string zip = Entry(10, size) + End(1, 0);
    return ZipArchive::Open(zip).status();
  };
  EXPECT_THAT(open(kMostInflatedBytes), IsOk());
  EXPECT_THAT(open(kMostInflatedBytes + 1),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("when it is inflated")));
}

}  // namespace
}  // namespace athena::athenactl

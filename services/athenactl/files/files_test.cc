#include "services/athenactl/files/files.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "libs/status/testing/matchers.h"
#include "services/athenactl/files/text/text_source.h"

namespace athena::athenactl {
namespace {

namespace fs = std::filesystem;
using status::testing::IsOkAndHolds;
using ::testing::HasSubstr;

class FilesTest : public ::testing::Test {
 protected:
  FilesTest() {
    std::string name = (fs::temp_directory_path() / "files-XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  ~FilesTest() override { fs::remove_all(folder_); }

  std::string Path(const std::string& name) const { return (folder_ / name).string(); }
  static absl::Status Write(const std::string& path, const std::string& text) {
    return WriteFile(path, [&](std::ostream& out) {
      out << text;
      return absl::OkStatus();
    });
  }
  static mode_t Mode(const std::string& path) {
    struct stat about {};
    return stat(path.c_str(), &about) == 0 ? about.st_mode & 07777U : 0;
  }

  fs::path folder_;
};

TEST_F(FilesTest, A17_AModeIsKept) {
  const std::string path = Path("out.csv");
  ATHENA_ASSERT_OK(Write(path, "one"));
  ASSERT_EQ(chmod(path.c_str(), 0600), 0);
  ATHENA_ASSERT_OK(Write(path, "two"));
  EXPECT_EQ(Mode(path), 0600U);
  EXPECT_EQ(*ReadFile(path), "two");
}

TEST_F(FilesTest, A17_ANewFileHasTheUsualMode) {
  const mode_t mask = umask(027);
  ATHENA_EXPECT_OK(Write(Path("new"), "x"));
  umask(mask);
  EXPECT_EQ(Mode(Path("new")), 0640U);
}

TEST_F(FilesTest, A17_ALinkStaysOneAndItsFileIsWritten) {
  fs::create_directory(Path("elsewhere"));
  ATHENA_ASSERT_OK(Write(Path("elsewhere/real"), "one"));
  fs::create_symlink("elsewhere/real", Path("link"));
  fs::create_symlink("link", Path("second"));
  ATHENA_ASSERT_OK(Write(Path("second"), "two"));
  EXPECT_TRUE(fs::is_symlink(Path("link")));
  EXPECT_TRUE(fs::is_symlink(Path("second")));
  EXPECT_THAT(ReadFile(Path("elsewhere/real")), IsOkAndHolds("two"));
  // A link to what is not there yet.
  fs::create_symlink("elsewhere/coming", Path("dangling"));
  ATHENA_ASSERT_OK(Write(Path("dangling"), "three"));
  EXPECT_TRUE(fs::is_symlink(Path("dangling")));
  EXPECT_THAT(ReadFile(Path("elsewhere/coming")), IsOkAndHolds("three"));
}

TEST_F(FilesTest, A17_AFifoAndADeviceAreWrittenThrough) {
  ASSERT_EQ(mkfifo(Path("fifo").c_str(), 0600), 0);
  std::string read;
  std::thread reader([&] { read = ReadFile(Path("fifo")).value_or("?"); });
  ATHENA_EXPECT_OK(Write(Path("fifo"), "through"));
  reader.join();
  EXPECT_EQ(read, "through");
  EXPECT_TRUE(fs::is_fifo(Path("fifo")));
  // A device of its own: were it replaced, nobody else would miss it.
  const int terminal = posix_openpt(O_RDWR | O_NOCTTY);
  ASSERT_GE(terminal, 0);
  ASSERT_EQ(grantpt(terminal), 0);
  ASSERT_EQ(unlockpt(terminal), 0);
  const std::string device = ptsname(terminal);
  ATHENA_EXPECT_OK(Write(device, "through"));
  EXPECT_TRUE(fs::is_character_file(device));
  std::array<char, 16> text{};
  EXPECT_EQ(::read(terminal, text.data(), text.size()), 7);
  EXPECT_STREQ(text.data(), "through");
  close(terminal);
}

TEST_F(FilesTest, A17_AReaderThatLeavesIsAFault) {
  const auto before = std::signal(SIGPIPE, SIG_IGN);
  ASSERT_EQ(mkfifo(Path("fifo").c_str(), 0600), 0);
  std::thread reader([&] { std::ifstream(Path("fifo")).get(); });
  EXPECT_THAT(Write(Path("fifo"), std::string(1 << 20, 'x')).message(), HasSubstr(Path("fifo")));
  reader.join();
  std::signal(SIGPIPE, before);
}

TEST_F(FilesTest, AWriteThatFailsLeavesThePresentFileAndNothingElse) {
  ATHENA_ASSERT_OK(Write(Path("out"), "one"));
  EXPECT_FALSE(WriteFile(Path("out"), [](std::ostream& out) {
                 out << "half";
                 return absl::UnknownError("no more");
               }).ok());
  EXPECT_EQ(*ReadFile(Path("out")), "one");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 1);
  EXPECT_THAT(Write(Path(""), "x").message(), HasSubstr("is a folder"));
}

TEST_F(FilesTest, A6_AFolderAndAHugeFileAreRefused) {
  EXPECT_THAT(ReadFile(folder_.string()).status().message(), HasSubstr("is a folder, want a file"));
  std::ofstream(Path("huge"), std::ios::binary) << "x";
  fs::resize_file(Path("huge"), static_cast<uintmax_t>(kMostBytesOfFile) + 1);
  EXPECT_THAT(ReadFile(Path("huge")).status().message(),
              HasSubstr("has more than 268435456 bytes"));
  EXPECT_THAT(ReadFile(Path("none")).status(),
              status::testing::StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(FilesTest, AFileThatChangesBetweenTwoReadingsIsNoticed) {
  ATHENA_ASSERT_OK(Write(Path("in"), "abc"));
  auto source = TextSource::Open(Path("in"));
  ATHENA_ASSERT_OK(source);
  ATHENA_EXPECT_OK(source->Rewind());
  std::ofstream(Path("in"), std::ios::app) << "more";
  EXPECT_THAT(source->Rewind().message(), HasSubstr("changed while it was read"));
}

}  // namespace
}  // namespace athena::athenactl

#include "libs/daemon/process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace athena::daemon {
namespace {

TEST(ProcessDeathTest, A18_ClosedStandardDescriptorsAreNotTakenByOtherFiles) {
  EXPECT_EXIT(
      {
        for (int descriptor = 0; descriptor <= 2; ++descriptor) ::close(descriptor);
        OpenStandardDescriptors();
        ::_exit(::open("/dev/zero", O_RDONLY) > 2 ? 0 : 1);
      },
      ::testing::ExitedWithCode(0), "");
}

TEST(ProcessDeathTest, OpenDescriptorsStayAsTheyAre) {
  EXPECT_EXIT(
      {
        int ends[2];
        if (::pipe(ends) != 0 || ::dup2(ends[1], 1) != 1) ::_exit(1);
        OpenStandardDescriptors();
        char c = 0;
        ::_exit(::write(1, "x", 1) == 1 && ::read(ends[0], &c, 1) == 1 && c == 'x' ? 0 : 1);
      },
      ::testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace athena::daemon

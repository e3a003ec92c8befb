#include "services/indicator/model/cell_block.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "libs/status/testing/matchers.h"

namespace athena::indicator {
namespace {

std::string Bytes(std::initializer_list<int> values) {
  std::string bytes;
  for (const int value : values) bytes.push_back(static_cast<char>(value));
  return bytes;
}

std::string Written(const std::vector<BlockCell>& cells) {
  std::string bytes;
  for (const BlockCell& cell : cells) AppendToBlock(cell, &bytes);
  return bytes;
}

std::vector<BlockCell> Read(int32_t block, const std::string& bytes) {
  std::vector<BlockCell> cells;
  const absl::Status read =
      ReadBlock(block, bytes, [&](const BlockCell& cell) { cells.push_back(cell); });
  ATHENA_EXPECT_OK(read);
  return cells;
}

TEST(CellBlockTest, PeriodsBefore1970HaveBlocksToo) {
  EXPECT_EQ(BlockOf(0), 0);
  EXPECT_EQ(BlockOf(7), 0);
  EXPECT_EQ(BlockOf(8), 1);
  EXPECT_EQ(BlockOf(-1), -1);
  EXPECT_EQ(PlaceOf(-1), 7);
  EXPECT_EQ(BlockOf(-8), -1);
  EXPECT_EQ(PlaceOf(-8), 0);
  EXPECT_EQ(BlockOf(-9), -2);
}

// 1.5 is 0x3FF8000000000000; NORMAL is 1, MISSING 6. What is on the disk must not change.
TEST(CellBlockTest, BytesAreThoseOfTheHeader) {
  EXPECT_EQ(Written({{.period = 17, .status = v1::OBSERVATION_STATUS_NORMAL, .value = 1.5}}),
            Bytes({0x11, 0, 0, 0, 0, 0, 0, 0xF8, 0x3F}));
  EXPECT_EQ(
      Written({{.period = 16, .status = v1::OBSERVATION_STATUS_UNSPECIFIED},
               {.period = 23, .status = v1::OBSERVATION_STATUS_MISSING, .has_comment = true}}),
      Bytes({0x00, 0x6F}));
}

TEST(CellBlockTest, EveryPlaceStatusAndValueComesBack) {
  constexpr double kValues[] = {0,
                                0.1 + 0.2,
                                -1e15,
                                std::numeric_limits<double>::denorm_min(),
                                std::numeric_limits<double>::max(),
                                std::numeric_limits<double>::lowest()};
  size_t next = 0;
  for (const int32_t block : {-3, -1, 0, 2315}) {
    for (int status = 0; status < v1::ObservationStatus_ARRAYSIZE; ++status) {
      std::vector<BlockCell> cells;
      for (int32_t place = 0; place < kBlockPeriods; ++place) {
        if (place % 3 == status % 3) continue;  // not all are there
        BlockCell cell{.period = block * kBlockPeriods + place,
                       .status = (status + place) % v1::ObservationStatus_ARRAYSIZE,
                       .has_comment = place % 2 == 0};
        if (HasValue(cell.status)) cell.value = kValues[next++ % std::size(kValues)];
        cells.push_back(cell);
      }
      const std::string bytes = Written(cells);
      EXPECT_LE(bytes.size(), cells.size() * kMaxBlockCellBytes);
      const std::vector<BlockCell> read = Read(block, bytes);
      ASSERT_EQ(read.size(), cells.size());
      for (size_t i = 0; i < cells.size(); ++i) {
        EXPECT_EQ(read[i].period, cells[i].period);
        EXPECT_EQ(read[i].status, cells[i].status);
        EXPECT_EQ(read[i].has_comment, cells[i].has_comment);
        EXPECT_EQ(std::bit_cast<uint64_t>(read[i].value), std::bit_cast<uint64_t>(cells[i].value));
      }
    }
  }
}

TEST(CellBlockTest, WhatIsNoBlockIsAnInternalError) {
  const auto fails = [](const std::string& bytes) {
    return absl::IsInternal(ReadBlock(0, bytes, [](const BlockCell&) {}));
  };
  EXPECT_FALSE(fails(Bytes({0x61, 0x62})));
  EXPECT_TRUE(fails(""));
  EXPECT_TRUE(fails(Bytes({0x62, 0x61}))) << "not by period";
  EXPECT_TRUE(fails(Bytes({0x61, 0x61}))) << "a period twice";
  EXPECT_TRUE(fails(Bytes({0xF0}))) << "no such status";
  EXPECT_TRUE(fails(Bytes({0x10, 0, 0, 0, 0, 0, 0, 0}))) << "a value cut short";
}

}  // namespace
}  // namespace athena::indicator

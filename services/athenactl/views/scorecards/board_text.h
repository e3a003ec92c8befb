#ifndef ATHENA_SERVICES_ATHENACTL_VIEWS_SCORECARDS_BOARD_TEXT_H_
#define ATHENA_SERVICES_ATHENACTL_VIEWS_SCORECARDS_BOARD_TEXT_H_

#include <string>

#include "athena/reporting/v1/board_table.pb.h"

namespace athena::athenactl {

struct BoardTextOptions {
  int width = 0;  // columns; 0: lines are as long as they need to be
  bool colour = false;
};

// A board table as text: the verdict first, then a section for each thing that needs attention.
// Sections without lines are one line. Sentences and numbers are those of the answer. Pure and
// thread-safe.
std::string BoardText(const athena::reporting::v1::BoardTable& table,
                      const BoardTextOptions& options);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_VIEWS_SCORECARDS_BOARD_TEXT_H_

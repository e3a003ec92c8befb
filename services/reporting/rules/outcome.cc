#include "services/reporting/rules/outcome.h"

namespace athena::reporting {

void Counts::Count(Status status) {
  switch (status) {
    case Status::kGreen:
      ++green;
      break;
    case Status::kAmber:
      ++amber;
      break;
    case Status::kRed:
      ++red;
      break;
    case Status::kNoScore:
      ++no_score;
      break;
    case Status::kNotApplicable:
      ++not_applicable;
      break;
  }
}

void Counts::Add(const Counts& other) {
  green += other.green;
  amber += other.amber;
  red += other.red;
  no_score += other.no_score;
  not_applicable += other.not_applicable;
}

}  // namespace athena::reporting

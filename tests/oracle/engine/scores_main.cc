// oracle-scores < scored > scorecards: for each line that `generate.py --scored` prints, the
// engine's scorecard of the case, a line in the form of the oracle's.

#include <iostream>
#include <string>

#include "tests/oracle/engine/rules_scorecard.h"

int main() {
  std::ios::sync_with_stdio(false);
  std::string line;
  while (std::getline(std::cin, line)) {
    const athena::oracle::Json scored = athena::oracle::Json::parse(line);
    std::cout << athena::oracle::RulesScorecardOf(scored.at("case"), scored.at("scorecard"))
              << '\n';
  }
  return std::cin.bad() || !std::cout.flush() ? 1 : 0;
}

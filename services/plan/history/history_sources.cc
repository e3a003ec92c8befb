#include "services/plan/history/history_sources.h"

#include <memory>

#include "libs/history/source.h"
#include "services/plan/schema.h"

namespace athena::plan {

history::Contents HistoryContents(const resource::Resources& resources) {
  history::Contents contents;
  contents.sources.push_back(std::make_unique<history::KindsSource>(resources));
  contents.records = JournalRecords();
  return contents;
}

}  // namespace athena::plan

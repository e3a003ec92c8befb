#include "libs/versioned/update_mask.h"

#include <gtest/gtest.h>

#include "libs/status/status.h"
#include "libs/versioned/testing/note.pb.h"

namespace athena::versioned {
namespace {

using ::athena::versioned::testing::Note;

Note Current() {
  Note note;
  note.set_name("notes/a");
  note.set_text("old");
  note.set_weight(3);
  note.add_tags("x");
  (*note.mutable_labels())["k"] = "v";
  note.set_state("ACTIVE");
  note.set_etag("\"1\"");
  return note;
}

Note Updated(const Note& patch, std::initializer_list<const char*> paths,
             status::FieldFaults* faults) {
  google::protobuf::FieldMask mask;
  for (const char* path : paths) mask.add_paths(path);
  Note note = Current();
  ApplyUpdate(patch, mask, &note, faults);
  return note;
}

TEST(UpdateMask, WithoutOneTakesTheFieldsThatAreSet) {
  Note patch;
  patch.set_text("new");
  status::FieldFaults faults;
  const Note note = Updated(patch, {}, &faults);
  EXPECT_EQ(note.text(), "new");
  EXPECT_EQ(note.weight(), 3);
  EXPECT_EQ(note.tags_size(), 1);
  EXPECT_TRUE(faults.empty());
}

TEST(UpdateMask, NamedFieldsAreClearedWhenTheyAreNotSet) {
  Note patch;
  patch.add_tags("y");
  status::FieldFaults faults;
  const Note note = Updated(patch, {"weight", "tags", "labels"}, &faults);
  EXPECT_FALSE(note.has_weight());
  ASSERT_EQ(note.tags_size(), 1);
  EXPECT_EQ(note.tags(0), "y");
  EXPECT_EQ(note.labels_size(), 0);
  EXPECT_EQ(note.text(), "old");
}

TEST(UpdateMask, AStarReplacesAllButOutputFields) {
  Note patch;
  patch.set_text("new");
  patch.set_state("HACKED");
  patch.set_etag("\"9\"");
  patch.set_name("notes/b");
  status::FieldFaults faults;
  const Note note = Updated(patch, {"*"}, &faults);
  EXPECT_EQ(note.text(), "new");
  EXPECT_FALSE(note.has_weight());
  EXPECT_EQ(note.state(), "ACTIVE");
  EXPECT_EQ(note.etag(), "\"1\"");
  EXPECT_EQ(note.name(), "notes/a");
}

TEST(UpdateMask, APathThatIsNoFieldIsAFault) {
  status::FieldFaults faults;
  Updated(Note(), {"colour", "inner.text", "text"}, &faults);
  EXPECT_EQ(faults.count(), 2);
}

TEST(UpdateMask, MessagesAreReplacedNotMerged) {
  Note patch;
  patch.mutable_inner()->set_text("inner");
  Note note = Current();
  note.mutable_inner()->set_state("kept only by a merge");
  status::FieldFaults faults;
  ApplyUpdate(patch, {}, &note, &faults);
  EXPECT_EQ(note.inner().text(), "inner");
  EXPECT_EQ(note.inner().state(), "");
}

}  // namespace
}  // namespace athena::versioned

#ifndef ATHENA_LIBS_SQL_GATHERING_VFS_H_
#define ATHENA_LIBS_SQL_GATHERING_VFS_H_

#include <sqlite3.h>

#include <string>

namespace athena::sql {

// A layer over another sqlite3_vfs for a connection that commits: SQLite writes each page of a
// commit to the WAL with two system calls, this some 31 of them with one. What is written to the
// WAL end to end is gathered in memory, and handed on as one write before the next call of any
// other kind (a read and a sync above all), a write elsewhere, or one that finds the memory full.
// Every other file is the underlying one itself, the database file with its locks and its shared
// memory included.
//
// Why this changes nothing but the number of calls (checked against SQLite 3.40):
//
// - The disk holds what SQLite wrote up to some moment, in SQLite's order: a process that ends
//   leaves what it could have left before, and a sync covers what it covered before.
// - Other connections open the WAL on their own and do not see what is still gathered. They read
//   frames only up to the count in the wal-index header. A commit raises it after its frames are
//   written and, with synchronous=FULL, synced: nothing is gathered then. Pages that leave the
//   cache before their commit enter the wal-index's hash tables, beyond that count. So this is for
//   connections that sync each commit, and for no others.
// - On a disk without SQLITE_IOCAP_POWERSAFE_OVERWRITE, a commit goes on writing after its sync (it
//   pads the sector). There nothing is gathered.
// - The connection itself reads the WAL through the same file: pages that left the cache, the
//   checksums it mends before a commit, checkpoints. Each read finds everything written. A WAL that
//   begins anew writes its header at 0, a write elsewhere, and syncs it.
// - What a rollback leaves gathered is written before the next call, beyond the last commit: where
//   it would have been anyway, and where the next transaction writes over it.
// - The WAL is cut (journal_size_limit, a checkpoint that truncates) after what was gathered.
//
// An error of the underlying write comes out of the call that hands it on, unchanged: a COMMIT on a
// full disk fails with SQLITE_FULL, if from its sync. What could not be written is dropped and
// never written later; at least the end of what the commit wrote is then missing. Whoever meets a
// storage fault must roll the transaction back, as SqliteDatabase does: a failed read, too, may
// have dropped what it had written.
//
// Registered for as long as it lives, under a name of its own. The connection opened with that name
// must be closed first, and the underlying vfs unregistered last. Used by one connection.
class GatheringVfs final : private sqlite3_vfs {
 public:
  // The most that is gathered: some 31 pages, and all that SQLite's own vfs for Unix takes in one
  // write (of a larger one it masks the size). Allocated for as long as the WAL is open.
  static constexpr int kMostBytes = 128 * 1024 - 1;

  explicit GatheringVfs(sqlite3_vfs& disk);
  ~GatheringVfs();
  GatheringVfs(const GatheringVfs&) = delete;
  GatheringVfs& operator=(const GatheringVfs&) = delete;

  // What sqlite3_open_v2 takes.
  const std::string& name() const { return name_; }

 private:
  static int Open(sqlite3_vfs* self, const char* name, sqlite3_file* file, int flags, int* out);

  sqlite3_vfs& disk_;
  const std::string name_;
};

}  // namespace athena::sql

#endif  // ATHENA_LIBS_SQL_GATHERING_VFS_H_

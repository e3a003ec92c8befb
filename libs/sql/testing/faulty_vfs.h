#ifndef ATHENA_LIBS_SQL_FAULTY_VFS_H_
#define ATHENA_LIBS_SQL_FAULTY_VFS_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace athena::sql {

// How a disk refuses, and which operations of the database it refuses that way.
enum class DiskFault {
  kIoError,    // of open, write, truncate, sync, delete, and growing the shared memory
  kFull,       // of write, and growing the shared memory
  kSyncError,  // of sync
  kReadError,  // of read
};

// A disk that fails when it is told to: a registered sqlite3_vfs over SQLite's default one. For the
// tests of any library or service that stores through SqliteDatabase:
//
//   FaultyVfs disk;
//   for (int64_t n = 1;; ++n) {          // a fault at every operation, one run each
//     disk.FailOnce(DiskFault::kIoError, n);
//     ... open a database in a new folder with SqliteOptions::vfs = disk.name() and an on_fatal
//     ... that returns; do the work, and note what was acknowledged; close it
//     if (disk.faults() == 0) break;     // n is past the last operation
//     disk.Heal();
//     ... open it again: what was acknowledged is there
//   }
//
// A write that fails has stored its first half, as on a real disk. A sync reaches no hardware (so
// that sweeps are fast): the disk keeps, in memory, what of each file would outlast a loss of
// power, and a sync adds to it what was written since. A sync that fails forgets it, as the kernel
// may: a later sync does not make up for it. Names are not part of this: creating and deleting a
// file is durable at once.
//
// Thread-safe, but for the destructor. It must outlive the databases opened through it.
class FaultyVfs {
 public:
  FaultyVfs();
  ~FaultyVfs();
  FaultyVfs(const FaultyVfs&) = delete;
  FaultyVfs& operator=(const FaultyVfs&) = delete;

  // What SqliteOptions::vfs takes. Unique in the process.
  const std::string& name() const;

  // The `nth` operation from now (counted from 1, of those that the fault refuses) fails; with
  // FailFrom every later one as well. Replaces what was set before, and sets faults() to 0.
  void FailOnce(DiskFault fault, int64_t nth);
  void FailFrom(DiskFault fault, int64_t nth);
  // No more faults. Leaves faults() as it is.
  void Heal();
  // How many operations were refused since the last FailOnce or FailFrom.
  int64_t faults() const;

  // The power goes at the `nth` operation that kIoError counts: neither that one nor any later one,
  // of whatever kind, happens.
  void LosePowerAt(int64_t nth);
  bool power_lost() const;
  // The power comes back, at once if it never went. Every database must have been destroyed. The
  // files then hold what was synced, and nothing of what was not; or, with a seed, some of it by
  // chance: each write whole, half or not at all, in any order.
  void RestorePower(std::optional<uint32_t> seed = std::nullopt);

  // Called on the waiting thread each time that SQLite waits for a lock of another connection. Set
  // it while nobody uses the disk.
  void OnWait(std::function<void()> wait);

  // What was asked of the disk since the last call, in order: "open", "write", "truncate", "sync",
  // "delete" or "grow", a space, and "database", "wal", "journal" or "other"; "failed " precedes
  // one that was refused. Reads are left out.
  std::vector<std::string> TakeOperations();
  // Puts a word of the caller's own among the operations ("acknowledged").
  void Note(std::string word);

 private:
  class Disk;
  std::unique_ptr<Disk> disk_;
};

}  // namespace athena::sql

#endif  // ATHENA_LIBS_SQL_FAULTY_VFS_H_

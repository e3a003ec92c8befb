#include "libs/sql/sqlite/gathering_vfs.h"

#include <cstdint>
#include <cstring>
#include <new>
#include <utility>

#include "absl/strings/str_cat.h"

namespace athena::sql {
namespace {

// SQLite allocates it, with room for the underlying file behind it, and calls no destructor.
struct Wal {
  sqlite3_file base;
  char* gathered;  // has room for kMostBytes; nullptr: nothing is gathered
  int size;
  sqlite3_int64 begin;  // where in the file it belongs
};

Wal& Of(sqlite3_file* file) { return *reinterpret_cast<Wal*>(file); }
sqlite3_file* Disk(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<Wal*>(file) + 1);
}

int HandOn(sqlite3_file* file) {
  const int size = std::exchange(Of(file).size, 0);
  if (size == 0) return SQLITE_OK;
  return Disk(file)->pMethods->xWrite(Disk(file), Of(file).gathered, size, Of(file).begin);
}

int Write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
  Wal& wal = Of(file);
  if (offset != wal.begin + wal.size || size > GatheringVfs::kMostBytes - wal.size) {
    if (const int code = HandOn(file); code != SQLITE_OK) return code;
    wal.begin = offset;
  }
  if (wal.gathered == nullptr || size > GatheringVfs::kMostBytes) {
    return Disk(file)->pMethods->xWrite(Disk(file), bytes, size, offset);
  }
  std::memcpy(wal.gathered + wal.size, bytes, static_cast<size_t>(size));
  wal.size += size;
  return SQLITE_OK;
}

int Close(sqlite3_file* file) {
  const int written = HandOn(file);
  const int closed = Disk(file)->pMethods->xClose(Disk(file));
  delete[] Of(file).gathered;
  return written != SQLITE_OK ? written : closed;
}

// Calls a method of the underlying file, once it holds what was written.
template <auto kMethod, typename... Args>
int AfterWrites(sqlite3_file* file, Args... args) {
  const int code = HandOn(file);
  return code != SQLITE_OK ? code : (Disk(file)->pMethods->*kMethod)(Disk(file), args...);
}

// Calls a method that tells of the underlying file what no write changes.
template <auto kMethod>
int AtOnce(sqlite3_file* file) {
  return (Disk(file)->pMethods->*kMethod)(Disk(file));
}

// Version 1: shared memory and mapped reads are asked of the database file alone.
constexpr sqlite3_io_methods kWalMethods = {
    .iVersion = 1,
    .xClose = Close,
    .xRead = AfterWrites<&sqlite3_io_methods::xRead>,
    .xWrite = Write,
    .xTruncate = AfterWrites<&sqlite3_io_methods::xTruncate>,
    .xSync = AfterWrites<&sqlite3_io_methods::xSync>,
    .xFileSize = AfterWrites<&sqlite3_io_methods::xFileSize>,
    .xLock = AfterWrites<&sqlite3_io_methods::xLock>,
    .xUnlock = AfterWrites<&sqlite3_io_methods::xUnlock>,
    .xCheckReservedLock = AfterWrites<&sqlite3_io_methods::xCheckReservedLock>,
    .xFileControl = AfterWrites<&sqlite3_io_methods::xFileControl>,
    .xSectorSize = AtOnce<&sqlite3_io_methods::xSectorSize>,
    .xDeviceCharacteristics = AtOnce<&sqlite3_io_methods::xDeviceCharacteristics>,
    .xShmMap = nullptr,
    .xShmLock = nullptr,
    .xShmBarrier = nullptr,
    .xShmUnmap = nullptr,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

// Its pNext belongs to SQLite's list of all, which this mutex guards.
sqlite3_vfs CopyOf(const sqlite3_vfs& vfs) {
  sqlite3_mutex* const list = sqlite3_mutex_alloc(SQLITE_MUTEX_STATIC_MAIN);
  sqlite3_mutex_enter(list);
  const sqlite3_vfs copy = vfs;
  sqlite3_mutex_leave(list);
  return copy;
}

}  // namespace

// All but opening a file is the underlying vfs's own, its pAppData included.
GatheringVfs::GatheringVfs(sqlite3_vfs& disk)
    : sqlite3_vfs(CopyOf(disk)),
      disk_(disk),
      name_(absl::StrCat("gathering-", absl::Hex(reinterpret_cast<uintptr_t>(this)))) {
  zName = name_.c_str();
  szOsFile += static_cast<int>(sizeof(Wal));
  xOpen = Open;
  sqlite3_vfs_register(this, /*makeDflt=*/0);
}

GatheringVfs::~GatheringVfs() { sqlite3_vfs_unregister(this); }

int GatheringVfs::Open(sqlite3_vfs* self, const char* name, sqlite3_file* file, int flags,
                       int* out) {
  sqlite3_vfs& disk = static_cast<GatheringVfs*>(self)->disk_;
  if ((flags & SQLITE_OPEN_WAL) == 0) return disk.xOpen(&disk, name, file, flags, out);
  Of(file) = {};
  const int code = disk.xOpen(&disk, name, Disk(file), flags, out);
  if (Disk(file)->pMethods == nullptr) return code;  // there is nothing to close
  Of(file).base.pMethods = &kWalMethods;
  if (code == SQLITE_OK &&
      (kWalMethods.xDeviceCharacteristics(file) & SQLITE_IOCAP_POWERSAFE_OVERWRITE) != 0) {
    Of(file).gathered = new (std::nothrow) char[kMostBytes];
  }
  return code;
}

}  // namespace athena::sql

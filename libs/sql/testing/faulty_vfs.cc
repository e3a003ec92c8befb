#include "libs/sql/testing/faulty_vfs.h"

#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <random>
#include <string_view>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"

namespace athena::sql {
namespace {

enum class Op { kOpen, kRead, kWrite, kTruncate, kSync, kDelete, kGrow };

const char* WordOf(Op op) {
  switch (op) {
    case Op::kOpen:
      return "open";
    case Op::kRead:
      return "read";
    case Op::kWrite:
      return "write";
    case Op::kTruncate:
      return "truncate";
    case Op::kSync:
      return "sync";
    case Op::kDelete:
      return "delete";
    case Op::kGrow:
      return "grow";
  }
  return "";
}

// The codes that SQLite's own layer over the operating system answers with.
int CodeOf(Op op, DiskFault fault) {
  switch (op) {
    case Op::kOpen:
      return SQLITE_CANTOPEN;
    case Op::kRead:
      return SQLITE_IOERR_READ;
    case Op::kWrite:
      return fault == DiskFault::kFull ? SQLITE_FULL : SQLITE_IOERR_WRITE;
    case Op::kTruncate:
      return SQLITE_IOERR_TRUNCATE;
    case Op::kSync:
      return SQLITE_IOERR_FSYNC;
    case Op::kDelete:
      return SQLITE_IOERR_DELETE;
    case Op::kGrow:
      return SQLITE_IOERR_SHMSIZE;
  }
  return SQLITE_IOERR;
}

bool Refuses(DiskFault fault, Op op) {
  switch (fault) {
    case DiskFault::kIoError:
      return op != Op::kRead;
    case DiskFault::kFull:
      return op == Op::kWrite || op == Op::kGrow;
    case DiskFault::kSyncError:
      return op == Op::kSync;
    case DiskFault::kReadError:
      return op == Op::kRead;
  }
  return false;
}

const char* KindOf(int open_flags) {
  if ((open_flags & SQLITE_OPEN_MAIN_DB) != 0) return "database";
  if ((open_flags & SQLITE_OPEN_WAL) != 0) return "wal";
  if ((open_flags & SQLITE_OPEN_MAIN_JOURNAL) != 0) return "journal";
  return "other";
}

const char* KindOf(std::string_view path) {
  if (absl::EndsWith(std::string(path), "-wal")) return "wal";
  if (absl::EndsWith(std::string(path), "-journal")) return "journal";
  return "other";
}

// A write, or the file's new size.
struct Change {
  bool truncates;
  size_t offset;  // or the size
  std::string bytes;
};

void Apply(const Change& change, std::string& content) {
  if (change.truncates) {
    content.resize(change.offset);
    return;
  }
  if (content.size() < change.offset + change.bytes.size()) {
    content.resize(change.offset + change.bytes.size());
  }
  content.replace(change.offset, change.bytes.size(), change.bytes);
}

// What a file holds after a loss of power, and what it does not hold yet.
struct Image {
  std::string durable;
  std::vector<Change> unsynced;
};

std::string ReadFile(const char* path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

class FaultyVfs::Disk {
 public:
  Disk() : real_(sqlite3_vfs_find(nullptr)) {
    static std::atomic<int> created = 0;
    name_ = absl::StrCat("faulty-", ++created);
    vfs_.iVersion = 2;
    vfs_.szOsFile = static_cast<int>(sizeof(File)) + real_->szOsFile;
    vfs_.mxPathname = real_->mxPathname;
    vfs_.zName = name_.c_str();
    vfs_.pAppData = this;
    vfs_.xOpen = Open;
    vfs_.xDelete = Delete;
    vfs_.xAccess = Access;
    vfs_.xFullPathname = [](sqlite3_vfs* vfs, const char* name, int size, char* out) {
      return Of(vfs).real_->xFullPathname(Of(vfs).real_, name, size, out);
    };
    vfs_.xRandomness = [](sqlite3_vfs* vfs, int size, char* out) {
      return Of(vfs).real_->xRandomness(Of(vfs).real_, size, out);
    };
    vfs_.xSleep = [](sqlite3_vfs* vfs, int microseconds) {
      if (Of(vfs).on_wait_) Of(vfs).on_wait_();
      return Of(vfs).real_->xSleep(Of(vfs).real_, microseconds);
    };
    vfs_.xCurrentTime = [](sqlite3_vfs* vfs, double* out) {
      return Of(vfs).real_->xCurrentTime(Of(vfs).real_, out);
    };
    vfs_.xGetLastError = [](sqlite3_vfs* vfs, int size, char* out) {
      return Of(vfs).real_->xGetLastError(Of(vfs).real_, size, out);
    };
    vfs_.xCurrentTimeInt64 = [](sqlite3_vfs* vfs, sqlite3_int64* out) {
      return Of(vfs).real_->xCurrentTimeInt64(Of(vfs).real_, out);
    };
    sqlite3_vfs_register(&vfs_, /*makeDflt=*/0);
  }

  ~Disk() {
    const absl::MutexLock hold(&mu_);
    RequireClosed();
    sqlite3_vfs_unregister(&vfs_);
  }

  const std::string& name() const { return name_; }

  void Fail(std::optional<DiskFault> fault, int64_t nth, bool lasting) {
    const absl::MutexLock hold(&mu_);
    fault_ = fault;
    countdown_ = nth;
    lasting_ = lasting;
    if (fault.has_value()) faults_ = 0;
  }

  int64_t faults() const {
    const absl::MutexLock hold(&mu_);
    return faults_;
  }

  void OnWait(std::function<void()> wait) { on_wait_ = std::move(wait); }

  void LosePowerAt(int64_t nth) {
    const absl::MutexLock hold(&mu_);
    power_countdown_ = nth;
  }

  bool power_lost() const {
    const absl::MutexLock hold(&mu_);
    return power_lost_;
  }

  void RestorePower(std::optional<uint32_t> seed) {
    const absl::MutexLock hold(&mu_);
    RequireClosed();
    std::mt19937 chance(seed.value_or(0));
    for (const auto& [path, image] : images_) {
      std::string content = image.durable;
      if (seed.has_value()) {
        for (Change change : image.unsynced) {
          const uint32_t fate = chance() % 3;
          if (fate == 0) continue;
          if (fate == 1) change.bytes.resize(change.bytes.size() / 2);
          Apply(change, content);
        }
      }
      std::ofstream file(path, std::ios::binary | std::ios::trunc);
      file.write(content.data(), static_cast<std::streamsize>(content.size()));
    }
    images_.clear();
    power_countdown_ = 0;
    power_lost_ = false;
  }

  std::vector<std::string> TakeOperations() {
    const absl::MutexLock hold(&mu_);
    return std::exchange(operations_, {});
  }

  void Note(std::string word) {
    const absl::MutexLock hold(&mu_);
    operations_.push_back(std::move(word));
  }

 private:
  // SQLite allocates it, with room for the real file behind it, and calls no destructor.
  struct File {
    sqlite3_file base;
    Disk* disk;
    Image* image;  // nullptr: a temporary file, which no power loss leaves behind
    const char* kind;
  };

  static Disk& Of(sqlite3_vfs* vfs) { return *static_cast<Disk*>(vfs->pAppData); }
  static File& Of(sqlite3_file* file) { return *reinterpret_cast<File*>(file); }
  static sqlite3_file* Real(sqlite3_file* file) {
    return reinterpret_cast<sqlite3_file*>(reinterpret_cast<File*>(file) + 1);
  }

  static int Open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out) {
    Disk& disk = Of(vfs);
    File& opened = Of(file);
    opened = {{nullptr}, &disk, nullptr, KindOf(flags)};
    const absl::MutexLock hold(&disk.mu_);
    if (const int refused = disk.Meet(Op::kOpen, opened.kind); refused != SQLITE_OK) return refused;
    // Before it is opened: closing a second descriptor of a file drops the locks on it.
    const bool known = name == nullptr || disk.images_.count(name) != 0;
    std::string content = known ? "" : ReadFile(name);
    const int code = disk.real_->xOpen(disk.real_, name, Real(file), flags, out);
    if (code != SQLITE_OK) return code;
    if (!known) disk.images_[name].durable = std::move(content);
    if (name != nullptr) opened.image = &disk.images_[name];
    opened.base.pMethods = Methods();
    ++disk.open_files_;
    return SQLITE_OK;
  }

  static int Delete(sqlite3_vfs* vfs, const char* name, int sync_folder) {
    Disk& disk = Of(vfs);
    const absl::MutexLock hold(&disk.mu_);
    if (const int refused = disk.Meet(Op::kDelete, KindOf(std::string_view(name)));
        refused != SQLITE_OK) {
      return refused;
    }
    disk.images_.erase(name);
    return disk.real_->xDelete(disk.real_, name, sync_folder);
  }

  static int Access(sqlite3_vfs* vfs, const char* name, int flags, int* out) {
    Disk& disk = Of(vfs);
    const absl::MutexLock hold(&disk.mu_);
    if (disk.power_lost_) return SQLITE_IOERR_ACCESS;
    return disk.real_->xAccess(disk.real_, name, flags, out);
  }

  static int Close(sqlite3_file* file) {
    Disk& disk = *Of(file).disk;
    const absl::MutexLock hold(&disk.mu_);
    --disk.open_files_;
    return Real(file)->pMethods->xClose(Real(file));
  }

  static int Read(sqlite3_file* file, void* out, int size, sqlite3_int64 offset) {
    Disk& disk = *Of(file).disk;
    const absl::MutexLock hold(&disk.mu_);
    if (const int refused = disk.Meet(Op::kRead, Of(file).kind); refused != SQLITE_OK) {
      return refused;
    }
    return Real(file)->pMethods->xRead(Real(file), out, size, offset);
  }

  static int Write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
    Disk& disk = *Of(file).disk;
    const absl::MutexLock hold(&disk.mu_);
    const int refused = disk.Meet(Op::kWrite, Of(file).kind);
    if (disk.power_lost_) return refused;
    const int stored = refused == SQLITE_OK ? size : size / 2;
    const int code = Real(file)->pMethods->xWrite(Real(file), bytes, stored, offset);
    if (code != SQLITE_OK) return code;
    if (Image* const image = Of(file).image; image != nullptr) {
      image->unsynced.push_back(
          {false, static_cast<size_t>(offset),
           std::string(static_cast<const char*>(bytes), static_cast<size_t>(stored))});
    }
    return refused;
  }

  static int Truncate(sqlite3_file* file, sqlite3_int64 size) {
    Disk& disk = *Of(file).disk;
    const absl::MutexLock hold(&disk.mu_);
    if (const int refused = disk.Meet(Op::kTruncate, Of(file).kind); refused != SQLITE_OK) {
      return refused;
    }
    const int code = Real(file)->pMethods->xTruncate(Real(file), size);
    if (code == SQLITE_OK && Of(file).image != nullptr) {
      Of(file).image->unsynced.push_back({true, static_cast<size_t>(size), ""});
    }
    return code;
  }

  static int Sync(sqlite3_file* file, int) {
    Disk& disk = *Of(file).disk;
    const absl::MutexLock hold(&disk.mu_);
    const int refused = disk.Meet(Op::kSync, Of(file).kind);
    if (disk.power_lost_) return refused;
    if (Image* const image = Of(file).image; image != nullptr) {
      if (refused == SQLITE_OK) {
        for (const Change& change : image->unsynced) Apply(change, image->durable);
      }
      image->unsynced.clear();
    }
    return refused;
  }

  static int FileSize(sqlite3_file* file, sqlite3_int64* out) {
    Disk& disk = *Of(file).disk;
    const absl::MutexLock hold(&disk.mu_);
    if (disk.power_lost_) return SQLITE_IOERR_FSTAT;
    return Real(file)->pMethods->xFileSize(Real(file), out);
  }

  static int ShmMap(sqlite3_file* file, int region, int size, int extend, volatile void** out) {
    Disk& disk = *Of(file).disk;
    if (extend != 0) {
      const absl::MutexLock hold(&disk.mu_);
      if (const int refused = disk.Meet(Op::kGrow, "other"); refused != SQLITE_OK) return refused;
    }
    return Real(file)->pMethods->xShmMap(Real(file), region, size, extend, out);
  }

  // Locks are the process's own affair, and the sizes those of the real disk.
  static const sqlite3_io_methods* Methods() {
    static const sqlite3_io_methods methods = [] {
      sqlite3_io_methods made = {};
      made.iVersion = 2;  // without mapped reads: the driver uses none
      made.xClose = Close;
      made.xRead = Read;
      made.xWrite = Write;
      made.xTruncate = Truncate;
      made.xSync = Sync;
      made.xFileSize = FileSize;
      made.xShmMap = ShmMap;
      made.xLock = [](sqlite3_file* file, int level) {
        return Real(file)->pMethods->xLock(Real(file), level);
      };
      made.xUnlock = [](sqlite3_file* file, int level) {
        return Real(file)->pMethods->xUnlock(Real(file), level);
      };
      made.xCheckReservedLock = [](sqlite3_file* file, int* out) {
        return Real(file)->pMethods->xCheckReservedLock(Real(file), out);
      };
      made.xFileControl = [](sqlite3_file* file, int operation, void* argument) {
        return Real(file)->pMethods->xFileControl(Real(file), operation, argument);
      };
      made.xSectorSize = [](sqlite3_file* file) {
        return Real(file)->pMethods->xSectorSize(Real(file));
      };
      made.xDeviceCharacteristics = [](sqlite3_file* file) {
        return Real(file)->pMethods->xDeviceCharacteristics(Real(file));
      };
      made.xShmLock = [](sqlite3_file* file, int offset, int count, int flags) {
        return Real(file)->pMethods->xShmLock(Real(file), offset, count, flags);
      };
      made.xShmBarrier = [](sqlite3_file* file) { Real(file)->pMethods->xShmBarrier(Real(file)); };
      made.xShmUnmap = [](sqlite3_file* file, int remove) {
        return Real(file)->pMethods->xShmUnmap(Real(file), remove);
      };
      return made;
    }();
    return &methods;
  }

  // Counts and records an operation; what it must answer instead of happening, or SQLITE_OK.
  int Meet(Op op, const char* kind) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    if (!power_lost_ && power_countdown_ > 0 && Refuses(DiskFault::kIoError, op)) {
      power_lost_ = --power_countdown_ == 0;
    }
    int answer = power_lost_ ? CodeOf(op, DiskFault::kIoError) : SQLITE_OK;
    if (answer == SQLITE_OK && fault_.has_value() && Refuses(*fault_, op)) {
      --countdown_;
      if (countdown_ == 0 || (countdown_ < 0 && lasting_)) {
        ++faults_;
        answer = CodeOf(op, *fault_);
      }
    }
    if (op != Op::kRead) {
      operations_.push_back(
          absl::StrCat(answer == SQLITE_OK ? "" : "failed ", WordOf(op), " ", kind));
    }
    return answer;
  }

  void RequireClosed() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    if (open_files_ == 0) return;
    std::fprintf(stderr, "%s: %d files are open, want the databases destroyed first\n",
                 name_.c_str(), open_files_);
    std::abort();
  }

  sqlite3_vfs* const real_;
  std::string name_;
  sqlite3_vfs vfs_ = {};
  std::function<void()> on_wait_;

  mutable absl::Mutex mu_;
  // By path; files keep pointers into it.
  std::map<std::string, Image> images_ ABSL_GUARDED_BY(mu_);
  int open_files_ ABSL_GUARDED_BY(mu_) = 0;
  std::optional<DiskFault> fault_ ABSL_GUARDED_BY(mu_);
  int64_t countdown_ ABSL_GUARDED_BY(mu_) = 0;
  bool lasting_ ABSL_GUARDED_BY(mu_) = false;
  int64_t faults_ ABSL_GUARDED_BY(mu_) = 0;
  int64_t power_countdown_ ABSL_GUARDED_BY(mu_) = 0;  // 0: the power stays
  bool power_lost_ ABSL_GUARDED_BY(mu_) = false;
  std::vector<std::string> operations_ ABSL_GUARDED_BY(mu_);
};

FaultyVfs::FaultyVfs() : disk_(std::make_unique<Disk>()) {}
FaultyVfs::~FaultyVfs() = default;
const std::string& FaultyVfs::name() const { return disk_->name(); }
void FaultyVfs::FailOnce(DiskFault fault, int64_t nth) { disk_->Fail(fault, nth, false); }
void FaultyVfs::FailFrom(DiskFault fault, int64_t nth) { disk_->Fail(fault, nth, true); }
void FaultyVfs::OnWait(std::function<void()> wait) { disk_->OnWait(std::move(wait)); }
void FaultyVfs::Heal() { disk_->Fail(std::nullopt, 0, false); }
int64_t FaultyVfs::faults() const { return disk_->faults(); }
void FaultyVfs::LosePowerAt(int64_t nth) { disk_->LosePowerAt(nth); }
bool FaultyVfs::power_lost() const { return disk_->power_lost(); }
void FaultyVfs::RestorePower(std::optional<uint32_t> seed) { disk_->RestorePower(seed); }
std::vector<std::string> FaultyVfs::TakeOperations() { return disk_->TakeOperations(); }
void FaultyVfs::Note(std::string word) { disk_->Note(std::move(word)); }

}  // namespace athena::sql

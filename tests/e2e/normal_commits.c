// Preloaded into a service, this turns its "PRAGMA synchronous = FULL" into NORMAL, which leaves out the
// fsync of each commit, and answers FULL to whoever reads the setting back (the service does, and would
// not start). power_loss_campaign.py shows with it that it sees the difference.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

int sqlite3_exec(sqlite3* db, const char* sql, int (*callback)(void*, int, char**, char**), void* arg,
                 char** error) {
  int (*const next)(sqlite3*, const char*, int (*)(void*, int, char**, char**), void*, char**) =
      dlsym(RTLD_NEXT, "sqlite3_exec");
  const char* const setting = strstr(sql, "synchronous = FULL");
  if (setting == NULL) return next(db, sql, callback, arg, error);
  const size_t before = (size_t)(setting - sql);
  char* const changed = malloc(strlen(sql) + 8);
  memcpy(changed, sql, before);
  strcpy(changed + before, "synchronous = NORMAL");
  strcat(changed, setting + strlen("synchronous = FULL"));
  const int code = next(db, changed, callback, arg, error);
  free(changed);
  return code;
}

int sqlite3_prepare_v3(sqlite3* db, const char* sql, int bytes, unsigned flags, sqlite3_stmt** statement,
                       const char** tail) {
  int (*const next)(sqlite3*, const char*, int, unsigned, sqlite3_stmt**, const char**) =
      dlsym(RTLD_NEXT, "sqlite3_prepare_v3");
  static const char kRead[] = "PRAGMA synchronous";
  if (bytes == (int)strlen(kRead) && strncmp(sql, kRead, strlen(kRead)) == 0) {
    if (tail != NULL) *tail = sql + bytes;  // nothing is left
    return next(db, "SELECT 2", -1, flags, statement, NULL);
  }
  return next(db, sql, bytes, flags, statement, tail);
}

-- Targets: every version of every one; nothing is ever overwritten or removed.
CREATE TABLE target (
  institution TEXT NOT NULL,
  indicator TEXT NOT NULL,
  slice TEXT NOT NULL,             -- "dimension=code", by dimension, a comma between; empty: no slice
  version INTEGER NOT NULL CHECK (version > 0),
  revision INTEGER NOT NULL,       -- at which it was set
  body BLOB NOT NULL,              -- athena.indicator.v1.Target
  PRIMARY KEY (institution, indicator, slice, version)
) STRICT, WITHOUT ROWID;

-- What was set after a revision.
CREATE INDEX target_by_revision ON target (institution, revision);

-- What observations changed after a revision.
CREATE INDEX changed_by_revision ON changed (institution, revision);

-- Targets: every version of every one; nothing is ever overwritten or removed.
CREATE TABLE target (
  institution BIGINT NOT NULL,
  indicator TEXT NOT NULL,
  slice TEXT NOT NULL,       -- "dimension=code", by dimension, a comma between; empty: no slice
  version BIGINT NOT NULL,   -- from 1; 0: declared originals, of which the last one holds
  revision BIGINT NOT NULL,  -- at which it was set
  body BYTEA NOT NULL,       -- athena.indicator.v1.Target
  PRIMARY KEY (institution, indicator, slice, version, revision)
);

-- What was set after a revision.
CREATE INDEX target_by_revision ON target (institution, revision);

-- What observations changed after a revision.
CREATE INDEX changed_by_revision ON changed (institution, revision);

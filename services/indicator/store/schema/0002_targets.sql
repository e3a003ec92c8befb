-- Targets: every version of every one; nothing is ever overwritten or removed.
CREATE TABLE target (
  institution BIGINT NOT NULL,
  indicator TEXT NOT NULL,
  slice TEXT NOT NULL,       -- "dimension=code", by dimension, a comma between; empty: no slice
  version BIGINT NOT NULL CHECK (version > 0),
  revision BIGINT NOT NULL,  -- at which it was set
  body BYTEA NOT NULL,       -- athena.indicator.v1.Target
  PRIMARY KEY (institution, indicator, slice, version)
);

-- What was set after a revision.
CREATE INDEX target_by_revision ON target (institution, revision);

-- What observations changed after a revision.
CREATE INDEX changed_by_revision ON changed (institution, revision);

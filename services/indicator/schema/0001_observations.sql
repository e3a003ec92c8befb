-- Observations and the pushes that brought them. Nothing here is ever overwritten or removed but
-- what says so. Institutions and series go by numbers, so that no row repeats a text.

-- The last change among an institution's indicators, as a revision.
CREATE TABLE definition_change (
  institution TEXT NOT NULL PRIMARY KEY,
  revision INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Numbers from 1, given when an institution first pushes.
CREATE TABLE institution_number (
  institution TEXT NOT NULL PRIMARY KEY,
  number INTEGER NOT NULL UNIQUE
) STRICT, WITHOUT ROWID;

-- A combination of codes of an indicator. Numbered from 1 within the institution, without gaps.
CREATE TABLE series (
  institution INTEGER NOT NULL,
  indicator TEXT NOT NULL,
  codes TEXT NOT NULL,             -- in the order of the definition's dimensions, a comma between
  series INTEGER NOT NULL,
  PRIMARY KEY (institution, indicator, codes),
  UNIQUE (institution, series)
) STRICT, WITHOUT ROWID;

-- A revision of a cell. The quarter leads, so that what a scorecard reads lies together however
-- long the history is.
CREATE TABLE observation (
  institution INTEGER NOT NULL,
  quarter INTEGER NOT NULL,        -- that the period lies in, quarters since 1970
  series INTEGER NOT NULL,
  period INTEGER NOT NULL,         -- index in the indicator's frequency
  revision INTEGER NOT NULL,
  value REAL,
  status INTEGER NOT NULL,         -- athena.indicator.v1.ObservationStatus; 0: retracted
  has_comment INTEGER NOT NULL,
  PRIMARY KEY (institution, quarter, series, period, revision),
  CHECK ((value IS NOT NULL) = (status BETWEEN 1 AND 4))
) STRICT, WITHOUT ROWID;

-- The comments of those revisions that have one.
CREATE TABLE observation_comment (
  institution INTEGER NOT NULL,
  quarter INTEGER NOT NULL,
  series INTEGER NOT NULL,
  period INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  comment TEXT NOT NULL,
  PRIMARY KEY (institution, quarter, series, period, revision)
) STRICT, WITHOUT ROWID;

-- The last revision that changed a cell of an indicator in a quarter; overwritten by the next.
CREATE TABLE changed (
  institution INTEGER NOT NULL,
  quarter INTEGER NOT NULL,
  indicator TEXT NOT NULL,
  revision INTEGER NOT NULL,
  PRIMARY KEY (institution, quarter, indicator)
) STRICT, WITHOUT ROWID;

-- What was pushed, with the answer that was given.
CREATE TABLE push (
  institution INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  sender TEXT NOT NULL,
  push_id TEXT NOT NULL,
  time INTEGER NOT NULL,           -- microseconds since 1970, UTC
  digest BLOB NOT NULL,            -- SHA-256 of the content
  body BLOB NOT NULL,              -- athena.indicator.v1.Push, without what stands above
  outcomes BLOB NOT NULL,          -- athena.indicator.v1.PushObservationsResponse, outcomes alone
  PRIMARY KEY (institution, sender, push_id),
  UNIQUE (institution, revision)
) STRICT, WITHOUT ROWID;

-- A sender's pushes in their order.
CREATE INDEX push_of_sender ON push (institution, sender, revision);

-- Observations and the pushes that brought them. Nothing here is ever overwritten or removed but
-- what says so; rows of observations move from one table to another, as they are. Institutions and
-- series go by numbers, so that no row repeats a text.

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

-- What a revision changed of a series in a block, that is, in up to eight neighbouring periods. The
-- quarter leads, so that what a scorecard reads lies together however long the history is; a block
-- that lies in two quarters has rows in both. Here is what holds now, with some of what held before:
-- once a block has many rows, those of which each cell has a newer revision move to the next table.
CREATE TABLE observation (
  institution INTEGER NOT NULL,
  quarter INTEGER NOT NULL,        -- that the periods lie in, quarters since 1970
  series INTEGER NOT NULL,
  block INTEGER NOT NULL,          -- index of the periods in the indicator's frequency / 8, rounded down
  revision INTEGER NOT NULL,
  cells BLOB NOT NULL CHECK (length(cells) > 0),  -- services/indicator/store/cell_block.h
  PRIMARY KEY (institution, quarter, series, block, revision)
) STRICT, WITHOUT ROWID;

-- Rows that were set aside, so that reading what holds now does not step over them.
CREATE TABLE observation_superseded (
  institution INTEGER NOT NULL,
  quarter INTEGER NOT NULL,
  series INTEGER NOT NULL,
  block INTEGER NOT NULL,
  revision INTEGER NOT NULL,       -- that wrote the row, not the one that set it aside
  cells BLOB NOT NULL CHECK (length(cells) > 0),
  PRIMARY KEY (institution, quarter, series, block, revision)
) STRICT, WITHOUT ROWID;

-- The last revision that set rows of a quarter aside; overwritten by the next. From it on, whatever
-- was set aside does not hold any more.
CREATE TABLE superseded_until (
  institution INTEGER NOT NULL,
  quarter INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  PRIMARY KEY (institution, quarter)
) STRICT, WITHOUT ROWID;

-- The comments of those revisions of cells that have one.
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
  PRIMARY KEY (institution, revision),
  UNIQUE (institution, sender, push_id)
) STRICT, WITHOUT ROWID;

-- A sender's pushes in their order.
CREATE INDEX push_of_sender ON push (institution, sender, revision);

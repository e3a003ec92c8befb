-- Observations and the pushes that brought them. Rows are inserted and never changed, but for the
-- tables that say so and for rows that move from `observation` to `observation_superseded`.
-- Institutions (keys in institution_head) and series are numbers, so that no row repeats a text.

-- A combination of codes of an indicator. Numbered from 1 within the institution, without gaps.
CREATE TABLE series (
  institution BIGINT NOT NULL,
  indicator TEXT NOT NULL,
  codes TEXT NOT NULL,  -- in the order of the definition's dimensions, a comma between
  series BIGINT NOT NULL,
  PRIMARY KEY (institution, indicator, codes),
  UNIQUE (institution, series)
);

-- The cells that one revision changed of one series in one block, which is eight neighbouring
-- periods. The key begins with the quarter, so that what a scorecard reads lies together however long
-- the history is; a block that lies in two quarters has rows in both. Holds every current cell, and
-- older revisions of some: superseded rows of crowded blocks move to the next table.
CREATE TABLE observation (
  institution BIGINT NOT NULL,
  quarter BIGINT NOT NULL,                         -- that the periods lie in, quarters since 1970
  series BIGINT NOT NULL,
  block BIGINT NOT NULL,                           -- index of its periods / 8 (cell_block.h)
  revision BIGINT NOT NULL,
  cells BYTEA NOT NULL CHECK (length(cells) > 0),  -- services/indicator/model/cell_block.h
  PRIMARY KEY (institution, quarter, series, block, revision)
);

-- Superseded rows, moved here so that reads of current values do not step over them.
CREATE TABLE observation_superseded (
  institution BIGINT NOT NULL,
  quarter BIGINT NOT NULL,
  series BIGINT NOT NULL,
  block BIGINT NOT NULL,
  revision BIGINT NOT NULL,  -- that wrote the row, not the one that set it aside
  cells BYTEA NOT NULL CHECK (length(cells) > 0),
  PRIMARY KEY (institution, quarter, series, block, revision)
);

-- The last revision that moved rows of a quarter; overwritten by the next. At this revision and later
-- ones `observation` alone gives every cell.
CREATE TABLE superseded_until (
  institution BIGINT NOT NULL,
  quarter BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  PRIMARY KEY (institution, quarter)
);

-- The comments of those revisions of cells that have one.
CREATE TABLE observation_comment (
  institution BIGINT NOT NULL,
  quarter BIGINT NOT NULL,
  series BIGINT NOT NULL,
  period BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  comment TEXT NOT NULL,
  PRIMARY KEY (institution, quarter, series, period, revision)
);

-- The last revision that changed a cell of an indicator in a quarter; overwritten by the next.
CREATE TABLE changed (
  institution BIGINT NOT NULL,
  quarter BIGINT NOT NULL,
  indicator TEXT NOT NULL,
  revision BIGINT NOT NULL,
  PRIMARY KEY (institution, quarter, indicator)
);

-- What was pushed, with the answer that was given.
CREATE TABLE push (
  institution BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  sender TEXT NOT NULL,
  push_id TEXT NOT NULL,
  time BIGINT NOT NULL,     -- microseconds since 1970, UTC
  digest BYTEA NOT NULL,    -- SHA-256 of the content
  body BYTEA NOT NULL,      -- athena.indicator.v1.Push, without what stands above
  outcomes BYTEA NOT NULL,  -- athena.indicator.v1.PushObservationsResponse, outcomes alone
  PRIMARY KEY (institution, revision),
  UNIQUE (institution, sender, push_id)
);

-- A sender's pushes in their order.
CREATE INDEX push_of_sender ON push (institution, sender, revision);

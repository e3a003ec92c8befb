-- What each revision changed of observations, for those who watch. Nothing is ever overwritten or
-- removed.
CREATE TABLE feed (
  institution INTEGER NOT NULL,    -- number
  revision INTEGER NOT NULL,
  time INTEGER NOT NULL,           -- microseconds since 1970, UTC
  changes BLOB NOT NULL,           -- athena.indicator.v1.WatchObservationsResponse, changes alone
  PRIMARY KEY (institution, revision)
) STRICT, WITHOUT ROWID;

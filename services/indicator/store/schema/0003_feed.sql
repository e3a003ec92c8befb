-- What each revision changed of observations, for those who watch. Nothing is ever overwritten or
-- removed.
CREATE TABLE feed (
  institution BIGINT NOT NULL,  -- key in institution_head
  revision BIGINT NOT NULL,
  time BIGINT NOT NULL,         -- microseconds since 1970, UTC
  changes BYTEA NOT NULL,       -- athena.indicator.v1.WatchObservationsResponse, changes alone
  PRIMARY KEY (institution, revision)
);

-- What publications (collection "publications" of `resource`) were made of, in pieces of at most 1 MiB.
-- Rows are inserted and never changed.
CREATE TABLE publication_content (
  institution BIGINT NOT NULL,  -- key in institution_head
  publication TEXT NOT NULL,    -- its id: plan/quarter/number
  kind TEXT NOT NULL,           -- 'document': its bytes; 'plan', 'values': messages of the answers of
                                -- athena.plan.v1 GetPlanTree, athena.indicator.v1 QueryPeriodValues
  piece BIGINT NOT NULL,        -- counts the pieces of a kind from 0
  bytes BYTEA NOT NULL,
  PRIMARY KEY (institution, publication, kind, piece)
);


-- Where the elements of a plan stand now: what the rules of a tree need, without reading elements.
CREATE TABLE element_place (
  institution BIGINT NOT NULL,
  plan TEXT NOT NULL,
  element TEXT NOT NULL,
  parent TEXT NOT NULL,  -- the element above; '' at the top
  kind BIGINT NOT NULL,  -- Element.Kind
  code TEXT NOT NULL,
  PRIMARY KEY (institution, plan, element),
  UNIQUE (institution, plan, code)
);
CREATE INDEX element_place_parent ON element_place (institution, plan, parent);

-- Which risk, process or budget line has a code now.
CREATE TABLE resource_code (
  institution BIGINT NOT NULL,
  scope TEXT NOT NULL,     -- within which codes are unique: 'risks', 'budgetLines/2026'
  code TEXT NOT NULL,
  resource TEXT NOT NULL,  -- its name
  PRIMARY KEY (institution, scope, code),
  UNIQUE (institution, resource)
);

-- The amounts of budget lines, every revision of them, in cents; NULL: none. A row of NULLs alone
-- retracts. Rows are inserted and never changed.
CREATE TABLE budget_amount (
  institution BIGINT NOT NULL,
  line TEXT NOT NULL,        -- id
  quarter BIGINT NOT NULL,   -- quarters since 1970
  revision BIGINT NOT NULL,
  commitment_initial BIGINT,
  commitment_adjusted BIGINT,
  payment_initial BIGINT,
  payment_adjusted BIGINT,
  committed BIGINT,
  paid BIGINT,
  PRIMARY KEY (institution, line, quarter, revision)
);

-- The pushes that brought them, with the answers that were given.
CREATE TABLE budget_push (
  institution BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  sender TEXT NOT NULL,
  push_id TEXT NOT NULL,
  time BIGINT NOT NULL,             -- microseconds since 1970, UTC
  correction_reason TEXT NOT NULL,
  digest BYTEA NOT NULL,            -- SHA-256 of the content
  response BYTEA NOT NULL,          -- athena.plan.v1.SetBudgetAmountsResponse
  PRIMARY KEY (institution, revision),
  UNIQUE (institution, sender, push_id)
);

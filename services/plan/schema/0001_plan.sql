
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

-- Version 1 of the journal. Times are UTC in milliseconds since 1970; days are local dates.

-- Everything that has happened, append only. hash = BLAKE2b-256 of the hash before and this row.
CREATE TABLE event (
  seq     INTEGER PRIMARY KEY,
  wall_ms INTEGER NOT NULL,
  boot_ms INTEGER NOT NULL,
  boot_id TEXT NOT NULL,
  day     TEXT NOT NULL,
  kind    TEXT NOT NULL,
  ticket  TEXT,
  counter INTEGER,
  data    TEXT NOT NULL,
  hash    BLOB NOT NULL
);
CREATE INDEX event_day_opened ON event (seq) WHERE kind = 'day_opened';

-- One row for each leg of a ticket's way through the office; a transfer starts a new leg.
-- Times are corrected for a clock that was set later. outcome is NULL while the leg is open.
CREATE TABLE visit (
  ticket         TEXT NOT NULL,
  leg            INTEGER NOT NULL,
  day            TEXT NOT NULL,
  service        TEXT NOT NULL,
  class          TEXT NOT NULL,
  counter        INTEGER,
  issued_ms      INTEGER NOT NULL,
  called_ms      INTEGER,
  started_ms     INTEGER,
  ended_ms       INTEGER,
  outcome        TEXT,
  in_order       INTEGER,
  reason         TEXT,
  promise_low_s  INTEGER,
  promise_high_s INTEGER,
  PRIMARY KEY (day, ticket, leg)
) WITHOUT ROWID;

CREATE TABLE rating (
  day     TEXT NOT NULL,
  ticket  TEXT NOT NULL,
  leg     INTEGER NOT NULL,
  counter INTEGER NOT NULL,
  service TEXT NOT NULL,
  score   INTEGER NOT NULL CHECK (score BETWEEN 1 AND 5),
  wall_ms INTEGER NOT NULL,
  PRIMARY KEY (day, ticket, leg)
) WITHOUT ROWID;

-- Waiting time of each called leg: first call minus issue, or minus the transfer that began the leg.
CREATE VIEW wait_times AS
  SELECT v.day, v.ticket, v.leg, v.service, v.class, v.counter, v.outcome,
         (v.called_ms - coalesce(before.ended_ms, v.issued_ms)) / 1000.0 AS wait_s,
         v.promise_low_s, v.promise_high_s
  FROM visit v
  LEFT JOIN visit before ON before.day = v.day AND before.ticket = v.ticket AND before.leg = v.leg - 1
  WHERE v.called_ms IS NOT NULL;

-- Service time of each leg that was served to its end.
CREATE VIEW service_times AS
  SELECT day, ticket, leg, service, class, counter, outcome,
         (ended_ms - started_ms) / 1000.0 AS service_s
  FROM visit
  WHERE started_ms IS NOT NULL AND outcome IN ('finished', 'transferred');

CREATE VIEW daily_totals AS
  SELECT day, service,
         sum(leg = 1) AS issued,
         sum(called_ms IS NOT NULL) AS called,
         sum(outcome IS 'finished') AS finished,
         sum(outcome IS 'no_show') AS no_show,
         sum(outcome IS 'cancelled') AS cancelled,
         sum(outcome IS 'transferred') AS transferred,
         sum(outcome IS 'left') AS left_at_close,
         sum(in_order IS 0) AS out_of_order,
         sum(reason LIKE 'picked:%') AS picked
  FROM visit
  GROUP BY day, service;

CREATE VIEW satisfaction AS
  SELECT day, service, count(*) AS ratings, avg(score) AS mean_score,
         sum(score = 5) AS score_5, sum(score = 4) AS score_4, sum(score = 3) AS score_3,
         sum(score = 2) AS score_2, sum(score = 1) AS score_1
  FROM rating
  GROUP BY day, service;

-- What somebody wants out of the way, and for how long: append-only, the newest row of a suppression_uid counts. Empty: any
-- shard by: cityHash64(suppression_uid)
CREATE TABLE IF NOT EXISTS suppression (
  suppression_uid String,
  recorded_time DateTime64(6, 'UTC'),
  finding_uid String,
  entity String,
  destination String,
  detector LowCardinality(String),
  reason String,
  author String,
  expires_time DateTime64(6, 'UTC'),
  is_active Bool
) ENGINE = MergeTree ORDER BY (suppression_uid, recorded_time)
SETTINGS non_replicated_deduplication_window = 1000;

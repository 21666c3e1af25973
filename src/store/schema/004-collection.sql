-- What vendors were asked for, what came, and what did not come and why: one row for each time a slice was asked for. Times of slices and asked_time are
-- by the vendor's clock, recorded_time by ours. `state`: complete, partial, refused, failed, cancelled
-- shard by: cityHash64(source, stream)
CREATE TABLE IF NOT EXISTS collection (
  source LowCardinality(String),
  stream LowCardinality(String),
  kind LowCardinality(String),
  tables Array(String),
  from_time DateTime64(3, 'UTC'),
  to_time DateTime64(3, 'UTC'),
  covered_to_time DateTime64(3, 'UTC'),
  asked_time DateTime64(3, 'UTC'),
  state LowCardinality(String),
  records UInt64,
  calls UInt64,
  bytes UInt64,
  reason String,
  recorded_time DateTime64(3, 'UTC'),
  run_uid String
) ENGINE = MergeTree ORDER BY (source, stream, asked_time, from_time)
SETTINGS non_replicated_deduplication_window = 1000;

-- Questions put to vendors, by the limit that they count against
-- shard by: cityHash64(source, pool)
CREATE TABLE IF NOT EXISTS collection_call (
  source LowCardinality(String),
  pool LowCardinality(String),
  time DateTime64(3, 'UTC'),
  calls UInt64
) ENGINE = MergeTree ORDER BY (source, pool, time)
SETTINGS non_replicated_deduplication_window = 1000;

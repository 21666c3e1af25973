-- What was read: one row a stage of a file; the newest row of a file_uid counts. `gaps` are those of the file, as JSON
-- shard by: cityHash64(file_uid)
CREATE TABLE IF NOT EXISTS landing (
  file_uid String,
  source_file String,
  formats Array(String),
  mapping_version String,
  state LowCardinality(String),
  byte_count UInt64,
  line_count UInt64,
  read UInt64,
  stored UInt64,
  duplicate UInt64,
  quarantined UInt64,
  raw_only UInt64,
  gaps Array(String),
  revision UInt64
) ENGINE = MergeTree ORDER BY (file_uid, revision)
SETTINGS non_replicated_deduplication_window = 1000;

-- shard by: cityHash64(file_uid)
CREATE TABLE IF NOT EXISTS quarantine (
  file_uid LowCardinality(String),
  source_file LowCardinality(String),
  line_number UInt64,
  reason LowCardinality(String),
  excerpt String
) ENGINE = MergeTree ORDER BY (file_uid, line_number)
SETTINGS non_replicated_deduplication_window = 1000;

-- Who owns an external address, from the MMDB file in use
-- shard by: cityHash64(ip)
CREATE TABLE IF NOT EXISTS network_owner (
  ip String,
  autonomous_system_number Nullable(UInt32),
  autonomous_system_name Nullable(String),
  location_country LowCardinality(Nullable(String)),
  database_name LowCardinality(String)
) ENGINE = MergeTree ORDER BY (ip)
SETTINGS non_replicated_deduplication_window = 1000;

-- Findings as they were recorded by a run: revisions of a uid, the newest counts. `document` is the OCSF object.
-- shard by: cityHash64(finding_uid)
CREATE TABLE IF NOT EXISTS finding (
  finding_uid String,
  run_uid String,
  recorded_time DateTime64(6, 'UTC'),
  activity_name LowCardinality(String),
  detector LowCardinality(String),
  score Float64,
  severity LowCardinality(String),
  is_within_budget Bool,
  first_seen_time DateTime64(6, 'UTC'),
  last_seen_time DateTime64(6, 'UTC'),
  document String CODEC(ZSTD(3))
) ENGINE = MergeTree ORDER BY (finding_uid, recorded_time)
SETTINGS non_replicated_deduplication_window = 1000;

-- shard by: cityHash64(story_uid)
CREATE TABLE IF NOT EXISTS story (
  story_uid String,
  run_uid String,
  recorded_time DateTime64(6, 'UTC'),
  score Float64,
  document String CODEC(ZSTD(3))
) ENGINE = MergeTree ORDER BY (story_uid, recorded_time)
SETTINGS non_replicated_deduplication_window = 1000;

-- shard by: cityHash64(run_uid)
CREATE TABLE IF NOT EXISTS gap (
  run_uid String,
  position UInt32,
  stage LowCardinality(String),
  part String,
  reason String,
  document String
) ENGINE = MergeTree ORDER BY (run_uid, position)
SETTINGS non_replicated_deduplication_window = 1000;

-- shard by: cityHash64(run_uid)
CREATE TABLE IF NOT EXISTS run (
  run_uid String,
  recorded_time DateTime64(6, 'UTC'),
  document String CODEC(ZSTD(3))
) ENGINE = MergeTree ORDER BY (run_uid, recorded_time)
SETTINGS non_replicated_deduplication_window = 1000;

-- The hunter's verdicts: append-only, the latest of a finding counts
-- shard by: cityHash64(finding_uid)
CREATE TABLE IF NOT EXISTS triage (
  finding_uid String,
  recorded_time DateTime64(6, 'UTC'),
  verdict LowCardinality(String),
  note String,
  author String
) ENGINE = MergeTree ORDER BY (finding_uid, recorded_time)
SETTINGS non_replicated_deduplication_window = 1000;

-- shard by: cityHash64(value)
CREATE TABLE IF NOT EXISTS indicator (
  indicator_uid String,
  type LowCardinality(String),
  value String,
  valid_from Nullable(DateTime64(6, 'UTC')),
  valid_until Nullable(DateTime64(6, 'UTC')),
  confidence Nullable(UInt8),
  severity LowCardinality(Nullable(String)),
  labels Array(String),
  attack_techniques Array(String),
  description Nullable(String),
  feed_name LowCardinality(String),
  recorded_time DateTime64(6, 'UTC'),
  is_active Bool
) ENGINE = MergeTree ORDER BY (type, value, indicator_uid, recorded_time)
SETTINGS non_replicated_deduplication_window = 1000;

-- shard by: cityHash64(indicator_uid)
CREATE TABLE IF NOT EXISTS sighting (
  indicator_uid String,
  table_name LowCardinality(String),
  event_uid String,
  time DateTime64(6, 'UTC'),
  matched_column LowCardinality(String),
  matched_value String,
  src_endpoint_ip Nullable(String),
  src_endpoint_hostname Nullable(String),
  dst_endpoint_ip Nullable(String),
  dst_endpoint_port Nullable(UInt16),
  user_name Nullable(String),
  is_answered Nullable(Bool)
) ENGINE = MergeTree ORDER BY (indicator_uid, time, event_uid)
SETTINGS non_replicated_deduplication_window = 1000;

-- shard by: cityHash64(model_uid)
CREATE TABLE IF NOT EXISTS model (
  model_uid String,
  recorded_time DateTime64(6, 'UTC'),
  name LowCardinality(String),
  state LowCardinality(String),
  document String CODEC(ZSTD(3))
) ENGINE = MergeTree ORDER BY (model_uid, recorded_time)
SETTINGS non_replicated_deduplication_window = 1000;

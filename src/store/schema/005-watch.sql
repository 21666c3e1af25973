-- How far each followed file was read: the newest row of a path counts. A row is written before a part is stored (with the uid that the
-- part will have in raw) and after it
-- shard by: cityHash64(path)
CREATE TABLE IF NOT EXISTS watch_position (
  path String,
  file_number String,
  byte_offset UInt64,
  byte_count UInt64,
  modified_ms Float64,
  file_uid String,
  recorded_time DateTime64(6, 'UTC')
) ENGINE = MergeTree ORDER BY (path, recorded_time)
SETTINGS non_replicated_deduplication_window = 1000;

-- What was handed out where: a finding, at a severity and at all that lie below it
-- shard by: cityHash64(finding_uid)
CREATE TABLE IF NOT EXISTS delivery (
  finding_uid String,
  sink LowCardinality(String),
  severity LowCardinality(String),
  recorded_time DateTime64(6, 'UTC')
) ENGINE = MergeTree ORDER BY (sink, finding_uid, severity)
SETTINGS non_replicated_deduplication_window = 1000;

-- Up to where watching has looked at the data
-- shard by: cityHash64(looked_to)
CREATE TABLE IF NOT EXISTS watch_look (
  looked_to DateTime64(6, 'UTC'),
  recorded_time DateTime64(6, 'UTC')
) ENGINE = MergeTree ORDER BY (recorded_time)
SETTINGS non_replicated_deduplication_window = 1000;

-- into: http_activity
-- format: suricata-http
-- Suricata http events: one request each; `length` is what the server sent (Suricata user guide).
WITH
  -- include: words.sql
SELECT
  -- include: head.sql
  -- include: ends.sql
  upper(filled(event.http.http_method)) AS http_request_http_method,
  host_name(replaceRegexpOne(event.http.hostname, ':[0-9]+$', '')) AS http_request_url_hostname,
  filled(event.http.url) AS http_request_url_path,
  filled(event.http.http_refer) AS http_request_referrer,
  filled(event.http.http_user_agent) AS http_request_user_agent,
  event.http.status AS http_response_code,
  event.http.length AS http_response_length,
  filled(event.http.http_content_type) AS http_response_content_type
FROM (
  SELECT record_uid, file_uid, line_number, event, moment(event.timestamp) AS time
  FROM (
    SELECT record_uid, file_uid, line_number, JSONExtract(line, 'Tuple(
      -- include: base-fields.sql
      http Tuple(hostname Nullable(String), url Nullable(String), http_user_agent Nullable(String), http_content_type Nullable(String), http_refer Nullable(String),
        http_method Nullable(String), status Nullable(UInt16), length Nullable(UInt64)))') AS event
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE position(line, '"http"') > 0
  )
  WHERE event.event_type IN ('http')
)
-- include: guard.sql

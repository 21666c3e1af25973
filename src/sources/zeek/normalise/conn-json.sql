-- into: network_activity
-- format: zeek-conn-json
-- Zeek conn.log as JSON lines, with keys in Zeek's form (id.orig_h) or flattened by a shipper (id_orig_h).
WITH
  -- include: words.sql
SELECT
  -- include: conn-columns.sql
FROM (
  SELECT record_uid, file_uid, line_number, moment(conn.ts) AS time, known(conn.uid) AS uid, coalesce(conn.`id.orig_h`, conn.id_orig_h) AS orig_h,
    coalesce(conn.`id.orig_p`, conn.id_orig_p) AS orig_p, coalesce(conn.`id.resp_h`, conn.id_resp_h) AS resp_h,
    coalesce(conn.`id.resp_p`, conn.id_resp_p) AS resp_p, known(conn.proto) AS proto, known(conn.service) AS service, conn.duration AS duration,
    conn.orig_bytes AS orig_bytes, conn.resp_bytes AS resp_bytes, known(conn.conn_state) AS conn_state, conn.orig_pkts AS orig_pkts,
    conn.resp_pkts AS resp_pkts, known(conn.orig_l2_addr) AS orig_l2_addr, known(conn.resp_l2_addr) AS resp_l2_addr
  FROM (
    SELECT record_uid, file_uid, line_number,
      JSONExtract(line, 'Tuple(ts Nullable(String), uid Nullable(String), `id.orig_h` Nullable(String), id_orig_h Nullable(String), `id.orig_p` Nullable(UInt16),
        id_orig_p Nullable(UInt16), `id.resp_h` Nullable(String), id_resp_h Nullable(String), `id.resp_p` Nullable(UInt16), id_resp_p Nullable(UInt16),
        proto Nullable(String), service Nullable(String), duration Nullable(Float64), orig_bytes Nullable(UInt64), resp_bytes Nullable(UInt64),
        conn_state Nullable(String), orig_pkts Nullable(UInt64), resp_pkts Nullable(UInt64), orig_l2_addr Nullable(String),
        resp_l2_addr Nullable(String))') AS conn
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
  )
)
WHERE time >= toDateTime64('1970-01-01 00:00:00', 6, 'UTC') AND time < toDateTime64('2200-01-01 00:00:00', 6, 'UTC') AND conn_state IS NOT NULL AND isNotNull(toIPv6OrNull(orig_h))

-- Who reached into another host's administrative shares, or spoke to its service manager or its scheduler over a pipe?
-- (T1021.002, T1570; Windows event 5145, Zeek smb_files.) Access masks: MS-SMB2 2.2.13.1: 0x2 write, 0x4 append. A pipe named after
-- a standard stream belongs to a program that was started from afar (PsExec's way, taken over by others).
WITH
  ('exe', 'dll', 'sys', 'scr', 'com', 'cpl', 'ocx', 'bat', 'cmd', 'ps1', 'psm1', 'vbs', 'vbe', 'js', 'jse', 'wsf', 'wsh', 'hta', 'msi', 'msc', 'sct', 'xll', 'pif', 'jar') AS programs,
  accessed AS (
    SELECT metadata_uid, time, connection_info_uid, src_endpoint_ip, lower(src_endpoint_hostname) AS source_name, dst_endpoint_ip,
      lower(coalesce(device_hostname, dst_endpoint_hostname)) AS target_name, lower(actor_user_name) AS user_name,
      upper(arrayElement(splitByChar('\\', assumeNotNull(share)), -1)) AS share_name,
      lower(ifNull(coalesce(file_path, file_name), '')) AS path,
      bitAnd(if(match(access_mask, '^0[xX][0-9a-fA-F]{1,8}$'), reinterpretAsUInt32(reverse(unhex(leftPad(substring(assumeNotNull(access_mask), 3), 8, '0')))), toUInt32OrZero(access_mask)), 6) > 0
        OR activity_name IN ('File Write', 'FILE_WRITE', 'FILE_RENAME', 'FILE_DELETE') OR (activity_name = 'FILE_OPEN' AND file_size = 0) AS is_written
    FROM smb_activity
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND isNotNull(share) AND ifNull(activity_name, '') != 'Access Denied' AND (isNotNull(src_endpoint_ip) OR isNotNull(src_endpoint_hostname))
      AND ifNull(src_endpoint_ip, '') NOT IN ('127.0.0.1', '::1') AND NOT endsWith(ifNull(actor_user_name, ''), '$')
      AND match(assumeNotNull(share), '(?i)(^|\\\\)(admin|[a-z]|ipc)\\$$')
  ),
  asked AS (
    SELECT *, share_name = 'IPC$' AS is_pipe, arrayElement(splitByChar('\\', path), -1) AS name,
      multiIf(
        is_pipe AND name = 'svcctl', 'service-pipe',
        is_pipe AND name IN ('atsvc', 'sasec'), 'task-pipe',
        is_pipe AND match(name, '(stdin|stdout|stderr)$'), 'command-pipe',
        is_pipe, '',
        is_written AND position(name, '.') > 0 AND arrayElement(splitByChar('.', name), -1) IN programs, 'program-written',
        is_written AND path != '', 'file-written',
        'admin-share-opened') AS trace_kind
    FROM accessed
  ),
  accounts AS (
    SELECT connection_info_uid AS uid, src_endpoint_ip AS ip, min(lower(user_name)) AS account FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND isNotNull(connection_info_uid) AND isNotNull(user_name) AND ifNull(status, 'Success') = 'Success'
      AND connection_info_uid GLOBAL IN (SELECT connection_info_uid FROM asked WHERE trace_kind != '' AND isNotNull(connection_info_uid))
    GROUP BY uid, ip
  )
SELECT trace_kind AS kind, 'smb' AS protocol, src_endpoint_ip AS source_ip, source_name AS source_hostname, dst_endpoint_ip AS target_ip,
  target_name AS target_hostname, coalesce(asked.user_name, accounts.account) AS account,
  toString(min(time)) AS first_seen, toString(max(time)) AS last_seen, count() AS event_count,
  arraySort(groupUniqArray(toString(toDate(time)))) AS days,
  arraySlice(arraySort(groupUniqArray(concat(share_name, '\\', path))), 1, 5) AS artefacts,
  arrayMap(event -> event.2, groupArraySorted(6)((time, metadata_uid))) AS event_uids
FROM asked
GLOBAL LEFT JOIN accounts ON accounts.uid = asked.connection_info_uid AND accounts.ip = asked.src_endpoint_ip
WHERE trace_kind != ''
GROUP BY kind, source_ip, source_hostname, target_ip, target_hostname, account
ORDER BY kind, first_seen, source_ip, source_hostname, target_ip, target_hostname, account
LIMIT 5000

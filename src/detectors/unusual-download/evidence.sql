-- The downloads of this person on this day, oldest first.
SELECT metadata_uid, time
FROM api_activity
WHERE time >= toDateTime64({first:String}, 6, 'UTC') AND time <= toDateTime64({last:String}, 6, 'UTC') AND lower(ifNull(actor_user_name, '')) = {person:String}
  AND match(ifNull(api_operation, ''), '^(FileDownloaded|FileSyncDownloadedFull|FileSyncDownloadedPartial|download|DOWNLOAD|GET /.*/content)$')

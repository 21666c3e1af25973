-- Which findings stood open when the earlier run was recorded, each as it stood then? What began after its window it cannot have
-- found: a later hunt did, when hunts over earlier windows are repeated.
SELECT finding_uid AS uid, title, detector, severity, score, is_vendor_alert, first_seen, last_seen
FROM (
  SELECT
    finding_uid,
    activity_name,
    detector,
    severity,
    score,
    JSONExtractString(document, 'finding_info', 'title') AS title,
    JSONExtractBool(document, 'unmapped', 'is_vendor_alert') AS is_vendor_alert,
    JSONExtractString(document, 'unmapped', 'first_seen') AS first_seen,
    JSONExtractString(document, 'unmapped', 'last_seen') AS last_seen
  FROM finding
  WHERE recorded_time <= {recorded:DateTime64(6, 'UTC')}
  ORDER BY finding_uid, recorded_time DESC, run_uid DESC, document DESC
  LIMIT 1 BY finding_uid
)
WHERE activity_name != 'Close' AND first_seen < {to:String}
ORDER BY score DESC, uid
LIMIT 100000

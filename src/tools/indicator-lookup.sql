-- Which active indicators mean this value: itself, a parent of its name, or a block around its address?
SELECT indicator_uid, type, value, feed_name, confidence, severity, labels, attack_techniques, description,
  toString(valid_from) AS first_valid, toString(valid_until) AS last_valid, ifNull(valid_until < toDateTime64({now:String}, 6, 'UTC'), false) AS is_expired
FROM (
  SELECT * FROM indicator ORDER BY indicator_uid, recorded_time DESC, is_active DESC LIMIT 1 BY indicator_uid
)
WHERE is_active AND (
  (type = {type:String} AND value = {value:String})
  OR (type = 'domain' AND has({names:Array(String)}, value))
  OR if(type = 'cidr' AND {address:String} != '', isIPAddressInRange({address:String}, value), false))
ORDER BY feed_name, indicator_uid
LIMIT 20

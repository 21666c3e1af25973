-- Which people and devices would an intruder like best? Privileged, at risk, much attacked, quick to click, or critical by inventory.
WITH
  people AS (
    SELECT metadata_uid, argMax(tuple(user_name), version_time).1 AS name, argMax(tuple(user_email_addr), version_time).1 AS mail, argMax(tuple(is_privileged), version_time).1 AS privileged,
      argMax(tuple(risk_level), version_time).1 AS risk, argMax(tuple(risk_state), version_time).1 AS state, argMax(tuple(attack_index), version_time).1 AS attacks,
      argMax(tuple(click_count), version_time).1 AS clicks
    FROM user_inventory WHERE time < toDateTime64({to:String}, 6, 'UTC') GROUP BY metadata_uid
  ),
  devices AS (
    SELECT metadata_uid, argMax(tuple(device_hostname), version_time).1 AS name, argMax(tuple(device_criticality), version_time).1 AS criticality
    FROM device_inventory WHERE time < toDateTime64({to:String}, 6, 'UTC') GROUP BY metadata_uid
  ),
  ranked AS (SELECT *, attacks IS NOT NULL AND attacks >= (SELECT quantileExactInclusive(0.9)(attacks) FROM people WHERE attacks IS NOT NULL) AS is_much_attacked FROM people)
SELECT * FROM (
SELECT 'user' AS kind, assumeNotNull(coalesce(mail, name)) AS value, ifNull(privileged, false) AS is_privileged,
  lower(ifNull(risk, '')) = 'high' AND lower(ifNull(state, 'atrisk')) NOT IN ('dismissed', 'remediated', 'confirmedsafe') AS is_at_high_risk,
  lower(ifNull(risk, '')) IN ('medium', 'low') AND lower(ifNull(state, 'atrisk')) NOT IN ('dismissed', 'remediated', 'confirmedsafe') AS is_at_risk,
  ifNull(is_much_attacked, false) AS is_much_attacked, ifNull(clicks, 0) > 0 AS clicks_on_threats, false AS is_critical
FROM ranked
WHERE coalesce(mail, name) IS NOT NULL AND (is_privileged OR is_at_high_risk OR is_at_risk OR is_much_attacked OR clicks_on_threats)
UNION ALL
SELECT 'device', assumeNotNull(name), false, false, false, false, false, true FROM devices
WHERE name IS NOT NULL AND lower(ifNull(criticality, '')) IN ('high', 'critical')
)
ORDER BY kind, value, is_privileged, is_at_high_risk, is_at_risk, is_much_attacked, clicks_on_threats
LIMIT 5000

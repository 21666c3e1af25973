-- Which alerts stand behind one line of the list?
SELECT metadata_uid, max(alert_time) AS time
FROM (
  SELECT metadata_uid, detection_finding.time AS alert_time FROM detection_finding
  WHERE detection_finding.time >= toDateTime64({from:String}, 6, 'UTC') AND detection_finding.time < toDateTime64({to:String}, 6, 'UTC')
    AND metadata_product_vendor_name = {vendor:String} AND metadata_product_name = {product:String}
    AND ifNull(finding_info_title, 'alert without a title') = {title:String}
    AND ifNull(coalesce(device_hostname, device_uid, user_email_addr, user_name, src_endpoint_ip), '') = {entity:String}
)
GROUP BY metadata_uid

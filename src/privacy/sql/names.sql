-- Which devices, people and domains does the data name? The most frequent ones of each kind; a failed sign-in can name anything, so it
-- names nobody here.
WITH events AS (
  SELECT [('host', device_hostname), ('host', dst_endpoint_hostname), ('outside', tls_sni), ('user', actor_user_name)] AS names
    FROM network_activity WHERE time >= {from:DateTime64(6, 'UTC')} AND time < {to:DateTime64(6, 'UTC')}
  UNION ALL
  SELECT [('outside', query_hostname), ('host', device_hostname)] FROM dns_activity
    WHERE time >= {from:DateTime64(6, 'UTC')} AND time < {to:DateTime64(6, 'UTC')}
  UNION ALL
  SELECT [('outside', http_request_url_hostname), ('host', device_hostname), ('user', actor_user_name)] FROM http_activity
    WHERE time >= {from:DateTime64(6, 'UTC')} AND time < {to:DateTime64(6, 'UTC')}
  UNION ALL
  SELECT [('host', device_hostname), ('host', src_endpoint_hostname), ('host', dst_endpoint_hostname), ('user', actor_user_name)] FROM smb_activity
    WHERE time >= {from:DateTime64(6, 'UTC')} AND time < {to:DateTime64(6, 'UTC')}
  UNION ALL
  SELECT [('host', device_hostname), ('host', src_endpoint_hostname), ('host', dst_endpoint_hostname), ('user', user_name), ('mail', user_email_addr)]
    FROM authentication
    WHERE time >= {from:DateTime64(6, 'UTC')} AND time < {to:DateTime64(6, 'UTC')} AND ifNull(status, '') != 'Failure'
  UNION ALL
  SELECT [('host', device_hostname), ('user', actor_user_name)] FROM process_activity
    WHERE time >= {from:DateTime64(6, 'UTC')} AND time < {to:DateTime64(6, 'UTC')}
  UNION ALL
  SELECT [('user', actor_user_name), ('user', target_user_name)] FROM api_activity
    WHERE time >= {from:DateTime64(6, 'UTC')} AND time < {to:DateTime64(6, 'UTC')} AND ifNull(status, '') != 'Failure'
  UNION ALL
  SELECT [('outside', url_hostname), ('mail', user_email_addr)] FROM email_url_activity
    WHERE time >= {from:DateTime64(6, 'UTC')} AND time < {to:DateTime64(6, 'UTC')}
  UNION ALL
  SELECT [('outside', arrayElement(splitByChar('@', ifNull(email_from, '')), -1))] FROM email_activity
    WHERE time >= {from:DateTime64(6, 'UTC')} AND time < {to:DateTime64(6, 'UTC')}
  UNION ALL
  SELECT arrayMap(address -> ('mail', CAST(address, 'Nullable(String)')), email_to) FROM email_activity
    WHERE time >= {from:DateTime64(6, 'UTC')} AND time < {to:DateTime64(6, 'UTC')} AND lower(ifNull(direction, '')) != 'outbound'
  UNION ALL
  SELECT [('host', device_hostname), ('user', user_name), ('mail', user_email_addr)] FROM detection_finding
    WHERE time >= {from:DateTime64(6, 'UTC')} AND time < {to:DateTime64(6, 'UTC')}
  UNION ALL
  SELECT [('host', device_hostname), ('domain', device_domain), ('egress', device_external_ip), ('user', device_owner_user_name)] FROM device_inventory
  UNION ALL
  SELECT [('user', user_name), ('mail', user_email_addr), ('person', user_full_name), ('directory', user_email_addr), ('directory', if(position(ifNull(user_name, ''), '@') > 0, user_name, NULL))]
    FROM user_inventory
),
named AS (
  SELECT tupleElement(name, 1) AS kind,
    if(kind = 'outside', extract(lower(trimBoth(assumeNotNull(tupleElement(name, 2)))), {registered:String}), lower(trimBoth(assumeNotNull(tupleElement(name, 2))))) AS value
  FROM events ARRAY JOIN names AS name
  WHERE tupleElement(name, 2) IS NOT NULL
)
SELECT kind, value, count() AS times
FROM named
WHERE value NOT IN ('', '-')
GROUP BY kind, value
ORDER BY kind, times DESC, value
LIMIT 100000 BY kind

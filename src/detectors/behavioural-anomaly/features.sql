-- How did each person sign in over the window: when, from how many countries and addresses, to how many applications, with how many failures?
-- One row a person with at least one success; day by day beside the totals, so that a person can be compared with themselves.
WITH
  attempts AS (
    SELECT assumeNotNull(coalesce(user_email_addr, user_name)) AS person, time, toDate(time) AS day, status = 'Success' AS succeeded,
      src_endpoint_ip, coalesce(service_name, dst_endpoint_hostname, device_hostname) AS application, src_endpoint_location_country AS stated_country
    FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND status IN ('Success', 'Failure') AND coalesce(user_email_addr, user_name) IS NOT NULL
      AND NOT endsWith(ifNull(user_name, ''), '$')
      AND lower(ifNull(user_name, '')) NOT IN ('system', 'local service', 'network service', 'anonymous logon', 'iusr', '-')
      AND NOT match(lower(ifNull(user_name, '')), '^(dwm|umfd)-[0-9]+$')
  ),
  located AS (
    SELECT attempts.person AS person, attempts.time AS time, attempts.day AS day, attempts.succeeded AS succeeded, attempts.src_endpoint_ip AS src_endpoint_ip,
      attempts.application AS application, coalesce(nullIf(attempts.stated_country, ''), network_owner.location_country) AS country
    FROM attempts GLOBAL LEFT JOIN network_owner ON network_owner.ip = assumeNotNull(attempts.src_endpoint_ip)
  ),
  days AS (
    SELECT person, day, countIf(succeeded) AS day_successes, countIf(NOT succeeded) AS day_failures, uniqExact(src_endpoint_ip) AS day_ips,
      uniqExact(application) AS day_applications
    FROM located GROUP BY person, day
  ),
  usual AS (
    SELECT person, count() AS active_days, quantileExact(0.5)(day_successes) AS usual_successes, quantileExact(0.5)(day_failures) AS usual_failures,
      quantileExact(0.5)(day_ips) AS usual_ips, quantileExact(0.5)(day_applications) AS usual_applications, max(day_failures) AS worst_failures
    FROM days GROUP BY person
  ),
  totals AS (
    SELECT person,
      countIf(succeeded) AS successful_login_count,
      countIf(NOT succeeded) AS failed_login_count,
      uniqExactIf(country, nullIf(country, '') IS NOT NULL) AS country_count,
      uniqExact(src_endpoint_ip) AS ip_count,
      uniqExact(application) AS application_count,
      sumIf(sin(2 * pi() * (toHour(time) * 60 + toMinute(time)) / 1440), succeeded) AS hour_sine,
      sumIf(cos(2 * pi() * (toHour(time) * 60 + toMinute(time)) / 1440), succeeded) AS hour_cosine,
      arraySlice(arraySort(groupUniqArrayIf(country, nullIf(country, '') IS NOT NULL)), 1, 10) AS countries,
      arraySlice(arraySort(groupUniqArray(src_endpoint_ip)), 1, 10) AS addresses,
      toString(min(time)) AS first_time,
      toString(max(time)) AS last_time,
      count() AS events
    FROM located GROUP BY person HAVING successful_login_count > 0
  )
SELECT totals.person AS person, successful_login_count, failed_login_count, country_count, ip_count, application_count,
  round(hour_sine, 9) AS hour_sine, round(hour_cosine, 9) AS hour_cosine, countries, addresses, first_time, last_time, events,
  active_days, usual_successes, usual_failures, usual_ips, usual_applications, worst_failures
FROM totals GLOBAL INNER JOIN usual ON usual.person = totals.person
ORDER BY person
LIMIT 200000

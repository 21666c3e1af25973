-- How did each person sign in over the window: when, from how many countries and addresses, to how many applications, with how many failures?
-- One row a person with at least one success; day by day beside the totals, so that a person can be compared with themselves.
WITH
  attempts AS (
    SELECT
      lower(coalesce(nullIf(user_email_addr, ''), if(position(user_name, '@') > 0 OR ifNull(user_domain, '') = '', user_name,
        concat(splitByChar('.', ifNull(user_domain, ''))[1], '\\', user_name)))) AS person,
      time, toDate(time) AS day, status = 'Success' AS succeeded,
      src_endpoint_ip, coalesce(service_name, dst_endpoint_hostname, device_hostname) AS application, src_endpoint_location_country AS stated_country
    FROM authentication
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
      AND status IN ('Success', 'Failure') AND coalesce(user_email_addr, user_name) IS NOT NULL AND ifNull(is_interactive, true)
      AND ifNull(activity_name, '') NOT IN ('Logoff', 'Service Ticket Request', 'Service Ticket Renew', 'Special Privileges', 'Explicit Credentials')
      AND ifNull(logon_type, '') NOT IN ('OS Service', 'Batch') AND ifNull(user_type, '') NOT IN ('Service Principal', 'Managed Identity')
      AND NOT match(ifNull(user_name, ''), '\\$(@|$)')
      AND lower(ifNull(user_name, '')) NOT IN ('', 'system', 'local service', 'network service', 'anonymous logon', 'iusr', '-')
      AND NOT match(lower(ifNull(user_name, '')), '^(dwm|umfd)-[0-9]+$')
  ),
  located AS (
    SELECT assumeNotNull(attempts.person) AS person, attempts.time AS time, attempts.day AS day, attempts.succeeded AS succeeded, attempts.src_endpoint_ip AS src_endpoint_ip,
      attempts.application AS application, coalesce(nullIf(attempts.stated_country, ''), nullIf(owners.owner_country, '')) AS country
    FROM attempts
    GLOBAL LEFT JOIN (SELECT ip, max(location_country) AS owner_country FROM network_owner GROUP BY ip) AS owners ON owners.ip = ifNull(attempts.src_endpoint_ip, '')
  ),
  days AS (
    SELECT person, day, countIf(succeeded) AS day_successes, countIf(NOT succeeded) AS day_failures, uniqExact(src_endpoint_ip) AS day_ips,
      uniqExact(application) AS day_applications, groupUniqArrayIf(assumeNotNull(country), country IS NOT NULL) AS day_countries,
      round(sumIf(sin(2 * pi() * (toHour(time) * 60 + toMinute(time)) / 1440), succeeded), 9) AS day_sine,
      round(sumIf(cos(2 * pi() * (toHour(time) * 60 + toMinute(time)) / 1440), succeeded), 9) AS day_cosine
    FROM located GROUP BY person, day
  ),
  usual AS (
    SELECT person, count() AS active_days, quantileExact(0.5)(day_successes) AS usual_successes, quantileExact(0.5)(day_failures) AS usual_failures,
      quantileExact(0.5)(day_ips) AS usual_ips, quantileExact(0.5)(day_applications) AS usual_applications,
      max(day_successes) AS most_successes, max(day_failures) AS most_failures, max(day_ips) AS most_ips, max(day_applications) AS most_applications,
      sum(day_sine) AS all_sine, sum(day_cosine) AS all_cosine,
      -- How far the mean hour of each day lies from the mean hour of all days, in hours, round the clock.
      arrayMap(one -> round(atan2(one.1 * all_cosine - one.2 * all_sine, one.2 * all_cosine + one.1 * all_sine) * 12 / pi(), 3),
        groupArrayIf((day_sine, day_cosine), day_successes > 0)) AS hour_shifts,
      sumMap(day_countries, arrayMap(one -> 1, day_countries)) AS days_by_country
    FROM days GROUP BY person
  ),
  totals AS (
    SELECT person,
      countIf(succeeded) AS successful_login_count,
      countIf(NOT succeeded) AS failed_login_count,
      uniqExactIf(country, country IS NOT NULL) AS country_count,
      uniqExact(src_endpoint_ip) AS ip_count,
      uniqExact(application) AS application_count,
      arraySlice(arraySort(groupUniqArrayIf(country, country IS NOT NULL)), 1, 10) AS countries,
      arraySlice(arraySort(groupUniqArray(src_endpoint_ip)), 1, 10) AS addresses,
      toString(min(time)) AS first_time,
      toString(max(time)) AS last_time,
      count() AS events
    FROM located GROUP BY person HAVING successful_login_count > 0
  ),
  -- A directory knows people by mail address, by account of a domain, and by account.
  departments AS (
    SELECT known_as, min(own_department) AS department FROM (
      SELECT arrayJoin(arrayDistinct(arrayFilter(name -> name != '', [lower(ifNull(user_email_addr, '')), lower(ifNull(user_name, '')),
        if(ifNull(user_domain, '') = '', '', lower(concat(splitByChar('.', ifNull(user_domain, ''))[1], '\\', ifNull(user_name, ''))))]))) AS known_as,
        user_department AS own_department
      FROM (
        SELECT user_email_addr, user_name, user_domain, user_department FROM user_inventory WHERE ifNull(user_department, '') != ''
        ORDER BY metadata_uid, version_time DESC, raw_file_uid DESC, raw_line_number DESC LIMIT 1 BY metadata_uid
      )
    ) GROUP BY known_as HAVING uniqExact(own_department) = 1
  )
SELECT totals.person AS person, successful_login_count, failed_login_count, country_count, ip_count, application_count,
  round(all_sine, 6) AS hour_sine, round(all_cosine, 6) AS hour_cosine, countries, addresses, first_time, last_time, events,
  active_days, usual_successes, usual_failures, usual_ips, usual_applications, most_successes, most_failures, most_ips, most_applications,
  arrayMin(hour_shifts) AS earliest_shift, arrayMax(hour_shifts) AS latest_shift,
  arraySlice(arraySort(pair -> (-pair.2, pair.1), arrayZip(days_by_country.1, arrayMap(one -> toUInt32(one), days_by_country.2))), 1, 10) AS country_days,
  departments.department AS department
FROM totals
GLOBAL INNER JOIN usual ON usual.person = totals.person
GLOBAL LEFT JOIN departments ON departments.known_as = totals.person
ORDER BY person
LIMIT 200000

-- Why is a line of a flow file refused?
WITH
  -- include: nfdump-names.sql
  -- include: words.sql
SELECT line_number,
  multiIf(length(values) != length(names), concat('it has ', toString(length(values)), ' values for ', toString(length(names)), ' columns'),
    ifNull(NOT (time >= toDateTime64('1970-01-01 00:00:00', 6, 'UTC') AND time < toDateTime64('2200-01-01 00:00:00', 6, 'UTC')), 1), 'a flow whose time cannot be read or lies outside 1970 to 2200',
    'a flow without two addresses') AS reason
FROM (
  SELECT line_number, values, moment(coalesce(field('StartTime'), field('ts'), field('firstSeen'))) AS time
  FROM (
    SELECT line_number, splitByChar(',', line) AS values
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
  )
)

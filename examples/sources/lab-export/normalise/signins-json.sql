-- into: authentication
-- format: lab-signins-json
-- One sign-in a line, as JSON, with the place and the outcome in objects of their own. The CSV has no failure reason and no client.
WITH
  -- include: words.sql
SELECT
  -- include: signins-columns.sql
  ,
  if(errorCode = 0, NULL, failureReason) AS status_detail,
  clientAppUsed AS client_app
FROM (
  SELECT file_uid, line_number, moment(event.createdDateTime) AS time,
    event.id AS id, nullIf(event.userPrincipalName, '') AS userPrincipalName, nullIf(event.appDisplayName, '') AS appDisplayName,
    event.ipAddress AS ipAddress, nullIf(event.clientAppUsed, '') AS clientAppUsed, nullIf(event.location.city, '') AS city,
    nullIf(event.location.countryOrRegion, '') AS country, event.location.geoCoordinates.latitude AS latitude,
    event.location.geoCoordinates.longitude AS longitude, event.status.errorCode AS errorCode, nullIf(event.status.failureReason, '') AS failureReason
  FROM (
    SELECT file_uid, line_number,
      JSONExtract(line, 'Tuple(id Nullable(String), createdDateTime Nullable(String), userPrincipalName Nullable(String),
        appDisplayName Nullable(String), ipAddress Nullable(String), clientAppUsed Nullable(String),
        location Tuple(city Nullable(String), countryOrRegion Nullable(String),
          geoCoordinates Tuple(latitude Nullable(Float64), longitude Nullable(Float64))),
        status Tuple(errorCode Nullable(Int64), failureReason Nullable(String)))') AS event
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
  )
)
WHERE time >= toDateTime64('1970-01-01 00:00:00', 6, 'UTC') AND time < toDateTime64('2200-01-01 00:00:00', 6, 'UTC') AND userPrincipalName IS NOT NULL AND errorCode IS NOT NULL

-- By which registered domains do the estate's people sign in? Places that a company rents outside are often named after it.
SELECT cutToFirstSignificantSubdomain(substring(lower(assumeNotNull(user_email_addr)), position(assumeNotNull(user_email_addr), '@') + 1)) AS domain, uniqExact(user_email_addr) AS people
FROM authentication
WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC') AND position(ifNull(user_email_addr, ''), '@') > 0 AND status = 'Success'
GROUP BY domain
HAVING domain != '' AND people >= 5
ORDER BY people DESC, domain
LIMIT 5

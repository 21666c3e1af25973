-- Which sign-ins make up this person's behaviour? Failures and foreign ones stand beside the usual ones.
SELECT metadata_uid, time
FROM authentication
WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')
  AND status IN ('Success', 'Failure') AND coalesce(user_email_addr, user_name) = {person:String}

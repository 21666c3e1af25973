-- into: authentication
-- format: linux-auth
-- Attempts to sign in or to become someone else, one row an attempt (message texts: OpenSSH auth.c and auth2.c, shadow and util-linux su,
-- sudo's logging.c, Linux-PAM pam_unix_auth.c). What counts as an attempt, so that none counts twice:
--   sshd     'Accepted … for' and 'Failed … for'. 'message repeated N times: [ … ]' is N more of them (1000 at most). 'Failed none' asks which methods
--            there are. 'Invalid user' counts only where the same sshd process logs no 'Failed … for' from that address (keys only,
--            or gone before a password). PAM's lines of sshd repeat these, so do 'maximum authentication attempts exceeded' and disconnects.
--   su       its own lines ('Successful su', 'FAILED su', '(to root) alice on pts/0'), not PAM's
--   sudo     'N incorrect password attempts' is N failures, a refusal one; what it ran is in process_activity
--   others   PAM's 'authentication failure', and its 'session opened' for logins at a screen, a serial line, FTP or remote desktop
-- service_name is the program; for su and sudo user_name is who they became, actor_user_name who they were.
WITH
  -- include: words.sql
  ,
  -- include: turns.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE multiSearchAny(line, ['Failed ', 'Accepted ', 'Invalid user ', 'Illegal user ', 'Successful su ', 'FAILED ', '(to ', ' ; USER=', 'authentication failure', 'session opened'])
    LIMIT 9223372036854775807
  ),
  messages AS (
    -- include: message.sql
  ),
  tried AS (
    SELECT host, pid, extract(message, ' from (\\S+) port \\d+(?: ssh2)?') AS origin FROM messages WHERE startsWith(program, 'sshd') AND position(message, 'Failed ') > 0
  ),
  attempts AS (
    SELECT *,
      multiIf(notEmpty(ssh), ssh[1], notEmpty(unknown), unknown[1], notEmpty(denied), denied[2], '') AS repeat_text,
      range(toUInt32(greatest(1, least(1000, toUInt64OrZero(repeat_text))))) AS repeats
    FROM (
      SELECT *,
        if(startsWith(program, 'sshd'), extractGroups(message, '^(?:message repeated (\\d{1,9}) times: \\[ )?(Failed|Accepted) (\\S+) for (invalid user |illegal user )?(.*) from (\\S+) port (\\d+)(?: ssh2)?(?:: .*?)?\\]?$'), []) AS ssh,
        if(startsWith(program, 'sshd'), extractGroups(message, '^(?:message repeated (\\d{1,9}) times: \\[ )?(?:Invalid|Illegal) user (.*) from (\\S+?)(?: port (\\d+))?\\]?$'), []) AS unknown,
        if(program = 'su', extractGroups(message, '^(?:(Successful|FAILED) su for (\\S+) by (\\S+)|(FAILED SU )?\\(to (\\S+)\\) (\\S+) on .*)$'), []) AS became,
        if(program = 'sudo', extractGroups(message, '^ *(\\S+) : (?:(\\d{1,9}) incorrect password attempts?|(.*?)) ; (?:.* ; )?USER=(\\S+) ;'), []) AS denied,
        if(NOT startsWith(program, 'sshd') AND program NOT IN ('su', 'sudo'), extractGroups(message, '^pam_\\w+\\(([^():]+):auth\\): authentication failure;.* ruser=(\\S*) rhost=(\\S*)(?: +user=(.*))?$'), []) AS refused,
        extractGroups(message, '^pam_unix\\((login|remote|gdm-password|gdm-autologin|lightdm|sddm|kde|xdm|xrdp-sesman|vsftpd|proftpd):session\\): session opened for user ([^\\s(]+)') AS entered
      FROM messages
      WHERE has_time
    )
    WHERE (notEmpty(ssh) AND ssh[3] != 'none')
      OR (notEmpty(unknown) AND (host, pid, unknown[3]) GLOBAL NOT IN (SELECT host, pid, origin FROM tried))
      OR notEmpty(became)
      OR (notEmpty(denied) AND NOT match(denied[3], '^[A-Z]+='))
      OR (notEmpty(refused) AND refused[1] NOT IN ('sshd', 'su', 'su-l', 'sudo', 'sudo-i'))
      OR notEmpty(entered)
  )
SELECT
  concat('linux-auth:', record_uid, if(repeat_text = '', '', concat(':', toString(turn_of)))) AS metadata_uid,
  time,
  'Linux' AS metadata_product_vendor_name,
  'Linux' AS metadata_product_name,
  multiIf(notEmpty(ssh), concat(ssh[2], ' ', ssh[3]), notEmpty(unknown), 'Invalid user', notEmpty(became), 'su', notEmpty(denied), 'sudo', 'PAM') AS metadata_event_code,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  if(notEmpty(became) OR notEmpty(denied), 'Account Switch', 'Logon') AS activity_name,
  if(ssh[2] = 'Accepted' OR (notEmpty(became) AND became[1] != 'FAILED' AND became[4] = '') OR notEmpty(entered), 'Success', 'Failure') AS status,
  multiIf(
    status = 'Success', NULL,
    notEmpty(unknown) OR ssh[4] != '', 'no such user',
    ssh[3] = 'password' OR notEmpty(denied) AND denied[2] != '', 'wrong password',
    notEmpty(ssh), concat(ssh[3], ' not accepted'),
    notEmpty(denied), denied[3],
    NULL) AS status_detail,
  account(user_text) AS user_name,
  if(match(user_text, '^[^@\\\\]+@[^@\\\\]+\\.[^@\\\\]+$'), lower(user_text), NULL) AS user_email_addr,
  nullIf(lower(extract(user_text, '^([^\\\\]+)\\\\')), '') AS user_domain,
  account(actor_text) AS actor_user_name,
  nullIf(ssh[3], '') AS auth_protocol,
  multiIf(notEmpty(entered) AND entered[1] NOT IN ('remote', 'xrdp-sesman', 'vsftpd', 'proftpd'), 'Interactive', entered[1] = 'xrdp-sesman', 'Remote Interactive', NULL) AS logon_type,
  multiIf(notEmpty(ssh) OR notEmpty(unknown), NOT ifNull(match(src_endpoint_ip, '^127\\.|^::1$'), false), notEmpty(became) OR notEmpty(denied) OR logon_type = 'Interactive', false, isNotNull(src_endpoint_ip), true, NULL) AS is_remote,
  if(startsWith(program, 'sshd'), 'sshd', coalesce(nullIf(refused[1], ''), nullIf(entered[1], ''), program)) AS service_name,
  address(origin) AS src_endpoint_ip,
  nullIf(toUInt16OrNull(concat(ssh[7], unknown[4])), 0) AS src_endpoint_port,
  if(isNull(address(origin)) AND match(origin, '[A-Za-z]'), lower(trimRight(origin, '.')), NULL) AS src_endpoint_hostname,
  host AS device_hostname
FROM (
  SELECT *,
    multiIf(notEmpty(ssh), ssh[5], notEmpty(unknown), unknown[2], notEmpty(became), concat(became[2], became[5]), notEmpty(denied), denied[4], notEmpty(refused), refused[4], entered[2]) AS user_text,
    multiIf(notEmpty(became), concat(became[3], became[6]), notEmpty(denied), denied[1], '') AS actor_text,
    concat(ssh[6], unknown[3], refused[3]) AS origin
  FROM attempts
)
ARRAY JOIN repeats AS turn_of

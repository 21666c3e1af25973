  -- How sign-ins are read; stands behind words.sql.
  -- Results of sign-ins. A code that only asks for more (another factor, consent, a choice of account, a fresh token) is neither success
  -- nor failure (Microsoft identity platform, "authentication and authorization error codes": interrupts).
  , (code -> multiIf(isNull(code), NULL, code = '0', 'Success',
    code IN ('16000', '16001', '16003', '50058', '50072', '50074', '50076', '50079', '50097', '50125', '50127', '50129', '50132', '50140', '50143', '50158',
      '50173', '50199', '51006', '65001', '70043', '70044', '81010', '81012', '700082'), NULL,
    'Failure')) AS sign_in_status
  , (text -> if(match(text, '^\\d+$'), text, NULL)) AS digits
  , (name -> if(JSONType(place, name) = 'String', nullIf(JSONExtractString(place, name), ''), NULL)) AS place_name
  , (text -> transform(text, ['0', '1', '10', '50', '100'], [NULL, 'none', 'low', 'medium', 'high'], text)) AS risk_word

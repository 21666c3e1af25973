  -- Severity captions and ids of ATT&CK in what an alert says; stands behind words.sql.
  , (text -> nullIf(transform(lower(text), ['informational', 'low', 'medium', 'high', 'critical'], ['Informational', 'Low', 'Medium', 'High', 'Critical'], ''), '')) AS severity_caption
  -- Bands of the console.
  , (number -> multiIf(isNull(number), NULL, number >= 80, 'Critical', number >= 60, 'High', number >= 40, 'Medium', number >= 20, 'Low', 'Informational')) AS severity_band
  -- CST… and CSTA… are the vendor's own.
  , (texts -> arraySort(arrayDistinct(arrayFilter(text -> match(text, '^T\\d{4}(?:\\.\\d{3})?$'), texts)))) AS techniques_of
  , (words -> arraySort(arrayDistinct(arrayFilter(word -> word IN ('Reconnaissance', 'Resource Development', 'Initial Access', 'Execution', 'Persistence', 'Privilege Escalation', 'Defense Evasion',
    'Stealth', 'Defense Impairment', 'Credential Access', 'Discovery', 'Lateral Movement', 'Collection', 'Command and Control', 'Exfiltration', 'Impact'), words)))) AS tactics_of

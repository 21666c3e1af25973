  -- How alerts are read; stands behind words.sql.
  , (text -> nullIf(transform(lower(text), ['informational', 'information', 'low', 'medium', 'high', 'critical'],
    ['Informational', 'Informational', 'Low', 'Medium', 'High', 'Critical'], ''), '')) AS severity_caption
  -- Ids that ATT&CK has, wherever they stand in a text.
  , (text -> arraySort(arrayDistinct(extractAll(ifNull(text, ''), '\\b(T\\d{4}(?:\\.\\d{3})?)\\b')))) AS techniques_in
  , (words -> arraySort(arrayDistinct(arrayFilter(word -> word != '', arrayMap(word -> transform(replaceAll(lower(word), ' ', ''),
    ['reconnaissance', 'resourcedevelopment', 'initialaccess', 'execution', 'persistence', 'privilegeescalation', 'defenseevasion', 'stealth', 'defenseimpairment',
     'credentialaccess', 'discovery', 'lateralmovement', 'collection', 'commandandcontrol', 'exfiltration', 'impact'],
    ['Reconnaissance', 'Resource Development', 'Initial Access', 'Execution', 'Persistence', 'Privilege Escalation', 'Defense Evasion', 'Stealth', 'Defense Impairment',
     'Credential Access', 'Discovery', 'Lateral Movement', 'Collection', 'Command and Control', 'Exfiltration', 'Impact'], ''), words))))) AS tactics_of
  -- The products behind alerts have borne several names.
  , (text -> nullIf(transform(replaceRegexpAll(replaceRegexpOne(lower(ifNull(text, '')), '^microsoft\\s?', ''), '[^a-z0-9]', ''),
    ['defenderforendpoint', 'defenderadvancedthreatprotection', 'mdatp', 'windowsdefenderatp', 'defenderforidentity', 'azureadvancedthreatprotection', 'aatp',
     'defenderforoffice365', 'office365advancedthreatprotection', 'officeatp', 'oatp', 'defenderforcloudapps', 'cloudappsecurity', 'mcas', '365defender', 'threatprotection', 'defenderxdr', 'mtp',
     'azureadidentityprotection', 'azureactivedirectoryidentityprotection', 'aadidentityprotection', 'entraidprotection', 'ipc',
     'azuresecuritycenter', 'defenderforcloud', 'azuredefender', 'detection', 'azuresentinel', 'sentinel', 'asi', 'customalertrule', 'appgovernance', 'datalossprevention', 'insiderriskmanagement'],
    ['Defender for Endpoint', 'Defender for Endpoint', 'Defender for Endpoint', 'Defender for Endpoint', 'Defender for Identity', 'Defender for Identity', 'Defender for Identity',
     'Defender for Office 365', 'Defender for Office 365', 'Defender for Office 365', 'Defender for Office 365', 'Defender for Cloud Apps', 'Defender for Cloud Apps', 'Defender for Cloud Apps', 'Defender XDR', 'Defender XDR', 'Defender XDR', 'Defender XDR',
     'Entra ID Protection', 'Entra ID Protection', 'Entra ID Protection', 'Entra ID Protection', 'Entra ID Protection',
     'Defender for Cloud', 'Defender for Cloud', 'Defender for Cloud', 'Defender for Cloud', 'Sentinel', 'Sentinel', 'Sentinel', 'Sentinel', 'App Governance', 'Data Loss Prevention', 'Insider Risk Management'],
    replaceRegexpOne(ifNull(text, ''), '^(?i)microsoft\\s+', '')), '')) AS product_named
  , (texts -> nullIf(lower(arrayFirst(text -> match(text, '^[0-9a-fA-F]{64}$'), texts)), '')) AS sha256_in
  , (kind -> arrayFirst((thing, own_kind) -> own_kind = kind, evidence, kinds)) AS evidence_of

-- What is looked up of threats and campaigns: kept as received.
SELECT line_number,
  if(JSONHas(line, 'reports'), 'a forensic report on a threat', 'a campaign with its actors, families and techniques') AS kind
FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
WHERE isValidJSON(line) AND (JSONType(line, 'reports') = 'Array' OR JSONType(line, 'campaignMembers') = 'Array')

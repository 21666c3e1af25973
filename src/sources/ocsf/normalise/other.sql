-- Which OCSF events are kept as received: those of classes without a table, and Spoor's own findings read back in, which are no evidence?
SELECT line_number,
  if(event.metadata.product.name = 'Spoor', 'finding of Spoor itself', concat('OCSF ', coalesce(nullIf(event.class_name, ''), concat('class ', event.class_uid)))) AS kind
FROM (
  SELECT line_number,
    JSONExtract(line, 'Tuple(class_uid Nullable(String), class_name Nullable(String), metadata Tuple(product Tuple(name Nullable(String))))') AS event
  FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
  WHERE JSONHas(line, 'metadata')
)
WHERE match(event.class_uid, '^[1-9][0-9]{3,8}$')
  AND (event.metadata.product.name = 'Spoor' OR event.class_uid NOT IN ('4001', '4002', '4003', '4005', '4006', '4007', '4009', '4012', '3001',
    '3002', '3005', '3006', '1001', '1006', '1007', '1009', '201001', '201002', '201004', '6003', '2004', '5001', '5003'))

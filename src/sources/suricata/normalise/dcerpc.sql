-- into: rpc_activity
-- format: suricata-dcerpc, suricata-smb
-- Suricata dcerpc events, and smb events that carry one: binds name the interface, requests the number of the operation (Suricata user guide; interface ids as in MS-SCMR, MS-TSCH, MS-WMI, MS-DCOM and their kin).
WITH
  -- include: words.sql
SELECT
  concat('suricata-rpc:', record_uid) AS metadata_uid,
  -- include: product.sql
  coalesce(filled(event.dcerpc.request), event.smb.dcerpc.request) AS activity_name,
  -- include: ends.sql
  'dcerpc' AS protocol_name,
  transform(bound, [
      '367abb81-9844-35f1-ad32-98f038001003', '1ff70682-0a51-30e8-076d-740be8cee98b', '378e52b0-c0a9-11cf-822d-00aa0051e40f', '86d35949-83c9-4044-b424-db363231fd0c',
      '9556dc99-828c-11cf-a37e-00aa003240c7', 'f309ad18-d86a-11d0-a075-00c04fb68820', '000001a0-0000-0000-c000-000000000046', '4d9f4ab8-7d1c-11cf-861e-0020af6e7c57',
      '99fcfec4-5260-101b-bbcb-00aa0021347a', '12345778-1234-abcd-ef00-0123456789ac', '12345778-1234-abcd-ef00-0123456789ab', '4b324fc8-1670-01d3-1278-5a47bf6ee188',
      '6bffd098-a112-3610-9833-46c3f87e345a', '338cd001-2244-31f1-aaaa-900038001003', 'e3514235-4b06-11d1-ab04-00c04fc2dcd2', '12345678-1234-abcd-ef00-01234567cffb',
      '12345678-1234-abcd-ef00-0123456789ab', 'e1af8308-5d1f-11c9-91a4-08002b14a0fa', 'c681d488-d850-11d0-8c52-00c04fd90f7e', 'df1941c5-fe89-4e79-bf10-463657acf44d'],
    ['svcctl', 'atsvc', 'sasec', 'ITaskSchedulerService', 'IWbemServices', 'IWbemLevel1Login', 'IRemoteSCMActivator', 'IActivation', 'IOXIDResolver', 'samr', 'lsarpc', 'srvsvc',
      'wkssvc', 'winreg', 'drsuapi', 'netlogon', 'spoolss', 'epmapper', 'efsrpc', 'efsrpc'], bound) AS rpc_interface,
  coalesce(concat('opnum ', toString(coalesce(event.dcerpc.opnum, event.smb.dcerpc.opnum))), lower(activity_name)) AS rpc_operation
FROM (
  SELECT record_uid, file_uid, line_number, event, moment(event.timestamp) AS time,
    arrayConcat(event.dcerpc.interfaces, event.smb.dcerpc.interfaces) AS offered,
    lower(coalesce(filled(arrayFirst(one -> ifNull(one.ack_result = 0, 0), offered).uuid), filled(offered[1].uuid), filled(event.dcerpc.interface), filled(event.smb.dcerpc.interface))) AS bound
  FROM (
    SELECT record_uid, file_uid, line_number, JSONExtract(line, 'Tuple(
      -- include: base-fields.sql
      dcerpc Tuple(request Nullable(String), response Nullable(String), opnum Nullable(UInt32), interface Nullable(String), interfaces Array(Tuple(uuid Nullable(String), ack_result Nullable(Int32)))), smb Tuple(dcerpc Tuple(request Nullable(String), response Nullable(String), opnum Nullable(UInt32), interface Nullable(String), interfaces Array(Tuple(uuid Nullable(String), ack_result Nullable(Int32))))))') AS event
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE position(line, '"dcerpc"') > 0
  )
  WHERE event.event_type IN ('dcerpc', 'smb') AND coalesce(filled(event.dcerpc.request), filled(event.smb.dcerpc.request)) IS NOT NULL
)
-- include: guard.sql

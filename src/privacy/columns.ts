/**
 * How a column is shown. `host`: a device of ours; `name`: a host name, ours or outside; `text`: free text, word by word; `label`: a
 * short word of a vendor or protocol; `id`: an identifier that means nothing but
 * itself, and people as they are called, whose given names may be words; `plain`: numbers, times and truth values;
 * `place`: a coordinate, to the whole degree.
 */
export type Treatment =
  | "host"
  | "name"
  | "user"
  | "mail"
  | "domain"
  | "address"
  | "hash"
  | "id"
  | "event"
  | "label"
  | "country"
  | "technique"
  | "text"
  | "place"
  | "plain";

// By name: a column of this name means the same in every table (OCSF attribute paths). What is named nowhere is not shown.
const columns: Readonly<Record<Treatment, string>> = {
  event: "metadata_uid",
  host: "device_hostname",
  name: "src_endpoint_hostname dst_endpoint_hostname query_hostname http_request_url_hostname url_hostname tls_sni",
  user: "user_name actor_user_name target_user_name service_account device_owner_user_name",
  mail: "user_email_addr email_from email_header_from email_reply_to email_to",
  domain: "user_domain actor_user_domain device_domain",
  address: "src_endpoint_ip dst_endpoint_ip device_ip device_external_ip",
  hash: "tls_ja3_hash tls_ja3s_hash client_hassh process_file_hash_sha256 process_file_hash_md5 file_hash_sha256 file_hash_sha1 file_hash_md5 attachment_hashes_sha256",
  id: `connection_info_uid src_endpoint_mac dst_endpoint_mac device_mac device_uid user_uid user_sid actor_user_uid actor_process_uid process_uid
    parent_process_uid script_uid file_uids session_uid actor_session_uid actor_access_key_uid email_message_uid threat_campaign_uid incident_uid
    resource_uid cloud_account_uid user_full_name`,
  label: `metadata_product_vendor_name metadata_product_name metadata_event_code activity_name connection_info_protocol_name
    connection_info_direction connection_info_state app_name tls_version tls_status query_type query_class rcode http_request_http_method
    http_response_content_type http_request_content_type share_type access_mask status status_code keyboard_layout protocol_name rpc_interface
    rpc_operation user_type auth_protocol authentication_token_encryption_details_algorithm logon_type device_os client_app risk_level
    conditional_access_status process_integrity script_type service_start_type file_mime_type direction disposition threat_classification
    spf_result dkim_result dmarc_result api_operation api_service_name actor_user_type resource_type cloud_region severity verdict
    finding_info_types device_type device_criticality record_type risk_state attack_tactics`,
  country: "src_endpoint_location_country",
  technique: "attack_techniques",
  text: `answers tls_certificate_subject tls_certificate_issuer actor_process_name actor_process_path actor_process_cmd_line
    http_request_url_path http_request_referrer http_request_user_agent share file_name file_path client_software server_software named_pipe
    message status_detail mfa_detail service_name resource_name src_endpoint_location_city process_name process_path process_cmd_line
    process_file_original_name process_file_signer parent_process_name parent_process_path parent_process_cmd_line working_directory
    script_content script_path job_name job_cmd_line service_cmd_line reg_key_path reg_value_name reg_value_data email_subject threat_names
    attachment_names url_string actor_app_name actor_session_issuer detail finding_info_title finding_info_desc finding_info_url
    device_groups user_department user_title user_groups risk_detail`,
  place: "src_endpoint_location_latitude src_endpoint_location_longitude",
  plain: `time end_time version_time first_seen_time last_seen_time src_endpoint_port dst_endpoint_port count duration_seconds
    traffic_bytes_out traffic_bytes_in traffic_packets_out traffic_packets_in answer_ttl_seconds http_request_length http_response_code
    http_response_length file_size auth_attempts is_interactive is_mfa is_remote is_privileged src_endpoint_autonomous_system_number
    device_is_managed process_pid parent_process_pid email_size phish_score malware_score spam_score url_count attack_index click_count`,
};

// Where a record lies in the files that were read: their names are the house's own, and nothing is learned from them.
const unshown: ReadonlySet<string> = new Set(["raw_file_uid", "raw_line_number"]);

/** How each column is shown, by name; a column that is not here is not shown. */
export const treatments: ReadonlyMap<string, Treatment> = new Map(
  treatmentNames().flatMap((treatment) =>
    columns[treatment].split(/\s+/).map((column): [string, Treatment] => [column, treatment]),
  ),
);

/** Columns that are never shown. */
export const unshownColumns = unshown;

/** Tables whose rows are versions of an object: the newest of a uid counts. */
export const versionedTables: ReadonlySet<string> = new Set(["detection_finding", "device_inventory", "user_inventory"]);

/** What a model may ask: what happened, and what the vendors know of devices and people. Nothing of our own is among it. */
export const seenTables: readonly string[] = [
  "api_activity",
  "authentication",
  "detection_finding",
  "device_inventory",
  "dns_activity",
  "email_activity",
  "email_url_activity",
  "file_activity",
  "http_activity",
  "network_activity",
  "process_activity",
  "rdp_activity",
  "registry_activity",
  "rpc_activity",
  "scheduled_job_activity",
  "script_activity",
  "service_activity",
  "smb_activity",
  "ssh_activity",
  "user_inventory",
];

function treatmentNames(): Treatment[] {
  return Object.keys(columns).filter((name): name is Treatment => name in columns);
}

import type { ObservableName, observableTypes } from "../types.ts";

type ObservableType = keyof typeof observableTypes;

// Captions as OCSF's observable object gives them.
const captions = {
  hostname: "Hostname",
  ip: "IP Address",
  mac: "MAC Address",
  user_name: "User Name",
  email: "Email Address",
  url: "URL String",
  file_name: "File Name",
  hash: "Hash",
  process_name: "Process Name",
  resource_uid: "Resource UID",
  port: "Port",
  cmd_line: "Command Line",
  country: "Country",
  process_id: "Process ID",
  user_agent: "HTTP User-Agent",
  other: "Other",
} as const satisfies Record<ObservableType, string>;

const types: Record<ObservableName, ObservableType> = {
  "src_endpoint.ip": "ip",
  "src_endpoint.port": "port",
  "src_endpoint.hostname": "hostname",
  "src_endpoint.location.country": "country",
  "src_endpoint.autonomous_system.number": "other",
  "dst_endpoint.ip": "ip",
  "dst_endpoint.port": "port",
  "dst_endpoint.hostname": "hostname",
  "connection_info.protocol_name": "other",
  "device.hostname": "hostname",
  "device.ip": "ip",
  "device.uid": "resource_uid",
  "actor.user.name": "user_name",
  "user.name": "user_name",
  "email.from": "email",
  "email.to": "email",
  "query.hostname": "hostname",
  "process.name": "process_name",
  "process.cmd_line": "cmd_line",
  "file.name": "file_name",
  "file.hashes": "hash",
  "url.hostname": "hostname",
  "url.url_string": "url",
  "http_request.user_agent": "user_agent",
  "service.name": "other",
  "job.name": "other",
  share: "other",
  "api.operation": "other",
  "resource.name": "resource_uid",
};

/** What kind of value an observable of this name holds, with OCSF's caption for it. */
export function observableTypeOf(name: ObservableName): { readonly type: ObservableType; readonly caption: string } {
  return { type: types[name], caption: captions[types[name]] };
}

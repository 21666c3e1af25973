import { getDomain } from "tldts";

/**
 * The part of a host name that someone registered, by the Public Suffix List with its private section, so that tenants of a hosting
 * name ("a.cloudfront.net", "b.duckdns.org") stay apart. The whole name where there is none.
 */
export function registeredDomain(name: string): string {
  return getDomain(name, { allowPrivateDomains: true, validateHostname: false }) ?? name;
}

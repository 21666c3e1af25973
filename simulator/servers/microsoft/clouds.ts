/** What a token for Graph is made out to, in the clouds that Microsoft runs. */
export const cloudResources: readonly string[] = [
  "https://graph.microsoft.com",
  "https://graph.microsoft.us",
  "https://dod-graph.microsoft.us",
  "https://microsoftgraph.chinacloudapi.cn",
];

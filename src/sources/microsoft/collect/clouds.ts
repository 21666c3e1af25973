/** Where the interfaces answer in a national cloud; null: the interface is not offered there. */
export interface Cloud {
  readonly graph: string;
  readonly login: string;
  /** The Office 365 Management Activity feed. */
  readonly activity: string | null;
  /** Alerts, incidents, risk and advanced hunting; the cloud of China has none of these. */
  readonly hasSecurity: boolean;
}

// Microsoft Graph documentation, "National cloud deployments"; Office 365 Management APIs reference for the feed.
export const clouds = {
  global: {
    graph: "https://graph.microsoft.com",
    login: "https://login.microsoftonline.com",
    activity: "https://manage.office.com",
    hasSecurity: true,
  },
  gcc: {
    graph: "https://graph.microsoft.com",
    login: "https://login.microsoftonline.com",
    activity: "https://manage-gcc.office.com",
    hasSecurity: true,
  },
  usgov: {
    graph: "https://graph.microsoft.us",
    login: "https://login.microsoftonline.us",
    activity: "https://manage.office365.us",
    hasSecurity: true,
  },
  dod: {
    graph: "https://dod-graph.microsoft.us",
    login: "https://login.microsoftonline.us",
    activity: "https://manage.protection.apps.mil",
    hasSecurity: true,
  },
  china: {
    graph: "https://microsoftgraph.chinacloudapi.cn",
    login: "https://login.chinacloudapi.cn",
    activity: null,
    hasSecurity: false,
  },
} as const satisfies Readonly<Record<string, Cloud>>;

export const cloudNames = ["global", "gcc", "usgov", "dod", "china"] as const satisfies readonly (keyof typeof clouds)[];

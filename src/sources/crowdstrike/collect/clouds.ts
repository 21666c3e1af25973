/** Where each Falcon cloud answers (gofalcon, falconpy). A token's answer names its cloud in X-Cs-Region. */
export const clouds: Readonly<Record<CloudName, string>> = {
  "us-1": "https://api.crowdstrike.com",
  "us-2": "https://api.us-2.crowdstrike.com",
  "us-3": "https://api.us-3.crowdstrike.com",
  "eu-1": "https://api.eu-1.crowdstrike.com",
  "us-gov-1": "https://api.laggar.gcw.crowdstrike.com",
  "us-gov-2": "https://api.us-gov-2.crowdstrike.mil",
};

export const cloudNames = ["us-1", "us-2", "us-3", "eu-1", "us-gov-1", "us-gov-2"] as const;
export type CloudName = (typeof cloudNames)[number];

import { registeredDomain } from "./registered-domain.ts";

/**
 * What a well-known service is for. "storage": a place that people, and intruders, upload to; "drop": one that takes files or text
 * from anybody without an account.
 */
export type ServiceKind = "platform" | "security" | "work" | "storage" | "drop" | "media";

/** A maker of widely used software whose programs call home by themselves. */
export interface KnownService {
  readonly owner: string;
  readonly kind: ServiceKind;
}

// Registered domains that only their maker can hand out names in: names that anyone can rent (azurewebsites.net, cloudfront.net,
// githubusercontent.com and the like) are left out on purpose. From the makers' own lists of endpoints to allow in firewalls.
const domains: Readonly<Record<ServiceKind, Readonly<Record<string, string>>>> = {
  platform: {
    Microsoft:
      "microsoft.com windows.com windowsupdate.com msftconnecttest.com msftncsi.com live.com msn.com bing.com msedge.net office.com office.net office365.com microsoftonline.com microsoftonline-p.com msauth.net msftauth.net s-microsoft.com sfx.ms skype.com visualstudio.com azure.com msocsp.com aka.ms microsoftapp.net",
    Google:
      "google.com googleapis.com gstatic.com gvt1.com gvt2.com gvt3.com google-analytics.com googletagmanager.com googleadservices.com googlesyndication.com doubleclick.net android.com chrome.com withgoogle.com ggpht.com",
    Apple: "apple.com icloud.com mzstatic.com aaplimg.com apple-dns.net cdn-apple.com icloud-content.com apple-cloudkit.com",
    Mozilla: "mozilla.com mozilla.org mozilla.net firefox.com mozgcp.net",
    Canonical: "ubuntu.com canonical.com snapcraft.io",
    "Red Hat": "redhat.com fedoraproject.org centos.org",
    Debian: "debian.org",
    Opera: "opera.com opera-api.com",
    Brave: "brave.com bravesoftware.com",
    Intel: "intel.com",
    NVIDIA: "nvidia.com",
    HP: "hp.com hpsmart.com",
    Dell: "dell.com",
    Lenovo: "lenovo.com lenovomm.com",
    Oracle: "oracle.com java.com",
    Adobe: "adobe.com adobe.io adobelogin.com typekit.net adobedtm.com",
    Samsung: "samsung.com samsungcloud.com",
    DigiCert: "digicert.com symcb.com symcd.com verisign.com geotrust.com thawte.com rapidssl.com",
    Sectigo: "sectigo.com comodoca.com usertrust.com",
    GlobalSign: "globalsign.com globalsign.net",
    "Let's Encrypt": "letsencrypt.org lencr.org",
    Entrust: "entrust.net",
    VMware: "vmware.com",
    Docker: "docker.com docker.io",
    GitHub: "github.com",
    JetBrains: "jetbrains.com",
    Python: "pypi.org pythonhosted.org",
    npm: "npmjs.org npmjs.com",
  },
  security: {
    CrowdStrike: "crowdstrike.com cloudsink.net",
    ESET: "eset.com eset.eu",
    Avast: "avast.com avcdn.net avg.com",
    Kaspersky: "kaspersky.com kaspersky-labs.com",
    Symantec: "symantec.com symantecliveupdate.com norton.com broadcom.com",
    McAfee: "mcafee.com trellix.com",
    "Trend Micro": "trendmicro.com",
    Sophos: "sophos.com sophosupd.com sophosxl.net",
    Bitdefender: "bitdefender.com bitdefender.net",
    Malwarebytes: "malwarebytes.com mwbsys.com",
    "F-Secure": "f-secure.com fsapi.com",
    SentinelOne: "sentinelone.net",
    "Carbon Black": "conferdeploy.net carbonblack.io",
    "Palo Alto Networks": "paloaltonetworks.com",
    Cisco: "cisco.com umbrella.com opendns.com",
    Okta: "okta.com oktacdn.com",
    Zscaler: "zscaler.net zscaler.com zscloud.net",
    Tenable: "tenable.com",
    Qualys: "qualys.com",
    Rapid7: "rapid7.com",
  },
  work: {
    Slack: "slack.com slack-edge.com slack-imgs.com slack-msgs.com",
    Zoom: "zoom.us zoom.com",
    Webex: "webex.com wbx2.com",
    GoTo: "logmein.com goto.com gotomeeting.com",
    Atlassian: "atlassian.com atlassian.net",
    Salesforce: "salesforce.com force.com",
    ServiceNow: "service-now.com",
    Notion: "notion.so",
    Grammarly: "grammarly.com grammarly.io",
    LastPass: "lastpass.com",
    "1Password": "1password.com",
    Zotero: "zotero.org",
    Overleaf: "overleaf.com",
    Miro: "miro.com",
    Figma: "figma.com",
    LinkedIn: "linkedin.com licdn.com",
    "New Relic": "newrelic.com nr-data.net",
    Datadog: "datadoghq.com",
    Sentry: "sentry.io",
    Segment: "segment.io segment.com",
    Mixpanel: "mixpanel.com",
    Hotjar: "hotjar.com",
  },
  storage: {
    Dropbox: "dropbox.com dropboxapi.com dropboxstatic.com dropboxusercontent.com",
    Box: "box.com boxcdn.net boxcloud.com",
    pCloud: "pcloud.com",
    Backblaze: "backblaze.com backblazeb2.com",
    Wasabi: "wasabisys.com",
  },
  drop: {
    Mega: "mega.nz mega.co.nz mega.io",
    WeTransfer: "wetransfer.com wetransfer.net",
    MediaFire: "mediafire.com",
    Gofile: "gofile.io",
    "file.io": "file.io",
    "transfer.sh": "transfer.sh",
    "anonymous file hosts": "anonfiles.com bayfiles.com catbox.moe 0x0.st filebin.net sendspace.com uploadfiles.io temp.sh",
    "paste sites": "pastebin.com ghostbin.com hastebin.com rentry.co dpaste.org",
    "request collectors": "webhook.site requestbin.com pipedream.net",
    Telegram: "telegram.org t.me",
    Discord: "discord.com discordapp.com",
  },
  media: {
    Meta: "facebook.com facebook.net fbcdn.net instagram.com cdninstagram.com whatsapp.com whatsapp.net",
    YouTube: "youtube.com ytimg.com googlevideo.com youtube-nocookie.com",
    X: "twitter.com twimg.com x.com",
    Spotify: "spotify.com scdn.co spotifycdn.com",
    Netflix: "netflix.com nflxvideo.net nflxso.net nflximg.net",
    Twitch: "twitch.tv ttvnw.net",
    TikTok: "tiktok.com tiktokcdn.com tiktokv.com",
    Steam: "steampowered.com steamcontent.com steamstatic.com",
    Criteo: "criteo.com criteo.net",
    Xandr: "adnxs.com",
  },
};

const byDomain: ReadonlyMap<string, KnownService> = new Map(
  Object.entries(domains).flatMap(([kind, owners]) =>
    Object.entries(owners).flatMap(([owner, names]) =>
      names.split(" ").map((name): [string, KnownService] => [name, { owner, kind: kindOf(kind) }]),
    ),
  ),
);

function kindOf(kind: string): ServiceKind {
  return kind === "platform" || kind === "security" || kind === "work" || kind === "storage" || kind === "drop" ? kind : "media";
}

/** The well-known service that a host name belongs to; null for any other name. */
export function knownService(name: string): KnownService | null {
  return byDomain.get(registeredDomain(name)) ?? null;
}

// Networks that carry only (or, for Microsoft and Google, mostly) their owner's own services. Networks that are rented out to anyone
// (Amazon, Cloudflare, OVH, Hetzner, …) say nothing: an intruder can be any tenant.
const ownNetworks: ReadonlySet<number> = new Set([
  8068, 8069, 8075, 15169, 714, 6185, 32934, 13414, 19679, 50881, 198605, 2906, 32590, 57976, 46489, 36459,
]);

/** True for a network (by AS number) that its owner uses for its own services. */
export function isOwnServiceNetwork(autonomousSystemNumber: number): boolean {
  return ownNetworks.has(autonomousSystemNumber);
}

/** Matches the names under which the large clouds announce their networks. */
export const cloudOwner = /amazon|aws|microsoft|google/i;

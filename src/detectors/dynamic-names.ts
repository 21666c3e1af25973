// Domains below which anybody can have a name within a minute, for an address that changes or for a tunnel into a network.
const domains: ReadonlySet<string> = new Set(
  (
    "duckdns.org no-ip.org no-ip.com no-ip.biz no-ip.info noip.me noip.us ddns.net ddns.me ddnsking.com hopto.org hopto.me zapto.org sytes.net " +
    "myftp.org myftp.biz myvnc.com servebeer.com servehttp.com serveftp.com servegame.com redirectme.net bounceme.net 3utilities.com gotdns.ch " +
    "dyndns.org dyndns.biz dyndns.info dyndns.tv dynalias.com dynalias.net dynalias.org homeip.net homelinux.com homelinux.net homelinux.org " +
    "dynu.net dynu.com freeddns.org mywire.org accesscam.org theworkpc.com ydns.eu dynv6.net dns.army dns.navy v6.rocks changeip.com mooo.com " +
    "chickenkiller.com strangled.net us.to crabdance.com jumpingcrab.com afraid.org ignorelist.com linkpc.net kozow.com gleeze.com giize.com " +
    "webredirect.org ngrok.io ngrok.app ngrok-free.app ngrok.dev trycloudflare.com loca.lt localtunnel.me serveo.net portmap.io portmap.host playit.gg"
  ).split(" "),
);

/** True for a name of a dynamic name service or a public tunnel: names that cost nothing and say nothing of who is behind them. */
export function isDynamicName(name: string): boolean {
  const labels = name.toLowerCase().split(".");
  return [2, 3].some((count) => labels.length > count && domains.has(labels.slice(-count).join(".")));
}

import { createHash } from "node:crypto";
import { pageStyle } from "../report/page-style.ts";

/** The style of the pages: the report's, and what forms need beside it. */
export const style = `${pageStyle}
h1{overflow-wrap:anywhere}
.note{border-left:3px solid var(--strong);padding:.4rem .8rem;background:var(--faint);margin:1rem 0}
form{margin:0}
button,select,input,textarea{font:inherit;font-size:.87rem;color:var(--ink);background:var(--paper);border:1px solid var(--muted);border-radius:4px;padding:.35rem .6rem;max-width:100%}
button{border-color:var(--link);background:var(--link);color:var(--paper);cursor:pointer;white-space:nowrap}
button.plain{background:transparent;color:var(--link)}
label{font-size:.87rem;color:var(--muted)}
label>*{display:block;margin-top:.15rem}
.fields{display:flex;flex-wrap:wrap;gap:.7rem 1rem;align-items:end;margin:.8rem 0}
.fields .grow{flex:1 1 16rem}
.fields .grow>*{width:100%}
.rows{list-style:none;padding:0}
.rows>li{display:flex;gap:.8rem;align-items:flex-start;margin:.5rem 0}
.rows>li>details{flex:1 1 auto;min-width:0;margin:0}
.rows>li>form{padding-top:.45rem;flex:none}
.verdict{color:var(--muted);font-size:.87rem}
progress{width:100%;accent-color:var(--link)}
.talk{white-space:pre-wrap;overflow-wrap:anywhere}
nav [aria-current]{font-weight:600;color:var(--ink)}
@media screen and (max-width:760px){
.rows>li{flex-direction:column;gap:.3rem;margin:0 0 1rem}
.rows>li>details{width:100%}
.rows>li>form{padding:0}
}
`;

const styleHash = hashOf(style);

/** What a page of ours may load and do: its own style, by its hash, and forms to this server. No script, no picture, no other address. */
export const pagePolicy = policy(styleHash, "'self'");

/** The same for a report, which has no forms; only the style sheet that stands in its head holds. */
export function reportPolicy(report: string): string {
  return policy(hashOf(/<style>([^<]*)<\/style>/.exec(report)?.[1] ?? ""), "'none'");
}

function policy(hash: string, formAction: string): string {
  return `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action ${formAction}; frame-ancestors 'none'`;
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("base64");
}

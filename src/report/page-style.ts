/**
 * The style of report.html: one column of text, a table of contents beside it where there is room, tables that scroll inside
 * themselves, light and dark by the reader's scheme, and paper. System fonts, because the file loads nothing.
 */
export const pageStyle = `
:root{color-scheme:light dark;--paper:#ffffff;--ink:#1b1f24;--muted:#56606c;--line:#d9dee4;--faint:#f4f6f8;--link:#1d5fa8;--strong:#c2540a;
--critical:#7d1538;--on-critical:#ffffff;--high:#b84a08;--on-high:#ffffff;--medium:#f2c14e;--on-medium:#1b1f24;--low:#cfe1f4;--on-low:#1b1f24;--informational:#e3e7eb;--on-informational:#1b1f24}
@media screen and (prefers-color-scheme:dark){:root{--paper:#14181d;--ink:#e6e9ed;--muted:#a3adb8;--line:#313941;--faint:#1b2127;--link:#8fc0f5;--strong:#ff9d57;
--critical:#ff86ab;--on-critical:#14181d;--high:#f08a3c;--on-high:#14181d;--medium:#e0b040;--on-medium:#14181d;--low:#2c4967;--on-low:#e6e9ed;--informational:#39424c;--on-informational:#e6e9ed}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%;scroll-padding-top:1rem}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Liberation Sans","DejaVu Sans",sans-serif;font-variant-numeric:tabular-nums}
.page{max-width:1180px;margin:0 auto;padding:1.5rem 1.25rem 4rem}
main{max-width:900px;min-width:0;overflow-wrap:anywhere}
a{color:var(--link);text-decoration:none}
main a{text-decoration:underline;text-decoration-thickness:1px;text-underline-offset:.15em}
a:hover{text-decoration:underline}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
h1{font-size:1.7rem;line-height:1.2;margin:0 0 .35rem}
h2{font-size:1.3rem;line-height:1.25;margin:2.6rem 0 .8rem;padding-top:.7rem;border-top:2px solid var(--ink)}
main>section:first-child>h2{margin-top:1.4rem}
h3{font-size:1.05rem;margin:2rem 0 .3rem}
p{margin:.5rem 0}
.count{color:var(--muted);font-weight:400}
.quiet,.subtitle{color:var(--muted)}
.subtitle p{margin:.1rem 0}
.tlp{display:inline-block;margin:.2rem 0;padding:.1em .55em;background:#000000;font-weight:700;font-size:.87rem;print-color-adjust:exact;-webkit-print-color-adjust:exact}
.tlp-clear{color:#ffffff}
.tlp-green{color:#33ff00}
.tlp-amber{color:#ffc000}
.tlp-red{color:#ff2b2b}
.marking{margin:.1rem 0;color:var(--muted)}
footer{margin-top:2.5rem;padding-top:.7rem;border-top:1px solid var(--line)}
.skip{position:absolute;left:-99rem}
.skip:focus{position:static}
nav{font-size:.87rem;margin:1.2rem 0 0}
nav ol{list-style:none;margin:0;padding:0}
nav>ol{display:flex;flex-wrap:wrap;gap:.15rem 1rem}
nav ol ol{display:none}
nav li{padding:.12rem 0}
nav .count{font-size:.8rem}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono","DejaVu Sans Mono",monospace;font-size:.87em}
code{unicode-bidi:isolate;overflow-wrap:anywhere}
pre{margin:.4rem 0;padding:.6rem .7rem;background:var(--faint);border:1px solid var(--line);border-radius:4px;overflow-x:auto;line-height:1.4;white-space:pre;tab-size:2}
.lead{margin:1rem 0 1.4rem;padding-left:1.4rem}
.lead li{margin:.45rem 0;padding-left:.3rem}
ol,ul{padding-left:1.5rem;margin:.5rem 0}
li{margin:.2rem 0}
.scroll{overflow-x:auto;margin:.7rem 0}
table{border-collapse:collapse;width:100%;font-size:.87rem;line-height:1.4}
th,td{text-align:left;vertical-align:top;padding:.32rem .8rem .32rem 0;overflow-wrap:anywhere;unicode-bidi:isolate}
th:last-child,td:last-child{padding-right:0}
th{font-weight:600;color:var(--muted);white-space:nowrap;border-bottom:1px solid var(--line)}
td{border-bottom:1px solid var(--line)}
.number{text-align:right;white-space:nowrap}
.wide{min-width:9rem}
.main{width:36%}
.short{white-space:nowrap}
.long{min-width:9rem}
.words{overflow-wrap:break-word}
.more{margin:.3rem 0;color:var(--muted);font-size:.87rem}
.severity,.status{display:inline-block;padding:0 .45em;border-radius:3px;font-size:.78rem;font-weight:600;line-height:1.5;white-space:nowrap;print-color-adjust:exact;-webkit-print-color-adjust:exact}
.severity-critical{background:var(--critical);color:var(--on-critical)}
.severity-high{background:var(--high);color:var(--on-high)}
.severity-medium{background:var(--medium);color:var(--on-medium)}
.severity-low{background:var(--low);color:var(--on-low)}
.severity-informational{background:var(--informational);color:var(--on-informational)}
.status{border:1px solid var(--muted);color:var(--ink);line-height:1.35}
.status-supported{background:var(--high);border-color:var(--high);color:var(--on-high)}
.status-refuted{background:var(--low);border-color:var(--low);color:var(--on-low)}
.status-not-testable{border-style:dashed;color:var(--muted)}
details.card{border:1px solid var(--line);border-radius:5px;margin:.5rem 0}
details.card>summary{display:flex;gap:.55rem;align-items:baseline;padding:.5rem .75rem;cursor:pointer;list-style:none}
details.card>summary::-webkit-details-marker{display:none}
details.card>summary::before{content:"";flex:none;width:.4rem;height:.4rem;border-right:1.5px solid var(--muted);border-bottom:1.5px solid var(--muted);transform:rotate(-45deg) translate(-.1rem,-.05rem)}
details.card[open]>summary::before{transform:rotate(45deg) translate(-.15rem,-.1rem)}
details.card>summary>.title{flex:1 1 12rem;min-width:0;overflow-wrap:anywhere}
details.card[open]>summary{border-bottom:1px solid var(--line)}
details.card[open]>summary>.title{font-weight:600}
details.card>summary>.quiet{font-size:.87rem;white-space:nowrap}
details.card>summary:hover{background:var(--faint)}
details.card>.body{padding:.3rem .75rem .7rem}
details.card:target{border-color:var(--link)}
details.fold{margin:.5rem 0}
details.fold>summary{cursor:pointer;color:var(--link);font-size:.87rem}
dl{display:grid;grid-template-columns:8.5rem minmax(0,1fr);gap:.25rem .9rem;margin:.7rem 0;font-size:.92rem}
dt{color:var(--muted)}
dd{margin:0;overflow-wrap:anywhere}
dd ul{margin:0;padding-left:1.05rem}
dd li{margin:0 0 .1rem}
dd li::marker{color:var(--muted)}
.pair{display:inline-block;margin-right:.8rem;max-width:100%}
.points{white-space:nowrap}
.points svg{display:inline-block;margin-left:.5rem;vertical-align:middle}
.points .for{fill:var(--strong)}
.points .against{fill:var(--link)}
.points .rail{fill:var(--line)}
figure{margin:1rem 0}
figure svg.spoor-chart{display:block;height:auto}
figure .wide-chart svg{width:100%;max-width:100%}
figure .narrow-chart{display:none;overflow-x:auto}
figcaption{color:var(--muted);font-size:.87rem;margin-top:.3rem}
.query{margin:.4rem 0 .9rem}
.record,.values{white-space:pre-wrap;overflow-wrap:anywhere}
.on-paper{display:none}
@media screen and (max-width:760px){
.page{padding:1rem .9rem 3rem}
figure .wide-chart{display:none}
figure .narrow-chart{display:block}
figure .narrow-chart svg{max-width:none}
dl{grid-template-columns:1fr;gap:0}
dt{margin-top:.45rem;font-size:.8rem}
details.card>summary{flex-wrap:wrap}
details.card>summary>.title{flex-basis:100%}
h2{margin-top:2rem}
.stack,.stack tbody,.stack tr,.stack td{display:block;width:auto;min-width:0;max-width:none;white-space:normal;text-align:left}
.stack thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.stack tr{padding:.4rem 0;border-bottom:1px solid var(--line)}
.stack td{padding:.05rem 0 .05rem 6.6rem;border:0;position:relative}
.stack td:empty{display:none}
.stack td::before{content:attr(data-label);position:absolute;left:0;width:6.2rem;color:var(--muted);font-size:.9em}
}
@media screen and (min-width:1160px){
.page{display:grid;grid-template-columns:200px minmax(0,900px);grid-template-rows:auto 1fr;gap:0 3rem}
header{grid-column:2}
nav{grid-column:1;grid-row:1/3;position:sticky;top:1.5rem;align-self:start;max-height:calc(100vh - 3rem);overflow-y:auto;margin:0;border-right:1px solid var(--line);padding-right:.8rem}
nav>ol{display:block}
nav ol ol{display:block;padding-left:.8rem;font-size:.95em}
main,footer{grid-column:2}
}
@media print{
html{font-size:13px}
body{font-size:9.5pt}
#executive{break-after:page}
.page{max-width:none;padding:0}
main{max-width:none}
nav,.skip{display:none}
a{color:inherit}
h2{break-after:avoid}
h3,figcaption,summary{break-after:avoid}
figure,tr,.query{break-inside:avoid}
.scroll,pre{overflow:visible}
pre{white-space:pre-wrap;overflow-wrap:anywhere;font-size:8pt}
table{font-size:8.5pt}
.query pre,.fold .query{font-size:7pt}
.wide,.long{min-width:0}
.on-paper{display:block}
details.card.brief>.body{display:none}
#statements pre{display:none}
#statements .query{margin:.1rem 0}
#statements .query p{margin:0}
details.card{break-inside:auto;border:0;border-top:1px solid var(--line);border-radius:0}
details.card>summary::before{display:none}
details.card::details-content{content-visibility:visible;display:block;height:auto}
details.fold:not(.paper){display:none}
details.fold::details-content{content-visibility:visible;display:block;height:auto}
details.fold>summary{list-style:none;color:inherit;font-weight:600}
thead{display:table-header-group}
dl{display:flow-root}
dt{float:left;clear:left;width:8rem}
dd{margin:0 0 .25rem 9rem;min-height:1.5em}
}
`;

/**
 * The one style sheet of all charts, scoped by class so that it can stand inside each SVG or once in a page. Colours are told
 * apart by readers with red-green or blue-yellow blindness (blue against orange, steps of lightness within a scale), and never
 * carry meaning alone: every state also has a word, a number or a line pattern.
 */
export const chartStyle = `
.spoor-chart{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Liberation Sans","DejaVu Sans",sans-serif;font-variant-numeric:tabular-nums}
.spoor-chart text{fill:#1b1f24;font-size:12px}
.spoor-chart .small{font-size:11px}
.spoor-chart .strong{font-weight:600}
.spoor-chart .muted{fill:#56606c}
.spoor-chart .axis{stroke:#aeb6bf;stroke-width:1;fill:none}
.spoor-chart .grid{stroke:#e3e7eb;stroke-width:1;fill:none}
.spoor-chart .lane{fill:#f3f5f7}
.spoor-chart .tick{stroke:#1d5fa8;stroke-width:1;fill:none}
.spoor-chart .bar{fill:#1d5fa8}
.spoor-chart .bar-rest{fill:#a9bfd8}
.spoor-chart .halo{stroke:#ffffff;stroke-width:3px;paint-order:stroke;stroke-linejoin:round}
.spoor-chart .seen-1{fill:#fdebd3}.spoor-chart .seen-2{fill:#fbcb94}.spoor-chart .seen-3{fill:#f09a4e}.spoor-chart .seen-4{fill:#c2540a}
.spoor-chart .on-seen-1,.spoor-chart .on-seen-2,.spoor-chart .on-seen-3{fill:#1b1f24}.spoor-chart .on-seen-4{fill:#ffffff}
.spoor-chart .clean{fill:#e6eff9;stroke:#1d5fa8;stroke-width:1}
.spoor-chart .no-data{fill:none;stroke:#7b8591;stroke-width:1;stroke-dasharray:3 2}
.spoor-chart .no-analytic{fill:#dfe3e8}
.spoor-chart .host{fill:#ffffff;stroke:#7b8591;stroke-width:1}
.spoor-chart .host-source{fill:#c2540a;stroke:#c2540a}
.spoor-chart .on-host-source{fill:#ffffff;font-weight:600}
.spoor-chart .edge{stroke:#7b8591;stroke-width:1.25;fill:none}
.spoor-chart .edge-source{stroke:#c2540a;stroke-width:1.75;fill:none}
.spoor-chart .arrow{fill:#7b8591}
.spoor-chart .arrow-source{fill:#c2540a}
.spoor-chart .person{fill:none;stroke:#1d5fa8;stroke-width:6;stroke-linecap:round;stroke-opacity:.35}
.spoor-chart .person-outlier{fill:#c2540a}
.spoor-chart .leader{stroke:#7b8591;stroke-width:.75;fill:none}
.spoor-chart .step{fill:#c2540a}
.spoor-chart .step-number{fill:#ffffff;font-size:11px;font-weight:600}
.spoor-chart .join{stroke:#c2540a;stroke-width:1.5;fill:none}
.spoor-chart .severity-informational{fill:#b6bec8}.spoor-chart .severity-low{fill:#7fb0dd}.spoor-chart .severity-medium{fill:#f2c14e}
.spoor-chart .severity-high{fill:#dd6b20}.spoor-chart .severity-critical{fill:#7d1538}
.spoor-chart .severity-vendor{fill:none;stroke:#56606c;stroke-width:1;stroke-dasharray:2 2}
@media screen and (prefers-color-scheme:dark){
.spoor-chart text{fill:#e6e9ed}
.spoor-chart .muted{fill:#a3adb8}
.spoor-chart .axis{stroke:#5b6570}
.spoor-chart .grid{stroke:#2c333b}
.spoor-chart .lane{fill:#1c2228}
.spoor-chart .tick{stroke:#7db4ef}
.spoor-chart .bar{fill:#7db4ef}
.spoor-chart .bar-rest{fill:#3d5670}
.spoor-chart .halo{stroke:#14181d}
.spoor-chart .seen-1{fill:#3d2714}.spoor-chart .seen-2{fill:#70411a}.spoor-chart .seen-3{fill:#b96522}.spoor-chart .seen-4{fill:#ffb26b}
.spoor-chart .on-seen-1,.spoor-chart .on-seen-2{fill:#f4ece4}.spoor-chart .on-seen-3,.spoor-chart .on-seen-4{fill:#14181d}
.spoor-chart .clean{fill:#16283b;stroke:#7db4ef}
.spoor-chart .no-data{stroke:#8b95a1}
.spoor-chart .no-analytic{fill:#2c333b}
.spoor-chart .host{fill:#14181d;stroke:#8b95a1}
.spoor-chart .host-source{fill:#ff9d57;stroke:#ff9d57}
.spoor-chart .on-host-source{fill:#14181d}
.spoor-chart .edge{stroke:#8b95a1}
.spoor-chart .edge-source{stroke:#ff9d57}
.spoor-chart .arrow{fill:#8b95a1}
.spoor-chart .arrow-source{fill:#ff9d57}
.spoor-chart .person{stroke:#7db4ef;stroke-opacity:.45}
.spoor-chart .person-outlier{fill:#ff9d57}
.spoor-chart .leader{stroke:#8b95a1}
.spoor-chart .step{fill:#ff9d57}
.spoor-chart .step-number{fill:#14181d}
.spoor-chart .join{stroke:#ff9d57}
.spoor-chart .severity-informational{fill:#55606c}.spoor-chart .severity-low{fill:#4d86bd}.spoor-chart .severity-medium{fill:#e0b040}
.spoor-chart .severity-high{fill:#f08a3c}.spoor-chart .severity-critical{fill:#ff6f9c}
.spoor-chart .severity-vendor{stroke:#a3adb8}
}
`;

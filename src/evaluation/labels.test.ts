import { expect, test } from "vitest";
import { labelRemover } from "./labels.ts";

function strip(lines: readonly string[]): readonly (string | null)[] {
  const editor = labelRemover(lines);
  return editor === null ? lines : lines.map((line) => editor(line));
}

test("a Zeek table loses its label columns in names, types and rows", () => {
  const lines = [
    "#separator \\x09",
    "#path\tconn",
    "#fields\tts\tuid\ttunnel_parents\tlabel\tdetailedlabel",
    "#types\ttime\tstring\tset[string]\tstring\tstring",
    "1.5\tC1\t(empty)\tMalicious\tC&C",
    "#close\t2017-03-08-13-47-04",
  ];
  expect(strip(lines)).toEqual([
    "#separator \\x09",
    "#path\tconn",
    "#fields\tts\tuid\ttunnel_parents",
    "#types\ttime\tstring\tset[string]",
    "1.5\tC1\t(empty)",
    "#close\t2017-03-08-13-47-04",
  ]);
});

test("labels packed into the last column with three spaces (IoT-23) are cut, whether names, types or rows pack them", () => {
  const packed = "#fields\tts\tuid\ttunnel_parents   label   detailed-label";
  const plain = "#fields\tts\tuid\ttunnel_parents\tlabel\tdetailed-label";
  const types = "#types\ttime\tstring\tset[string]   string   string";
  for (const header of [packed, plain]) {
    expect(strip([header, types, "1\tC1\t-   Malicious   PartOfAHorizontalPortScan", "2\tC2\t-\tBenign\t-"])).toEqual([
      "#fields\tts\tuid\ttunnel_parents",
      "#types\ttime\tstring\tset[string]",
      "1\tC1\t-",
      "2\tC2\t-",
    ]);
  }
});

test("a row with more cells than its header cannot carry a label past the cut", () => {
  expect(strip(["#fields\tts\tuid\tlabel", "1\tC1\tMalicious\tBotnet"])).toEqual(["#fields\tts\tuid", "1\tC1"]);
});

test("comma-separated values lose label columns wherever they stand, quoted commas kept", () => {
  expect(strip(["time,time_label,name,event_label", '1,dirb,"a, b",-'])).toEqual(["time,name", '1,"a, b"']);
  expect(strip(["StartTime,Dur,Label", "2011/08/10,0.1,flow=From-Botnet-V42"])).toEqual(["StartTime,Dur", "2011/08/10,0.1"]);
});

test("a Panther record gives its event only, byte for byte; without an event it gives nothing", () => {
  expect(
    strip(['{"rule":"r","expected_alert": true, "event": {"aid": 12345678901234567890}}', '{"rule":"r","expected_alert":false}']),
  ).toEqual(['{"aid": 12345678901234567890}', null]);
});

test("incident numbers go; a label in a Zeek record goes; a member called label elsewhere stays", () => {
  expect(strip(['{"SystemAlertId":"1","_incident":"39"}'])).toEqual(['{"SystemAlertId":"1"}']);
  expect(strip(['{"id.orig_h":"10.0.0.1","label":"Malicious","ts":1}'])).toEqual(['{"id.orig_h":"10.0.0.1","ts":1}']);
  expect(strip(['{"displayName":"a","label":"Confidential"}'])).toEqual(['{"displayName":"a","label":"Confidential"}']);
});

test("a file that can carry no label needs no editor", () => {
  expect(labelRemover(["Mar 27 13:06:56 host sshd[1291]: Server listening on 0.0.0.0 port 22."])).toBeNull();
  expect(labelRemover(["StartTime,Dur,Proto,SrcAddr", "1,2,tcp,10.0.0.1"])).toBeNull();
  expect(labelRemover([])).toBeNull();
});

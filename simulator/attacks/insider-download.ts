import { hour, minute, second } from "../calendar.ts";
import { processOf } from "../host-events.ts";
import type { CloudOperation } from "../occurrences.ts";
import { attack, step } from "./attack.ts";
import { calls, desktopOf, images, rented, started, userAgents } from "./stage.ts";

const drive = rented("upload.my-own-drive.example", "203.0.113.35");

/** Somebody who is about to leave: nothing is stolen but time, trust and files. */
export const insiderDownload = attack({
  id: "insider-download",
  title: "Somebody downloads hundreds of documents and puts them into a drive of their own",
  techniques: ["T1213.002", "T1560.001", "T1567.002"],
  tell: (cast, random) => {
    const { person, desk, worksTo, origin } = cast.victim(random, {
      midnight: cast.workday(1),
      departments: ["sales", "engineering"],
    });
    const began = worksTo - 2.4 * hour;
    const sites = ["clients", "offers", "pricing", "contracts"];
    let time = began;
    const downloads: CloudOperation[] = Array.from({ length: 640 }, (_, index) => {
      time += index % 160 === 159 ? 9 * minute : random.between(3, 14) * second;
      const site = sites[Math.floor(index / 160)] ?? "clients";
      return {
        time,
        person,
        application: "Microsoft SharePoint Online",
        operation: "FileDownloaded",
        object: `https://${cast.estate.netbios.toLowerCase()}.sharepoint.com/sites/${site}/Shared Documents/${site}-${String(index + 1).padStart(4, "0")}.docx`,
        parameters: {
          SourceFileExtension: "docx",
          SiteUrl: `https://${cast.estate.netbios.toLowerCase()}.sharepoint.com/sites/${site}/`,
        },
        address: origin.address,
        place: origin.place,
        userAgent: userAgents.edge,
      };
    });
    const desktop = desktopOf(person, random);
    const packer = processOf(
      "C:\\Program Files\\7-Zip\\7zG.exe",
      `"C:\\Program Files\\7-Zip\\7zG.exe" a -tzip "C:\\Users\\${person.account}\\Documents\\photos.zip" -p -r C:\\Users\\${person.account}\\Downloads`,
      person,
      random,
    );
    const packed = time + 7 * minute;
    const browser = processOf(images.browser, `"${images.browser}" --inprivate`, person, random);
    const sent = packed + 11 * minute;
    return {
      steps: [
        step("bulk-download", "640 documents of four sites are downloaded in two hours of the afternoon.", {
          techniques: ["T1213.002"],
          devices: [desk],
          users: [person],
          source: origin.address,
          occurrences: [{ cloudOperations: downloads }],
        }),
        step("archive", "They are packed with a password, under another name.", {
          techniques: ["T1560.001"],
          devices: [desk],
          users: [person],
          occurrences: [
            {
              processStarts: [started(packed, desk, packer, desktop, 95)],
              fileChanges: [
                {
                  time: packed + 90 * second,
                  device: desk,
                  process: packer,
                  action: "archived",
                  path: `C:\\Users\\${person.account}\\Documents\\photos.zip`,
                  sizeBytes: 412_000_000,
                },
              ],
            },
          ],
        }),
        step("upload", "The archive goes to a drive of their own, in a private window.", {
          techniques: ["T1567.002"],
          devices: [desk],
          users: [person],
          source: desk.address,
          destination: drive.addresses[0] ?? "",
          port: 443,
          domain: drive.host,
          occurrences: [
            {
              processStarts: [started(sent - 30 * second, desk, browser, desktop)],
              connections: [0, 3, 7].flatMap((minutes) =>
                calls(
                  cast.estate,
                  desk,
                  browser,
                  sent + minutes * minute,
                  drive,
                  { bytesOut: 138_000_000, bytesIn: 90_000, seconds: 150 },
                  random,
                ),
              ),
            },
          ],
        }),
      ],
      around: {},
    };
  },
});

import { createHash, createHmac } from "node:crypto";
import type { IncomingMessage } from "node:http";

const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();

/**
 * What is wrong with the signature of a request (AWS Signature Version 4 in the Authorization header, as S3 takes it), as S3's error
 * code; null when it is right. The body's hash is taken as the header gives it.
 */
export function wrongSignature(request: IncomingMessage, keys: { readonly id: string; readonly secret: string }): string | null {
  const header = request.headers.authorization ?? "";
  const [, id = "", scope = "", signedNames = "", signature = ""] =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(header) ?? [];
  if (signature === "") return "AccessDenied";
  if (id !== keys.id) return "InvalidAccessKeyId";
  const [path = "", query = ""] = (request.url ?? "").split("?");
  const headerOf = (name: string): string => [request.headers[name] ?? ""].flat().join(",").trim().replace(/ +/g, " ");
  const canonical = [
    request.method ?? "",
    path,
    query
      .split("&")
      .filter((pair) => pair !== "")
      .map((pair) => (pair.includes("=") ? pair : `${pair}=`))
      .sort()
      .join("&"),
    ...signedNames.split(";").map((name) => `${name}:${headerOf(name)}`),
    "",
    signedNames,
    headerOf("x-amz-content-sha256"),
  ].join("\n");
  const hash = createHash("sha256").update(canonical).digest("hex");
  const text = ["AWS4-HMAC-SHA256", headerOf("x-amz-date"), scope, hash].join("\n");
  const key = scope.split("/").reduce<string | Buffer>((so, part) => hmac(so, part), `AWS4${keys.secret}`);
  return hmac(key, text).toString("hex") === signature ? null : "SignatureDoesNotMatch";
}

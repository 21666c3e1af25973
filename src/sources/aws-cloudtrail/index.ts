import { recordTest } from "../recognise.ts";
import { source } from "../source.ts";

export default source({
  id: "aws-cloudtrail",
  name: "AWS CloudTrail",
  version: "1",
  formats: [
    {
      id: "aws-cloudtrail",
      name: "AWS CloudTrail event",
      recognise: recordTest(["eventSource", "eventName", "userIdentity", "awsRegion"]),
      reasons: "reasons.sql",
    },
  ],
});

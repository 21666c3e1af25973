import { type Command, Option } from "commander";
import { SpoorError } from "../../errors.ts";
import { serveHttp } from "../../mcp/http.ts";
import { investigationOver } from "../../mcp/investigation.ts";
import { huntServer, offeredTools } from "../../mcp/server.ts";
import { serveStandardStreams } from "../../mcp/stdio.ts";
import { openPrivacy } from "../../privacy/open.ts";
import type { Privacy } from "../../privacy/privacy.ts";
import { configOf, type GivenOptions, list, withStore } from "../options.ts";
import { pseudonymKey } from "../pseudonym-key.ts";
import { portNumber, type Token, tokenIn, untilStopped } from "../serving.ts";
import { type Session, withWorld } from "../session.ts";

interface McpOptions extends GivenOptions {
  readonly quiet?: boolean;
  readonly privacy: Privacy["mode"];
  readonly tools?: string[];
  readonly without?: string[];
  readonly http?: boolean;
  readonly port?: number;
}

const usualPort = 8971;

/** `spoor mcp`: the store and the results of the last run for assistants that speak the Model Context Protocol. */
export function registerMcp(program: Command, sessionFor: (options: { quiet?: boolean }) => Session): void {
  withStore(program.command("mcp"))
    .description(
      "Let an assistant (Claude Desktop, Claude Code, any MCP client) read findings, stories, hypotheses, hunts and tables. It can change nothing.",
    )
    .option("--out <DIR>", "where the results of the last run are (default ./spoor-out)")
    .option("--internal <CIDR,…>", "the estate's own networks, where no run says them (default: private ranges)", list)
    .addOption(
      new Option("--privacy <MODE>", "pseudonymised: names of people, hosts and networks are replaced; raw: they are shown")
        .choices(["pseudonymised", "raw"])
        .default("pseudonymised"),
    )
    .option("--tools <NAME,…>", "offer only these tools", list)
    .option("--without <NAME,…>", "do not offer these tools", list)
    .option("--http", "serve over HTTP on the loopback address, with a token, in place of standard input and output")
    .addOption(new Option("--port <N>", `port of --http; 0: any free one (default ${usualPort})`).argParser(portNumber))
    .addHelpText(
      "after",
      `
The token of --http is taken from SPOOR_MCP_TOKEN (16 characters or more), or made and shown once.

Claude Code:
  claude mcp add spoor -- npx spoor mcp --store /cases/7/.spoor --out /cases/7/spoor-out

Claude Desktop (claude_desktop_config.json):
  { "mcpServers": { "spoor": { "command": "npx", "args": ["spoor", "mcp", "--store", "/cases/7/.spoor", "--out", "/cases/7/spoor-out"] } } }

Examples:
  spoor mcp --privacy raw --without hunt_run_query     for an assistant that runs on this machine
  SPOOR_MCP_TOKEN=… spoor mcp --http --port 8971        then connect to http://127.0.0.1:8971/mcp`,
    )
    .action(async (options: McpOptions) => {
      const session = sessionFor(options);
      if (options.port !== undefined && options.http !== true)
        throw new SpoorError("usage", "--port needs --http", {
          hint: "Without --http the client is at standard input and output.",
        });
      const tools = offeredTools(options.tools, options.without ?? []);
      const token = options.http === true ? tokenIn("SPOOR_MCP_TOKEN", session, options.quiet === true) : null;
      const config = await configOf(options);
      await withWorld(session, { store: config.store, memory: config.memory, mustExist: true }, async (world) => {
        const key = await pseudonymKey(config);
        const investigate = investigationOver(world, {
          out: config.out,
          internal: config.internal,
          ...(config.attack === undefined ? {} : { attackFile: config.attack }),
          openPrivacy: (window, internal) =>
            openPrivacy({
              store: world.store,
              mode: options.privacy,
              key,
              window,
              internal,
              signal: session.signal,
            }),
        });
        // What cannot be read is told before a client waits for it.
        await investigate();
        const serverOf = () => huntServer(tools, investigate);
        session.terminal.note(
          `spoor mcp: read-only, names ${options.privacy === "raw" ? "shown as they are" : "pseudonymised"}; ${tools.length} tools: ${tools.map(({ name }) => name).join(", ")}`,
        );
        if (token === null) await serveStandardStreams(serverOf, session.signal);
        else await serveAt(options.port ?? usualPort, token, serverOf, session);
        // A server ends by Ctrl-C, which the exit code tells, or with its client.
        session.signal.throwIfAborted();
      });
    });
}

async function serveAt(
  port: number,
  token: Token,
  serverOf: () => ReturnType<typeof huntServer>,
  session: Session,
): Promise<void> {
  const serving = await serveHttp(serverOf, { port, token: token.text });
  const shownOnce = `\n  Authorization: Bearer ${token.text}\n  (shown once; SPOOR_MCP_TOKEN sets your own)`;
  session.terminal.note(`spoor mcp: ${serving.url}${token.isNew ? shownOnce : ""}`);
  await untilStopped(serving, session.signal);
}

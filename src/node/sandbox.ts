/**
 * What confines commands of a repository: bubblewrap on Linux, sandbox-exec on macOS. They may write to their copy and to
 * a temporary folder of their own, read what builds and tests read, but no key of the user's, and reach no network unless a
 * setting lets them. Where neither works nothing is confined, and what was run says so.
 */
import { spawn } from "node:child_process";
import { existsSync, lstatSync, readdirSync, realpathSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import type { Confinement, Sandbox } from "../engine/ports.ts";

export type SandboxOptions = {
  mode: "auto" | "off" | "require";
  network: boolean;
  /** The user's folder: its `.git` may hold passwords, and checks run in copies of it. */
  workspaceRoot: string;
  /** Confined commands may also write here: caches that no command outside uses. */
  caches: string;
  platform?: NodeJS.Platform;
  /** Whether the tool works here; asked once. By default it is tried. */
  works?(tool: Tool): Promise<boolean>;
};
export type Tool = "bubblewrap" | "sandbox-exec";

/** Where keys, tokens and sessions are kept, below the home folder. Nothing that builds or tests needs them. */
const SECRETS = [
  ".ssh .aws .azure .gnupg .kube .docker .netrc .npmrc .yarnrc.yml .pypirc .git-credentials .config/git/credentials",
  ".config/gh .config/glab-cli .config/hub .config/gcloud .config/op .config/rclone .config/containers .terraform.d",
  ".cargo/credentials .cargo/credentials.toml .gem/credentials .m2/settings.xml .m2/settings-security.xml",
  ".gradle/gradle.properties .nuget/NuGet/NuGet.Config .composer/auth.json .config/composer/auth.json",
  ".password-store .local/share/keyrings .mozilla .config/google-chrome .config/chromium .config/Code .vscode-server",
  ".config/Slicewise .claude .codex .config/openai .config/anthropic .bash_history .zsh_history .psql_history .pgpass",
  "Library/Keychains Library/Cookies Library/Application\u0020Support/Code",
].flatMap((line) => line.split(" "));

/** Sockets of daemons that would do what the command itself may not. */
const SOCKETS = ["/run", "/var/run"];

const systemShell = (command: string): { file: string; args: string[] } =>
  process.platform === "win32"
    ? { file: process.env["ComSpec"] ?? "cmd.exe", args: ["/d", "/s", "/c", `"${command}"`] }
    : { file: "/bin/sh", args: ["-c", command] };

/** The system's shell, which nothing holds. */
export const unconfined: Sandbox = (command) => Promise.resolve(systemShell(command));

/** Tries its tool when it is first asked; `require` answers with why there is none. */
export function openSandbox(options: SandboxOptions): Sandbox {
  const tool = toolOf(options.platform ?? process.platform);
  const works = options.works ?? isWorking;
  let tried: Promise<boolean> | null = null;
  return async (command, cwd, access) => {
    if (options.mode === "off") return systemShell(command);
    tried ??= tool === null ? Promise.resolve(false) : works(tool);
    if (tool !== null && (await tried)) {
      const confined: Confinement = { by: tool, network: options.network };
      const call = { ...options, command, cwd, access };
      return { ...(tool === "bubblewrap" ? bubblewrap(call) : sandboxExec(call)), confined };
    }
    return options.mode === "auto" ? systemShell(command) : { refused: missing(tool) };
  };
}

const toolOf = (platform: NodeJS.Platform): Tool | null =>
  platform === "linux" ? "bubblewrap" : platform === "darwin" ? "sandbox-exec" : null;

function missing(tool: Tool | null): string {
  const how =
    tool === "bubblewrap"
      ? "bubblewrap (bwrap) is not installed or may not make namespaces here. Install it (Debian: apt-get install bubblewrap)"
      : tool === "sandbox-exec"
        ? "sandbox-exec does not work here. Look at the machine's policies"
        : "there is none for this system";
  return `\`slicewise.sandbox.mode\` is "require", but ${how}, or set it to "auto".`;
}

const TRY_MS = 10_000;
const LIGHT = ["--unshare-all", "--die-with-parent", "--cap-drop", "ALL"];

/** By trying: a kernel, a container or a policy may forbid what is installed. */
function isWorking(tool: Tool): Promise<boolean> {
  const [file, args] =
    tool === "bubblewrap"
      ? [
          "bwrap",
          [...LIGHT, "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp", "true"],
        ]
      : ["/usr/bin/sandbox-exec", ["-p", "(version 1)(allow default)", "/usr/bin/true"]];
  return new Promise((resolve) => {
    const child = spawn(file, args, { stdio: "ignore", timeout: TRY_MS });
    child.once("error", () => resolve(false));
    child.once("exit", (status) => resolve(status === 0));
  });
}

type Call = Pick<SandboxOptions, "network" | "workspaceRoot" | "caches"> & {
  command: string;
  cwd: string;
  access: "write" | "read";
};

const isFolder = (path: string): boolean =>
  lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
const real = (path: string): string => (existsSync(path) ? realpathSync(path) : path);
const secretPaths = (): string[] =>
  [...new Set([homedir(), real(homedir())])].flatMap((home) => SECRETS.map((name) => join(home, name)));

/** The user's git settings, with what its remotes' addresses hold; the objects stay: a copy of the repository leans on them. */
const gitSettings = (workspaceRoot: string): string[] =>
  ["config", "config.worktree", "credentials"].map((name) => join(workspaceRoot, ".git", name));

/** Later arguments are laid over earlier ones: all read-only, secrets hidden, then the copy. */
export function bubblewrap({ command, cwd, access, network, workspaceRoot, caches }: Call) {
  const temporary = new Set(["/tmp", "/var/tmp", ...(isAbsolute(tmpdir()) ? [tmpdir()] : [])]);
  const sees = [cwd, workspaceRoot, ...linkedFrom(cwd)].filter((path) =>
    [...temporary].some((folder) => path.startsWith(`${folder}/`)),
  );
  const args = [
    ...[
      "--die-with-parent",
      "--new-session",
      "--unshare-pid",
      "--unshare-ipc",
      "--unshare-uts",
      "--cap-drop",
      "ALL",
    ],
    ...(network ? [] : ["--unshare-net"]),
    ...["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"],
    ...[...temporary].filter(isFolder).flatMap((path) => ["--tmpfs", path]),
    ...SOCKETS.filter(isFolder).flatMap((path) => ["--tmpfs", path]),
    ...(network ? resolvers() : []),
    ...sees.flatMap((path) => ["--ro-bind-try", path, path]),
    ...secretPaths()
      .filter((path) => existsSync(path))
      .flatMap(hidden),
    ...gitSettings(workspaceRoot)
      .filter((path) => existsSync(path))
      .flatMap(hidden),
    ...[access === "write" ? "--bind" : "--ro-bind", cwd, cwd],
    ...(existsSync(caches)
      ? ["--bind", caches, caches, "--setenv", "GOCACHE", join(caches, "go-build")]
      : []),
    ...["--chdir", cwd, "/bin/sh", "-c", command],
  ];
  return { file: "bwrap", args };
}

/** Dependency folders are links out of the copy, and may lead on from where they lead. */
function linkedFrom(cwd: string): string[] {
  if (!isFolder(cwd)) return [];
  const links = readdirSync(cwd, { withFileTypes: true }).filter((entry) => entry.isSymbolicLink());
  return links.map(({ name }) => real(join(cwd, name)));
}

const hidden = (path: string): string[] =>
  isFolder(path) ? ["--tmpfs", path] : ["--ro-bind", "/dev/null", path];

/** systemd keeps the addresses of name servers below /run. */
function resolvers(): string[] {
  const file = real("/etc/resolv.conf");
  return SOCKETS.some((path) => file.startsWith(`${path}/`)) ? ["--ro-bind-try", file, file] : [];
}

const quoted = (path: string): string => `"${path.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
const under = (paths: readonly string[]): string =>
  paths.map((path) => `(subpath ${quoted(path)})`).join(" ");

/** The same bounds in macOS's language. The last rule that fits counts. */
export function sandboxExec({ command, cwd, access, network, workspaceRoot, caches }: Call) {
  const writable = [...(access === "write" ? [real(cwd)] : []), real(tmpdir()), "/private/tmp", caches];
  const profile = [
    "(version 1)",
    "(allow default)",
    `(deny file-write*)`,
    `(allow file-write* ${under(writable)} (literal "/dev/null") (literal "/dev/zero") (literal "/dev/tty") (regex #"^/dev/fd/"))`,
    `(deny file-read* ${under([...secretPaths(), ...gitSettings(workspaceRoot)])})`,
    ...(network
      ? []
      : [
          "(deny network*)",
          '(allow network* (local ip "localhost:*") (remote ip "localhost:*") (local unix))',
        ]),
  ].join("\n");
  return { file: "/usr/bin/sandbox-exec", args: ["-p", profile, "/bin/sh", "-c", command] };
}

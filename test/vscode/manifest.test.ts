/** The manifest against the sources it speaks of: settings, texts, commands, pictures. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Settings } from "../../src/core/settings.ts";
import { FITS } from "../../src/vscode/fits.ts";
import { SETTING_KEYS, withKey } from "../../src/vscode/settingKeys.ts";

type Property = { default: unknown; scope?: string; markdownDescription: string };
type Manifest = {
  contributes: {
    configuration: { properties: Record<string, Property> };
    commands: { command: string }[];
    menus: Record<string, { command: string; when?: string }[]>;
    walkthroughs: { steps: { id: string; media: { svg: string }; description: string }[] }[];
  };
  capabilities: { untrustedWorkspaces: { restrictedConfigurations: string[] } };
};

const read = (file: string): string => readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");
const text = read("package.json");
const manifest = JSON.parse(text) as Manifest;
const nls = JSON.parse(read("package.nls.json")) as Record<string, string>;
const { configuration, commands, menus, walkthroughs } = manifest.contributes;

const defaultOf = (key: string): unknown =>
  key.split(".").reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], Settings.parse({}));

describe("settings", () => {
  it("are core's, leaf by leaf", () => {
    const all = SETTING_KEYS.reduce((tree, key) => withKey(tree, key, defaultOf(key)), {});
    expect(all).toEqual(Settings.parse({}));
  });
  it.each(SETTING_KEYS)("slicewise.%s has core's default", (key) => {
    expect(configuration.properties[`slicewise.${key}`]?.default).toEqual(defaultOf(key));
  });
  it("has no other setting", () => {
    const known = SETTING_KEYS.map((key) => `slicewise.${key}`);
    expect(Object.keys(configuration.properties).toSorted()).toEqual(known.toSorted());
  });
  it("restricts, in an untrusted folder, all that names endpoints, commands, remotes or money", () => {
    // No folder may set what has the scope "application".
    const risky = Object.entries(configuration.properties).filter(([, { scope }]) =>
      ["machine-overridable", "application"].includes(scope ?? ""),
    );
    expect(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations).toEqual(
      risky.map(([key]) => key),
    );
    for (const key of ["sandbox.mode", "sandbox.network"])
      expect(configuration.properties[`slicewise.${key}`]?.scope).toBe("application");
    for (const key of ["providers", "tiers", "commands.allow", "git.push"]) {
      expect(configuration.properties[`slicewise.${key}`]?.scope).toBe("machine-overridable");
    }
  });
});

describe("texts", () => {
  const used = [...text.matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key);
  it("are all there, and all used", () => {
    expect(Object.keys(nls).toSorted()).toEqual([...new Set(used)].toSorted());
  });
});

describe("commands", () => {
  const ids = commands.map(({ command }) => command);
  it.each(Object.keys(FITS))("slicewise.%s is contributed, and hidden when it fits no slice", (act) => {
    expect(ids).toContain(`slicewise.${act}`);
    const entry = menus["commandPalette"]?.find(({ command }) => command === `slicewise.${act}`);
    expect(entry?.when).toBe(`slicewise.can.${act}`);
  });
  it("are the only ones that menus name", () => {
    const named = Object.values(menus).flatMap((items) => items.map(({ command }) => command));
    expect(named.filter((command) => !ids.includes(command))).toEqual([]);
  });
  it("have an entry in the table", () => {
    const source = read("src/vscode/commands.ts");
    const missing = ids.filter(
      (id) => !new RegExp(`^  ${id.slice("slicewise.".length)}: `, "m").test(source),
    );
    expect(missing).toEqual([]);
  });
});

describe("walkthrough", () => {
  const steps = walkthroughs.flatMap((walkthrough) => walkthrough.steps);
  it.each(steps.map(({ id, media }) => [id, media.svg]))("%s has its picture", (_, svg) => {
    expect(existsSync(new URL(`../../${svg}`, import.meta.url))).toBe(true);
  });
  it("links to commands there are", () => {
    const links = Object.values(nls).flatMap((words) =>
      [...words.matchAll(/\(command:([\w.]+)\)/g)].map(([, id]) => id),
    );
    const known = [...commands.map(({ command }) => command), "slicewise.sidebar.focus"];
    expect(links.length).toBeGreaterThan(3);
    expect(links.filter((id) => !known.includes(id ?? ""))).toEqual([]);
  });
});

const UP = /(^|[/{,(|!@+*?])\.\.($|[/},)|])/;
const GIT = /(^|[/{,(|])\.git($|[/},)|])/i;

/** Null for a glob relative to the root; else what is wrong with it, to follow its quoted text. */
export function badGlob(glob: string): string | null {
  if (glob.trim() === "") return "is empty; give a glob such as src/**";
  if (glob.includes("\0")) return "contains a NUL character; give a glob such as src/**";
  if (glob.includes("\\")) return 'contains a backslash; put "/" between the parts';
  if (glob.startsWith("/") || glob.startsWith("~") || /^[A-Za-z]:/.test(glob)) {
    return "is absolute; give it relative to the root of the repository";
  }
  if (glob.startsWith("!")) return "is a negation; name what is meant, not what is not";
  if (UP.test(glob)) return 'leads outside the repository with ".."; give a glob below its root';
  if (GIT.test(glob)) return "names .git, which is off limits";
  return glob.length > 1000 ? "is longer than 1000 characters" : null;
}

/**
 * What a glob given to `list` or `search` means: without "/" a name at any depth; a folder's name stands for all that is
 * below it.
 */
export function globsOf(glob: string): string[] {
  const folder = glob.replace(/\/+$/, "");
  const deep = folder.includes("/") ? folder : `**/${folder}`;
  return glob.endsWith("/") ? [`${deep}/**`] : [deep, `${deep}/**`];
}

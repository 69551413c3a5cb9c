/** Where this user's programs keep their data on this machine; the same for the editor and the terminal. */
import { homedir } from "node:os";
import { join } from "node:path";

/** XDG_DATA_HOME, else ~/.local/share. */
export const userData = (env: NodeJS.ProcessEnv): string =>
  join(env.XDG_DATA_HOME ?? join(homedir(), ".local", "share"), "slicewise");

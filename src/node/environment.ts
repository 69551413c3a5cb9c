import { isSecretName } from "./redact.ts";

/** What builds and tests need of the user's environment. Everything else stays out, above all keys. */
const KEPT = new RegExp(
  `^(${[
    "PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_[A-Z]+|TZ|TMPDIR|TMP|TEMP|DISPLAY",
    "XDG_(CACHE|CONFIG|DATA|STATE|RUNTIME)_(HOME|DIR)|SSL_CERT_(FILE|DIR)|NODE_EXTRA_CA_CERTS|(HTTPS?|NO|ALL)_PROXY",
    "NVM_(DIR|BIN)|VOLTA_HOME|FNM_[A-Z_]+|PNPM_HOME|BUN_INSTALL|DENO_DIR|COREPACK_HOME|npm_config_cache",
    "JAVA_HOME|JDK_HOME|MAVEN_HOME|M2_HOME|GRADLE_(HOME|USER_HOME)|ANDROID_(HOME|SDK_ROOT)|KOTLIN_HOME|SDKMAN_DIR",
    "GO(PATH|ROOT|CACHE|MODCACHE|PROXY|FLAGS|BIN|TOOLCHAIN)|CARGO_HOME|CARGO_TARGET_DIR|RUSTUP_(HOME|TOOLCHAIN)",
    "PYENV_ROOT|VIRTUAL_ENV|CONDA_PREFIX|UV_CACHE_DIR|PIP_CACHE_DIR|PYTHONPATH|POETRY_HOME",
    "RBENV_ROOT|GEM_(HOME|PATH)|BUNDLE_PATH|DOTNET_ROOT|NUGET_PACKAGES|MIX_HOME|HEX_HOME|COMPOSER_HOME|PERL5LIB",
    "SYSTEMROOT|WINDIR|COMSPEC|PATHEXT|APPDATA|LOCALAPPDATA|PROGRAMFILES(\\(X86\\))?|PROGRAMDATA|USERPROFILE",
    "HOMEDRIVE|HOMEPATH|SYSTEMDRIVE|NUMBER_OF_PROCESSORS|PROCESSOR_ARCHITECTURE|OS",
  ].join("|")})$`,
  "i",
);

/** For programs that ask nobody, page nothing and draw no colours. */
const ADDED = {
  CI: "1",
  TERM: "dumb",
  NO_COLOR: "1",
  PAGER: "cat",
  GIT_PAGER: "cat",
  GIT_TERMINAL_PROMPT: "0",
};

const CREDENTIALS_IN_URL = /:\/\/[^/\s@]+@/;

/** The environment of a command: the kept variables of `env` without anything secret, and ours. */
export function commandEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  const kept = Object.entries(env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined &&
      KEPT.test(entry[0]) &&
      !isSecretName(entry[0]) &&
      !CREDENTIALS_IN_URL.test(entry[1]),
  );
  return { ...Object.fromEntries(kept), ...ADDED };
}

/** What a path tells of its file. */

const TEST =
  /(^|\/)(tests?|__tests__|specs?|e2e|fixtures)\/|[._-](test|tests|spec)\.[a-z]+$|(^|\/)(test_[^/]*|conftest)\.py$|Tests?\.(java|cs|php)$/;
export const isTest = (path: string): boolean => TEST.test(path);

/** "retry" of src/api/retry.ts, test/retry.test.ts and tests/test_retry.py */
export const stemOf = (path: string): string =>
  path
    .slice(path.lastIndexOf("/") + 1)
    .replace(/\..*$/, "")
    .replace(/^test[_-]|[_-](test|spec)$|(?<=[a-z])Tests?$/g, "")
    .toLowerCase();

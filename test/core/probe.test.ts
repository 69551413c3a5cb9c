/** One further test in projects of several languages: where it stands, how it is run, and what its output says. */
import { describe, expect, test } from "vitest";
import { type Ran, isTest, probeFor, ran } from "../../src/core/probe.ts";

const SCRIPTS = new Map([
  ["test", "node --test"],
  ["unit", "vitest run --coverage"],
  ["jest", "NODE_OPTIONS=--experimental-vm-modules jest --ci"],
  ["built", "tsc && node --test"],
  ["loop", "npm run loop"],
]);
/** "path $ command", or null. */
const place = (command: string, like: string): string | null => {
  const found = probeFor([command], SCRIPTS, ["README.md", like]);
  return found && `${found.path} $ ${found.command}`;
};

describe("where it stands", () => {
  test.each<[string, string, string | null]>([
    [
      "node --test test/a.test.js",
      "test/a.test.js",
      "test/slicewise-probe.test.js $ node --test test/slicewise-probe.test.js",
    ],
    [
      "node --import tsx --test",
      "a.spec.ts",
      "slicewise-probe.spec.ts $ node --import tsx --test slicewise-probe.spec.ts",
    ],
    ["npm test", "test/a.mjs", "test/slicewise-probe.mjs $ node --test test/slicewise-probe.mjs"],
    [
      "npm test -- limit",
      "test/a_test.js",
      "test/slicewise-probe_test.js $ node --test test/slicewise-probe_test.js",
    ],
    [
      "npm run unit",
      "src/a.test.tsx",
      "src/slicewise-probe.test.tsx $ npx --no-install vitest run --coverage src/slicewise-probe.test.tsx",
    ],
    [
      "npx vitest run -t limit",
      "a.test.ts",
      "slicewise-probe.test.ts $ npx --no-install vitest run slicewise-probe.test.ts",
    ],
    [
      "yarn jest",
      "a.test.js",
      "slicewise-probe.test.js $ NODE_OPTIONS=--experimental-vm-modules npx --no-install jest --ci --runTestsByPath slicewise-probe.test.js",
    ],
    [
      "mocha -r esm test",
      "test/a.js",
      "test/slicewise-probe.js $ npx --no-install mocha -r esm test/slicewise-probe.js",
    ],
    [
      "pytest -k limit",
      "tests/test_a.py",
      "tests/test_slicewise_probe.py $ pytest -q tests/test_slicewise_probe.py",
    ],
    [
      "python3 -m pytest",
      "a_test.py",
      "slicewise_probe_test.py $ python3 -m pytest -q slicewise_probe_test.py",
    ],
    [
      "python -m unittest",
      "tests/test_a.py",
      "tests/test_slicewise_probe.py $ python -m unittest tests/test_slicewise_probe.py",
    ],
    [
      "go test ./...",
      "pkg/a_test.go",
      "pkg/slicewise_probe_test.go $ go test -count=1 -run SlicewiseProbe ./pkg/",
    ],
    ["cargo test --release", "tests/a.rs", "tests/slicewise_probe.rs $ cargo test --test slicewise_probe"],
    [
      "bundle exec rspec",
      "spec/a_spec.rb",
      "spec/slicewise_probe_spec.rb $ bundle exec rspec spec/slicewise_probe_spec.rb",
    ],
    [
      "ruby -Ilib -Itest test/limit_test.rb",
      "test/limit_test.rb",
      "test/slicewise_probe_test.rb $ ruby -Ilib -Itest test/slicewise_probe_test.rb",
    ],
    [
      "bundle exec rake test",
      "test/test_a.rb",
      "test/test_slicewise_probe.rb $ bundle exec ruby -Ilib -Itest test/test_slicewise_probe.rb",
    ],
    [
      "bin/rails test test/models",
      "test/models/a_test.rb",
      "test/models/slicewise_probe_test.rb $ bin/rails test test/models/slicewise_probe_test.rb",
    ],
    [
      "mvn -B test",
      "src/test/java/org/shop/CartTest.java",
      "src/test/java/org/shop/SlicewiseProbeTest.java $ mvn -q -Dtest=SlicewiseProbeTest test",
    ],
    [
      "./mvnw verify",
      "core/src/test/kotlin/CartTest.kt",
      "core/src/test/kotlin/SlicewiseProbeTest.kt $ ./mvnw -q -Dtest=SlicewiseProbeTest -pl core -am -Dsurefire.failIfNoSpecifiedTests=false test",
    ],
    [
      "./gradlew :app:core:test --tests CartTest",
      "app/core/src/test/java/CartTests.java",
      "app/core/src/test/java/SlicewiseProbeTest.java $ ./gradlew :app:core:test --tests SlicewiseProbeTest",
    ],
    [
      "gradle check",
      "src/test/java/CartTest.java",
      "src/test/java/SlicewiseProbeTest.java $ gradle test --tests SlicewiseProbeTest",
    ],
    [
      "vendor/bin/phpunit --filter limit",
      "tests/Unit/CartTest.php",
      "tests/Unit/SlicewiseProbeTest.php $ vendor/bin/phpunit tests/Unit/SlicewiseProbeTest.php",
    ],
    [
      "dotnet test Shop.sln --no-build",
      "Shop.Tests/CartTests.cs",
      "Shop.Tests/SlicewiseProbeTest.cs $ dotnet test Shop.sln --filter FullyQualifiedName~SlicewiseProbeTest",
    ],
    ["mvn package", "src/test/java/ATest.java", null],
    ["gradle build", "src/test/java/ATest.java", null],
    ["rake spec", "test/a_test.rb", null],
    ["dotnet build", "A.Tests/ATests.cs", null],
    ["make test", "test/a.test.js", null],
    ["npm run built", "test/a.test.js", null],
    ["npm run gone", "test/a.test.js", null],
    ["npm run loop", "test/a.test.js", null],
    ["node --test; rm -rf x", "test/a.test.js", null],
    ["node --test $(evil)", "test/a.test.js", null],
    ["node --test", "test/a b.test.js", null],
    ["node --test", "test/$(evil).test.js", null],
    ["node --test", "-rf/a.test.js", null],
    ["node --test", "../a.test.js", null],
    ["node --test", "tests/test_a.py", null],
    ["go test ./...", "pkg/a.go", null],
  ])("%s beside %s", (command, like, expected) => expect(place(command, like)).toBe(expected));

  test.each<[string, boolean]>([
    ["test/a.js", true],
    ["src/a.test.ts", true],
    ["src/__tests__/a.js", true],
    ["pkg/a_test.go", true],
    ["tests/test_a.py", true],
    ["spec/a_spec.rb", true],
    ["src/test/java/org/shop/CartTest.java", true],
    ["Shop.Tests/CartTests.cs", true],
    ["module/CartIT.kt", true],
    ["Unit/CartTest.php", true],
    ["src/Latest.java", false],
    ["src/Contest.cs", false],
    ["src/latest.js", false],
    ["src/contest/a.js", false],
    ["test/data.json", false],
  ])("%s is a test: %s", (path, expected) => expect(isTest(path)).toBe(expected));
});

describe("what its output says", () => {
  type Runner = Parameters<typeof ran>[0];
  test.each<[Runner, number | null, string, Ran]>([
    ["node", 0, "# pass 1", "green"],
    ["node", 1, "AssertionError [ERR_ASSERTION]: 3 == 4", "assertion"],
    ["node", 1, "TypeError: half is not a function", "error"],
    ["node", 1, "Error [ERR_MODULE_NOT_FOUND]: … AssertionError", "error"],
    ["node", 1, "SyntaxError: missing )", "error"],
    ["node", null, "AssertionError", "error"],
    ["vitest", 1, "AssertionError: expected 3 to be 4", "assertion"],
    ["vitest", 1, "Error: Failed to load url ./x", "error"],
    ["vitest", 1, "No test files found, exiting with code 1", "error"],
    ["jest", 1, "expect(received).toBe(expected)", "assertion"],
    ["jest", 1, "● Test suite failed to run", "error"],
    ["pytest", 1, "E   assert 3 == 4", "assertion"],
    ["pytest", 1, "E   Failed: DID NOT RAISE <class 'ValueError'>", "assertion"],
    ["pytest", 1, "E   ZeroDivisionError: division by zero", "error"],
    ["pytest", 2, "ERROR collecting tests/test_x.py\nE   assert", "error"],
    ["pytest", 5, "no tests ran in 0.01s", "error"],
    ["unittest", 1, "AssertionError: 3 != 4", "assertion"],
    ["go", 1, "--- FAIL: TestSlicewiseProbe (0.00s)", "assertion"],
    ["go", 1, "FAIL x [build failed]", "error"],
    ["go", 1, "--- FAIL: TestSlicewiseProbe\npanic: runtime error", "error"],
    ["go", 0, "ok x 0.1s [no tests to run]", "error"],
    ["cargo", 101, "panicked at tests/x.rs:3:\nassertion `left == right` failed", "assertion"],
    ["cargo", 101, "error[E0425]: cannot find function", "error"],
    ["rspec", 1, "Failure/Error: expect(1).to eq 2\n  expected: 2", "assertion"],
    ["rspec", 1, "An error occurred outside of examples", "error"],
    ["minitest", 0, "1 runs, 1 assertions, 0 failures, 0 errors, 0 skips", "green"],
    ["minitest", 1, "  1) Failure:\nTestA#test_a [a_test.rb:4]:\nExpected: 2\n  Actual: 1", "assertion"],
    ["minitest", 1, "  1) Error:\nTestA#test_a:\nNoMethodError: undefined method", "error"],
    ["minitest", 0, "0 runs, 0 assertions, 0 failures", "error"],
    ["minitest", 1, "cannot load such file -- x (LoadError)", "error"],
    ["maven", 0, "", "green"],
    ["maven", 1, "[ERROR] SlicewiseProbeTest.limit:9 expected: <2> but was: <1>  <<< FAILURE!", "assertion"],
    ["maven", 1, "[ERROR] SlicewiseProbeTest.limit  Time elapsed: 0.01 s  <<< ERROR!", "error"],
    ["maven", 1, "[ERROR] COMPILATION ERROR :", "error"],
    ["maven", 1, 'No tests matching pattern "SlicewiseProbeTest" were executed!', "error"],
    [
      "gradle",
      1,
      "SlicewiseProbeTest > limit() FAILED\n    org.opentest4j.AssertionFailedError at A.java:9",
      "assertion",
    ],
    [
      "gradle",
      1,
      "SlicewiseProbeTest > limit() FAILED\n    java.lang.NullPointerException at A.java:9",
      "error",
    ],
    ["gradle", 1, "> Task :compileTestJava FAILED", "error"],
    ["gradle", 1, "No tests found for given includes: [SlicewiseProbeTest]", "error"],
    ["phpunit", 1, "There was 1 failure:\n\n1) SlicewiseProbeTest::testLimit\nFailed asserting", "assertion"],
    ["phpunit", 2, "There was 1 error:\n\n1) SlicewiseProbeTest::testLimit\nTypeError", "error"],
    ["phpunit", 0, "No tests executed!", "error"],
    ["dotnet", 1, "Assert.Equal() Failure: Values differ\nExpected: 2", "assertion"],
    ["dotnet", 1, "Assert.AreEqual failed. Expected:<2>. Actual:<1>.", "assertion"],
    ["dotnet", 1, "System.NullReferenceException : Object reference not set", "error"],
    ["dotnet", 1, "A.cs(3,5): error CS0103: The name 'x' does not exist", "error"],
    ["dotnet", 0, "No test matches the given testcase filter", "error"],
  ])("%s %s %s", (runner, status, output, expected) =>
    expect(ran(runner, { status, exited: status !== null, output })).toBe(expected),
  );
});

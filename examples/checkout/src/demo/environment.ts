// The environment of the demo's processes: the user's own, without what would change how they run or report.

const foreign = [
  /^OTEL_/,
  /^NODE_OPTIONS$/,
  /^NODE_V8_COVERAGE$/,
  /^VITEST/,
  /^PYTHON(PATH|HOME)$/,
  /^PG[A-Z]+$/,
];

export function cleanEnvironment(
  own: Readonly<Record<string, string>>,
  inherited: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  const kept = Object.entries(inherited).filter(
    ([name]) => !foreign.some((pattern) => pattern.test(name)),
  );
  return { ...Object.fromEntries(kept), ...own };
}

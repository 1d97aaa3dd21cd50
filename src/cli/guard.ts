// What this machine must have. Plain syntax and no imports: it has to run under an old Node to be able to say so.

export interface Machine {
  readonly node: string;
  readonly platform: string;
  /** True on Linux without glibc, e.g. Alpine. */
  readonly musl: boolean;
}

/** @returns one sentence that says what is missing and what to do, or undefined. */
export function machineProblem(machine: Machine): string | undefined {
  const [major = 0, minor = 0] = machine.node.split('.').map(Number);
  if (major < 22 || (major === 22 && minor < 15)) {
    return `Throughline needs Node.js 22.15 or later and this is ${machine.node}; install a current one from https://nodejs.org.`;
  }
  if (machine.platform === 'win32') {
    return 'Throughline does not run on Windows itself; start it inside WSL (https://learn.microsoft.com/windows/wsl).';
  }
  if (machine.musl) {
    return 'The database engine needs glibc and this system has musl; use a glibc image such as node:24-slim.';
  }
  return undefined;
}

export function thisMachine(): Machine {
  const report =
    process.platform === 'linux' ? (process.report.getReport() as { header?: object }) : undefined;
  const glibc = report?.header !== undefined && 'glibcVersionRuntime' in report.header;
  return {
    node: process.versions.node,
    platform: process.platform,
    musl: process.platform === 'linux' && !glibc,
  };
}

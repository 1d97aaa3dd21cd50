// A setting that the demo gives each of its processes in the environment.

export function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') {
    throw new Error(`${name} is not set. Start the services through throughline-demo.`);
  }
  return value;
}

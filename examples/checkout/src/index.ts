// What `@throughline/demo` offers to other programs.

export { startDemo } from './demo/start-demo.ts';
export type { DemoSettings, RunningDemo } from './demo/start-demo.ts';
export { scenarios } from './demo/scenarios.ts';
export type { Scenario } from './demo/scenarios.ts';

import type { Browser, LaunchOptions } from '@playwright/test';

/** Path of a Chromium that runs here; unpacks one if it must. */
export function browserPath(): Promise<string>;

export function openBrowser(
  options?: LaunchOptions,
): Promise<{ readonly browser: Browser; close(): Promise<void> }>;

// Chromium under a POSIX locale calls its language `en-US@posix`, which Intl refuses. uPlot asks Intl for it while it
// loads, so a page with a chart would not open there. Import this before uPlot.

try {
  Intl.getCanonicalLocales(navigator.language);
} catch {
  const valid = navigator.language.split(/[@.]/u)[0] ?? '';
  Object.defineProperty(navigator, 'language', {
    value: /^[a-z]{2,3}(-[A-Za-z0-9]+)*$/u.test(valid) ? valid : 'en',
    configurable: true,
  });
}

export {};

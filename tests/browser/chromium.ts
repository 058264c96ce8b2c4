/** Debian's Chromium, and the flags with which it runs as root and calls nobody by itself. */
export const chromium = process.env['SALUS_CHROMIUM'] ?? '/usr/bin/chromium';

export const chromiumFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

// Names of cipher suites and curves as the Collector (Go) has them, turned into OpenSSL's.

const CURVES: Readonly<Record<string, string>> = {
  P256: 'P-256',
  P384: 'P-384',
  P521: 'P-521',
};

export const curveName = (name: string): string => CURVES[name] ?? name;

/** `TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256` → `ECDHE-RSA-AES128-GCM-SHA256`. */
export function cipherName(name: string): string {
  const [, exchange = '', cipher = ''] = /^TLS_(\w+?)_WITH_(\w+)$/.exec(name) ?? [];
  if (cipher === '') return name; // a name of OpenSSL, or of TLS 1.3, which stays as it is
  const plain = cipher
    .replace(/^3DES_EDE_CBC_SHA$/, 'DES-CBC3-SHA')
    .replace(/^AES_(128|256)_CBC_/, 'AES$1-')
    .replace(/^AES_(128|256)_/, 'AES$1-')
    .replace(/^CHACHA20_POLY1305(_SHA256)?$/, 'CHACHA20-POLY1305')
    .replaceAll('_', '-');
  return exchange === 'RSA' ? plain : `${exchange.replaceAll('_', '-')}-${plain}`;
}

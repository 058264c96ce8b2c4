/** The longest text this page sends; the densest QR code holds 4,296 characters. */
export const maxCodeLength = 8192;

export type Reading =
  { kind: 'ours'; code: string } | { kind: 'empty' } | { kind: 'tooLong' } | { kind: 'foreign' };

const prefix = 'HC1:'; // EU HCERT
const cardPrefix = 'shc:/'; // SMART Health Card

/**
 * Tells a certificate from any other text without sending it anywhere. Base45 uses the space, so
 * only line breaks and tabs are taken out inside the code, and a space at the end only where the
 * length proves that it does not belong (base45 never has 3n + 1 characters).
 */
export function readCode(input: string): Reading {
  if (input.length > maxCodeLength * 2) return { kind: 'tooLong' };
  let code = input.replace(/[\r\n\t\uFEFF]/g, '').trimStart();
  if (code.trim() === '') return { kind: 'empty' };
  if (code.length > maxCodeLength) return { kind: 'tooLong' };
  if (code.slice(0, cardPrefix.length).toLowerCase() === cardPrefix) {
    return { kind: 'ours', code: cardPrefix + code.slice(cardPrefix.length).trimEnd() };
  }
  if (code.startsWith('SD1:')) return { kind: 'ours', code: code.trimEnd() }; // presentation
  if (code.startsWith('{"data"')) return { kind: 'ours', code: code.trimEnd() }; // ICAO VDS-NC
  if (code.slice(0, prefix.length).toUpperCase() !== prefix) return { kind: 'foreign' };
  while (code.endsWith(' ') && (code.length - prefix.length) % 3 === 1) code = code.slice(0, -1);
  return { kind: 'ours', code: prefix + code.slice(prefix.length) };
}

/** Of several codes in one picture, the one that is ours; else the most telling of the rest. */
export function pickReading(texts: readonly string[]): Reading | undefined {
  const readings = texts.map(readCode);
  return (
    readings.find((reading) => reading.kind === 'ours') ??
    readings.find((reading) => reading.kind !== 'empty')
  );
}

import { readQrCodes } from '@/scan';
import { pixelsOf } from '@/scan/picture';

import { maxCodeLength, pickReading, readCode, type Reading } from './code';

export const maxPictureBytes = 25 * 1024 * 1024;

export type FileReading =
  | Reading
  | { kind: 'noCode' }
  | { kind: 'pictureTooBig' }
  | { kind: 'badPicture' }
  | { kind: 'readerFailed' };

const looksLikeText = (file: File) =>
  file.type.startsWith('text/') || (file.type === '' && /\.(txt|hc1)$/i.test(file.name));

async function readPicture(file: File): Promise<FileReading> {
  if (file.size > maxPictureBytes) return { kind: 'pictureTooBig' };
  const pixels = await pixelsOf(file);
  if (!pixels) return { kind: 'badPicture' };
  return pickReading(await readQrCodes(pixels)) ?? { kind: 'noCode' };
}

/** Reads a file that somebody chose, dropped or pasted; it never leaves this device as a file. */
export async function readFile(file: File): Promise<FileReading> {
  if (looksLikeText(file)) {
    if (file.size > maxCodeLength * 2) return { kind: 'tooLong' };
    return readCode(await file.text());
  }
  return readPicture(file);
}

import { execFile } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const folder = mkdtemp(join(tmpdir(), 'salus-pictures-'));

/** A QR code as a picture, made by a program of other make than the one that reads it. */
export async function qrPicture(text: string, name: string): Promise<string> {
  const file = join(await folder, `${name}.png`);
  await run('qrencode', ['-l', 'Q', '-s', '6', '-m', '4', '-o', file, text]);
  return file;
}

/** The same as SVG, which has no pixels. */
export async function qrDrawing(text: string, name: string): Promise<string> {
  const file = join(await folder, `${name}.svg`);
  await run('qrencode', ['-t', 'SVG', '-l', 'Q', '-m', '4', '-o', file, text]);
  return file;
}

/** As a photo would show it: turned a little, on a grey table, with noise, as JPEG. */
export async function qrPhoto(text: string, name: string): Promise<string> {
  const [picture, file] = [await qrPicture(text, name), join(await folder, `${name}.jpg`)];
  const filter =
    'pad=iw*1.6:ih*1.6:(ow-iw)/2:(oh-ih)/2:color=0x8a8f90,' +
    'rotate=0.12:fillcolor=0x8a8f90,noise=alls=18:allf=t,gblur=sigma=0.6';
  await run('ffmpeg', [
    '-y',
    '-loglevel',
    'error',
    '-i',
    picture,
    '-vf',
    filter,
    '-frames:v',
    '1',
    file,
  ]);
  return file;
}

/** What a camera would deliver: two seconds of motion JPEG, the code turned and noisy. */
export async function qrVideo(text: string, name: string): Promise<string> {
  const [picture, file] = [await qrPicture(text, name), join(await folder, `${name}.mjpeg`)];
  const filter =
    'scale=620:620:flags=neighbor,pad=1280:720:(ow-iw)/2:(oh-ih)/2:color=0x8a8f90,' +
    'rotate=0.05*sin(t*3):fillcolor=0x8a8f90,noise=alls=12:allf=t,format=yuvj420p';
  await run('ffmpeg', [
    ...['-y', '-loglevel', 'error', '-loop', '1', '-framerate', '10', '-t', '2', '-i', picture],
    ...['-vf', filter, '-q:v', '3', '-f', 'mjpeg', file],
  ]);
  return file;
}

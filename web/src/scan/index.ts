/** The QR reader is heavy (a WebAssembly module): it is loaded at first use, by this door only. */
export async function readQrCodes(picture: Blob | ImageData): Promise<string[]> {
  const reader = await import('./zxing');
  return reader.readQrCodes(picture);
}

/** Starts the download early, when the camera is asked for, so that the first frame need not wait. */
export function warmUp(): void {
  void import('./zxing').catch(() => undefined);
}

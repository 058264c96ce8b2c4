import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import wasmUrl from 'zxing-wasm/reader/zxing_reader.wasm?url';

// The library's default would fetch the module from a content network; ours comes from this node.
prepareZXingModule({
  overrides: {
    locateFile: (path: string, base: string) => (path.endsWith('.wasm') ? wasmUrl : base + path),
  },
});

/** All QR codes in a picture, as text. A still picture is worth a longer look than a video frame. */
export async function readQrCodes(picture: Blob | ImageData): Promise<string[]> {
  const found = await readBarcodes(picture, {
    formats: ['QRCode'],
    tryHarder: true,
    tryInvert: picture instanceof Blob,
    maxNumberOfSymbols: 4,
  });
  return found.filter((symbol) => symbol.isValid).map((symbol) => symbol.text);
}

const maxSide = 2000;
/** A vector picture has no pixels of its own: it is drawn large enough for a dense code. */
const vectorSide = 1200;

interface Drawable {
  source: CanvasImageSource;
  width: number;
  height: number;
  release: () => void;
}

async function fromBitmap(file: Blob): Promise<Drawable> {
  const source = await createImageBitmap(file);
  return { source, width: source.width, height: source.height, release: () => source.close() };
}

/** What browsers show in a page but do not turn into a bitmap: SVG, as `salus issue` writes it. */
async function fromImage(file: Blob): Promise<Drawable> {
  const url = URL.createObjectURL(file);
  const release = () => URL.revokeObjectURL(url);
  try {
    const source = new Image();
    source.src = url;
    await source.decode();
    const scale = vectorSide / Math.max(source.naturalWidth, source.naturalHeight, 1);
    const [width, height] = [source.naturalWidth * scale, source.naturalHeight * scale];
    return { source, width, height, release };
  } catch (error) {
    release();
    throw error;
  }
}

function draw({ source, width, height }: Drawable): ImageData | undefined {
  const scale = Math.min(1, maxSide / Math.max(width, height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) return undefined;
  // Transparent pictures of dark codes would otherwise be dark on black.
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

/**
 * A picture as pixels, by the browser's own decoders (a phone's photo of 12 million pixels is
 * scaled down first). Undefined when the browser cannot open it.
 */
export async function pixelsOf(file: Blob): Promise<ImageData | undefined> {
  let picture: Drawable;
  try {
    picture = await (file.type === 'image/svg+xml' ? fromImage(file) : fromBitmap(file));
  } catch {
    return undefined;
  }
  try {
    return draw(picture);
  } finally {
    picture.release();
  }
}

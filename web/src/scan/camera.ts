export type CameraFault = 'denied' | 'none' | 'inUse' | 'insecure' | 'failed';

export class CameraError extends Error {
  readonly fault: CameraFault;
  constructor(fault: CameraFault, cause?: unknown) {
    super(fault, { cause });
    this.name = 'CameraError';
    this.fault = fault;
  }
}

const faults: Record<string, CameraFault> = {
  NotAllowedError: 'denied',
  SecurityError: 'denied',
  NotFoundError: 'none',
  OverconstrainedError: 'none',
  NotReadableError: 'inUse',
  AbortError: 'inUse',
};

/** `torch` is in the Media Capture extensions but not yet in TypeScript's library. */
type TorchCapabilities = MediaTrackCapabilities & { torch?: boolean };
type TorchConstraint = MediaTrackConstraintSet & { torch: boolean };

export class Camera {
  readonly hasTorch: boolean;
  private readonly canvas = document.createElement('canvas');

  private constructor(private readonly stream: MediaStream) {
    const track = stream.getVideoTracks()[0];
    const capabilities = track?.getCapabilities?.() as TorchCapabilities | undefined;
    this.hasTorch = capabilities?.torch === true;
  }

  static async open(): Promise<Camera> {
    const devices = navigator.mediaDevices as MediaDevices | undefined;
    if (!window.isSecureContext || !devices) throw new CameraError('insecure');
    try {
      const stream = await devices.getUserMedia({
        audio: false,
        video: {
          facingMode: { ideal: 'environment' },
          width: { ideal: 1920 },
          height: { ideal: 1080 },
        },
      });
      return new Camera(stream);
    } catch (error) {
      const name = error instanceof DOMException ? error.name : '';
      throw new CameraError(faults[name] ?? 'failed', error);
    }
  }

  async showIn(video: HTMLVideoElement): Promise<void> {
    video.srcObject = this.stream;
    await video.play();
  }

  /** The present frame, or nothing while the picture has not started. */
  grab(video: HTMLVideoElement): ImageData | undefined {
    const { videoWidth: width, videoHeight: height } = video;
    if (width === 0 || height === 0) return undefined;
    this.canvas.width = width;
    this.canvas.height = height;
    const context = this.canvas.getContext('2d', { willReadFrequently: true });
    context?.drawImage(video, 0, 0);
    return context?.getImageData(0, 0, width, height);
  }

  async setTorch(on: boolean): Promise<void> {
    const constraint: TorchConstraint = { torch: on };
    await this.stream.getVideoTracks()[0]?.applyConstraints({ advanced: [constraint] });
  }

  /** Called when the device is unplugged or taken by another program. */
  onEnded(listener: () => void): void {
    this.stream.getVideoTracks()[0]?.addEventListener('ended', listener, { once: true });
  }

  stop(): void {
    for (const track of this.stream.getTracks()) track.stop();
  }
}

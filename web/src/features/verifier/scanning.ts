import { onScopeDispose, ref, shallowRef, type Ref } from 'vue';

import { readQrCodes, warmUp } from '@/scan';
import { Camera, CameraError, type CameraFault } from '@/scan/camera';

import { pickReading, type Reading } from './code';

export type ScanFault = CameraFault | 'ended' | 'reader';

/** A strange code must stay in view for so many frames before it is reported as not ours. */
const framesOfDoubt = 6;
const pauseBetweenFrames = 80;

/** The camera from the tap to the first of our codes. Stops when the page is hidden or left. */
export function useScanning(
  video: Readonly<Ref<HTMLVideoElement | null>>,
  onReading: (reading: Reading) => void,
) {
  const state = ref<'off' | 'starting' | 'looking'>('off');
  const fault = ref<ScanFault>();
  const torch = ref(false);
  const camera = shallowRef<Camera>();
  let run = 0;

  function stop(): void {
    run += 1;
    camera.value?.stop();
    camera.value = undefined;
    torch.value = false;
    state.value = 'off';
  }

  function fail(reason: ScanFault): void {
    stop();
    fault.value = reason;
  }

  async function look(mine: number, opened: Camera, element: HTMLVideoElement): Promise<void> {
    let strange = 0;
    while (mine === run) {
      const frame = opened.grab(element);
      const reading = frame && pickReading(await readQrCodes(frame));
      if (mine !== run) return;
      strange = reading ? strange + 1 : 0;
      if (reading && (reading.kind === 'ours' || strange >= framesOfDoubt)) {
        stop();
        onReading(reading);
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, pauseBetweenFrames));
    }
  }

  async function start(): Promise<void> {
    stop();
    const mine = run;
    fault.value = undefined;
    state.value = 'starting';
    warmUp();
    try {
      const opened = await Camera.open();
      if (mine !== run || !video.value) return opened.stop();
      camera.value = opened;
      opened.onEnded(() => mine === run && fail('ended'));
      await opened.showIn(video.value);
      if (mine !== run) return;
      state.value = 'looking';
      await look(mine, opened, video.value);
    } catch (error) {
      if (mine === run) fail(error instanceof CameraError ? error.fault : 'reader');
    }
  }

  async function toggleTorch(): Promise<void> {
    const wanted = !torch.value;
    try {
      await camera.value?.setTorch(wanted);
      torch.value = wanted;
    } catch {
      torch.value = false;
    }
  }

  const onHidden = () => document.hidden && state.value !== 'off' && stop();
  document.addEventListener('visibilitychange', onHidden);
  onScopeDispose(() => {
    document.removeEventListener('visibilitychange', onHidden);
    stop();
  });

  return { state, fault, torch, camera, start, stop, toggleTorch };
}

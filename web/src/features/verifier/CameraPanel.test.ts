import { flushPromises, type VueWrapper } from '@vue/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { readQrCodes } from '@/scan';
import { mountInApp } from '@/testing/mount';

import CameraPanel from './CameraPanel.vue';

vi.mock('@/scan', () => ({ readQrCodes: vi.fn(), warmUp: vi.fn() }));
const reader = vi.mocked(readQrCodes);

const getUserMedia = vi.fn();
const track = {
  stop: vi.fn(),
  applyConstraints: vi.fn(() => Promise.resolve()),
  getCapabilities: vi.fn(() => ({}) as { torch?: boolean }),
  addEventListener: vi.fn(),
};
const stream = { getVideoTracks: () => [track], getTracks: () => [track] };
const frame = { width: 2, height: 2, data: new Uint8ClampedArray(16) };

let page: VueWrapper;

beforeEach(() => {
  for (const mock of [getUserMedia, track.stop, track.applyConstraints, reader]) mock.mockClear();
  getUserMedia.mockResolvedValue(stream);
  reader.mockResolvedValue([]);
  track.getCapabilities.mockReturnValue({});
  vi.stubGlobal('isSecureContext', true);
  const devices = { getUserMedia };
  Object.defineProperty(navigator, 'mediaDevices', { configurable: true, value: devices });
  // The browser's part: a playing video of two by two pixels.
  const video = HTMLVideoElement.prototype;
  Object.defineProperty(video, 'srcObject', { configurable: true, writable: true, value: null });
  Object.defineProperty(video, 'videoWidth', { configurable: true, get: () => 2 });
  Object.defineProperty(video, 'videoHeight', { configurable: true, get: () => 2 });
  vi.spyOn(video, 'play').mockResolvedValue();
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue({
    drawImage: () => undefined,
    getImageData: () => frame,
  } as never);
  page = mountInApp(CameraPanel);
});
afterEach(() => {
  page.unmount();
  vi.unstubAllGlobals();
});

const names = () => page.findAll('button').map((one) => one.text());
async function press(name: string) {
  const found = page.findAll('button').find((one) => one.text() === name);
  if (!found) throw new Error(`no button "${name}" among ${names().join(', ')}`);
  await found.trigger('click');
  await flushPromises();
}

describe('the camera', () => {
  it('opens with one tap, reads our code, and is switched off', async () => {
    reader.mockResolvedValue(['https://example.org', 'HC1:ABC']);
    await press('Open the camera');
    await vi.waitFor(() =>
      expect(page.emitted('reading')).toEqual([[{ kind: 'ours', code: 'HC1:ABC' }]]),
    );
    expect(track.stop).toHaveBeenCalled();
    await flushPromises();
    expect(names()).toEqual(['Open the camera']);
  });

  it('says what a strange code is only when it stays in view', async () => {
    reader.mockResolvedValueOnce(['https://example.org']);
    await press('Open the camera');
    await vi.waitFor(() => expect(reader.mock.calls.length).toBeGreaterThan(2));
    expect(page.emitted('reading')).toBeUndefined();
    reader.mockResolvedValue(['https://example.org']);
    await vi.waitFor(() => expect(page.emitted('reading')).toEqual([[{ kind: 'foreign' }]]), 3_000);
  });

  it('stops on the button', async () => {
    await press('Open the camera');
    await press('Stop the camera');
    expect(track.stop).toHaveBeenCalled();
    expect(names()).toEqual(['Open the camera']);
    const read = reader.mock.calls.length;
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(reader.mock.calls.length).toBe(read);
  });

  it('stops when the page is hidden, and when it is left', async () => {
    await press('Open the camera');
    vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);
    document.dispatchEvent(new Event('visibilitychange'));
    expect(track.stop).toHaveBeenCalledTimes(1);
    await flushPromises();
    await press('Open the camera');
    page.unmount();
    expect(track.stop).toHaveBeenCalledTimes(2);
  });

  it('offers the light only where there is one', async () => {
    await press('Open the camera');
    expect(names()).toEqual(['Stop the camera']);
    await press('Stop the camera');
    track.getCapabilities.mockReturnValue({ torch: true });
    await press('Open the camera');
    await press('Turn the light on');
    expect(track.applyConstraints).toHaveBeenCalledWith({ advanced: [{ torch: true }] });
    expect(names()).toContain('Turn the light off');
  });

  it.each([
    ['NotAllowedError', 'may not use the camera'],
    ['NotFoundError', 'no camera'],
    ['NotReadableError', 'Another program'],
    ['TypeError', 'could not be started'],
  ])('that fails with %s says why', async (name, words) => {
    getUserMedia.mockRejectedValue(new DOMException('no', name));
    await press('Open the camera');
    expect(page.get('[role=alert]').text()).toContain(words);
    expect(names()).toEqual(['Try the camera again']);
  });

  it('on an insecure page is not even asked for', async () => {
    vi.stubGlobal('isSecureContext', false);
    await press('Open the camera');
    expect(page.get('[role=alert]').text()).toContain('secure pages');
    expect(getUserMedia).not.toHaveBeenCalled();
  });

  it('says so when the reader cannot be loaded', async () => {
    reader.mockRejectedValue(new TypeError('failed to fetch'));
    await press('Open the camera');
    await vi.waitFor(() =>
      expect(page.get('[role=alert]').text()).toContain('could not be loaded'),
    );
    expect(track.stop).toHaveBeenCalled();
  });
});

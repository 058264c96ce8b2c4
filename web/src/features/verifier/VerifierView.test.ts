import { flushPromises, type VueWrapper } from '@vue/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Problem } from '@/api/problem';
import { verify } from '@/api/salus';
import { mountInApp } from '@/testing/mount';
import { failing, report } from '@/testing/reports';

import VerifierView from './VerifierView.vue';

vi.mock('@/api/salus', () => ({ verify: vi.fn() }));
const node = vi.mocked(verify);

let page: VueWrapper;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
  node.mockReset();
  page = mountInApp(VerifierView);
});
afterEach(() => {
  page.unmount();
  vi.useRealTimers();
});

async function paste(text: string) {
  await page.get('textarea').setValue(text);
  await page.get('form').trigger('submit');
  await flushPromises();
}

const button = (name: string) => {
  const found = page.findAll('button').find((one) => one.text() === name);
  if (!found) throw new Error(`no button "${name}"`);
  return found;
};
const announcement = () => page.get('[aria-live=assertive]').text();

describe('a verdict', () => {
  it('is shown with the person, the vaccination and every check', async () => {
    node.mockResolvedValue(report());
    await paste('HC1:ABC');
    expect(node).toHaveBeenCalledWith('HC1:ABC', expect.any(AbortSignal));
    expect(page.get('[data-verdict]').attributes('data-verdict')).toBe('valid');
    expect(page.get('[data-fact=name]').text()).toContain('Amélie Durand-Lefèvre');
    expect(page.get('[data-fact=birthDate]').text()).toContain('April 19, 1987');
    expect(page.text()).toContain('Comirnaty');
    expect(page.findAll('[data-check]')).toHaveLength(5);
    expect(page.find('[data-testid=check-id]').exists()).toBe(true);
    expect(page.find('[data-testid=advice]').exists()).toBe(false);
  });

  it('is told to screen readers in one sentence and takes the focus', async () => {
    node.mockResolvedValue(report());
    await paste('HC1:ABC');
    expect(announcement()).toMatch(/^Valid\. This certificate is genuine/);
    expect(document.activeElement?.textContent).toContain('Valid');
  });

  it('gives the reason and what to do when it is not valid', async () => {
    node.mockResolvedValue(
      failing('invalid', { name: 'chain', outcome: 'failed', code: 'chain.not_found' }),
    );
    await paste('HC1:ABC');
    expect(page.get('[data-testid=reason]').text()).toBe('It does not stand on the chain.');
    expect(page.get('[data-testid=advice]').text()).toContain('never entered on the chain');
    expect(announcement()).toContain('It does not stand on the chain.');
  });

  it('vouches for nothing when the signature does not stand', async () => {
    node.mockResolvedValue(
      failing('invalid', { name: 'signature', outcome: 'failed', code: 'signature.wrong' }),
    );
    await paste('HC1:ABC');
    expect(page.find('[data-testid=unconfirmed]').exists()).toBe(true);
    expect(page.find('[data-testid=check-id]').exists()).toBe(false);
    expect(page.get('[data-testid=freshness]').text()).toContain('Not looked up');
  });

  it('of an unreadable code shows no person', async () => {
    const unreadable = failing('unreadable', {
      name: 'structure',
      outcome: 'failed',
      code: 'structure.base45',
    });
    delete unreadable.certificate;
    node.mockResolvedValue(unreadable);
    await paste('HC1:###');
    expect(page.get('[data-verdict]').attributes('data-verdict')).toBe('unreadable');
    expect(page.find('[data-fact]').exists()).toBe(false);
    expect(page.get('[data-testid=reason]').text()).toContain('base45');
  });
});

describe('a result clears itself', () => {
  beforeEach(async () => {
    node.mockResolvedValue(report());
    await paste('HC1:ABC');
  });

  it('after a minute, with nothing of it left on the page', async () => {
    vi.advanceTimersByTime(59_000);
    await flushPromises();
    expect(page.get('[data-testid=countdown]').text()).toBe('Clears in 1 second');
    vi.advanceTimersByTime(1_500);
    await flushPromises();
    expect(page.html()).not.toContain('Durand');
    expect(page.html()).not.toContain('HC1:ABC');
    expect(page.get<HTMLTextAreaElement>('textarea').element.value).toBe('');
    expect(announcement()).toBe('The result has been cleared.');
  });

  it('unless it is kept', async () => {
    await button('Keep').trigger('click');
    vi.advanceTimersByTime(600_000);
    await flushPromises();
    expect(page.html()).toContain('Durand');
    await button('Clear').trigger('click');
    expect(page.html()).not.toContain('Durand');
  });

  it('when the page is left', async () => {
    window.dispatchEvent(new Event('pagehide'));
    await flushPromises();
    expect(page.html()).not.toContain('Durand');
  });
});

describe('what is no certificate', () => {
  it.each([
    ['https://example.org/', 'Not one of our codes'],
    ['A'.repeat(100_000), 'too long'],
  ])('is not sent: %#', async (text, title) => {
    await paste(text);
    expect(node).not.toHaveBeenCalled();
    expect(page.get('[data-testid=unusable]').text()).toContain(title);
    expect(announcement()).toContain(title);
    await button('Check another').trigger('click');
    expect(page.find('textarea').exists()).toBe(true);
  });

  it('an empty field says so beside the field', async () => {
    await paste('  \n ');
    expect(node).not.toHaveBeenCalled();
    const field = page.get('textarea');
    expect(field.attributes('aria-invalid')).toBe('true');
    const error = page.get(`[id="${field.attributes('aria-describedby')}"]`);
    expect(error.text()).toBe('Paste the text of a certificate first.');
  });
});

describe('the network', () => {
  it('failing is told in words, and "try again" sends the same code', async () => {
    node.mockRejectedValueOnce(new Problem('offline'));
    await paste('HC1:ABC');
    expect(page.get('[role=alert]').text()).toContain('does not answer');
    node.mockResolvedValue(report());
    await button('Try again').trigger('click');
    await flushPromises();
    expect(node.mock.calls.map(([code]) => code)).toEqual(['HC1:ABC', 'HC1:ABC']);
    expect(page.find('[data-verdict=valid]').exists()).toBe(true);
  });

  it('answering too late changes nothing', async () => {
    let answer: (value: ReturnType<typeof report>) => void = () => undefined;
    node.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
    await paste('HC1:ABC');
    expect(page.get('[role=status]').text()).toContain('Checking');
    window.dispatchEvent(new Event('pagehide'));
    expect(node.mock.calls[0]?.[1]?.aborted).toBe(true);
    answer(report());
    await flushPromises();
    expect(page.find('[data-verdict]').exists()).toBe(false);
  });
});

describe('the other ways in', () => {
  const drop = async (file: File) => {
    await page.get('[data-testid=drop]').trigger('drop', { dataTransfer: { files: [file] } });
    await vi.waitFor(() => expect(page.find('[data-testid=drop]').exists()).toBe(false));
    await flushPromises();
  };

  it('a text file that is dropped', async () => {
    node.mockResolvedValue(report());
    await drop(new File(['HC1:ABC\n'], 'code.txt', { type: 'text/plain' }));
    await vi.waitFor(() => expect(node).toHaveBeenCalledWith('HC1:ABC', expect.any(AbortSignal)));
  });

  it('a text file that is far too long is not read', async () => {
    await drop(new File(['A'.repeat(100_000)], 'code.txt', { type: 'text/plain' }));
    await vi.waitFor(() => expect(page.text()).toContain('too long'));
  });

  it('a file that is no picture', async () => {
    await drop(new File(['%PDF'], 'a.pdf', { type: 'application/pdf' }));
    await vi.waitFor(() => expect(page.text()).toContain('This file cannot be read'));
  });

  it('Enter in the field checks, Shift+Enter does not', async () => {
    node.mockResolvedValue(report());
    await page.get('textarea').setValue('HC1:ABC');
    await page.get('textarea').trigger('keydown', { key: 'Enter', shiftKey: true });
    expect(node).not.toHaveBeenCalled();
    await page.get('textarea').trigger('keydown', { key: 'Enter' });
    await flushPromises();
    expect(node).toHaveBeenCalledTimes(1);
  });
});

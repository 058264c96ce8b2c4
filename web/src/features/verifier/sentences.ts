import type { Check, VerdictReport } from '@/api/salus';

interface Translator {
  t: (key: string, named?: Record<string, unknown>) => string;
  te: (key: string) => boolean;
}

/** The node's sentences are clauses in English: used only for codes that the strings file lacks. */
function asSentence(clause: string): string {
  const text = clause.trim();
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return text === '' || /[.!?]$/.test(text) ? begun : `${begun}.`;
}

/** A check's result in one sentence of the reader's language. */
export function sentenceOf(check: Check, report: VerdictReport, { t, te }: Translator): string {
  const key = `verifier.checks.code.${check.code}`;
  if (!/^\w+\.\w+$/.test(check.code) || !te(key)) return asSentence(check.message);
  return t(key, {
    hospital: report.hospital || t('common.unknown'),
    reason: report.revocationReason ?? t('common.unknown'),
  });
}

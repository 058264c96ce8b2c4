import type { Certificate } from '@/api/salus';
import type { Fact } from '@/ui/UiFacts.vue';
import { dateInWords } from '@/ui/format';

type Translate = (key: string, named?: Record<string, unknown>) => string;

/** The vaccination's fields in the order in which people ask for them. */
const order = [
  'disease',
  'vaccine',
  'product',
  'manufacturer',
  'dose',
  'date',
  'lot',
  'performer',
  'country',
] as const;

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim() || undefined;
  return typeof value === 'number' ? String(value) : undefined;
}

/** "1 of 2" where both are known, else what is known. */
function doseOf(facts: Record<string, unknown>, t: Translate): string | undefined {
  const number = textOf(facts['doseNumber']);
  const total = textOf(facts['totalDoses']);
  if (number === undefined) return undefined;
  return total === undefined ? number : t('verifier.vaccination.doseOf', { number, total });
}

export function vaccinationFacts(certificate: Certificate, t: Translate, language: string): Fact[] {
  const source = certificate.vaccination ?? {};
  return order.flatMap((key) => {
    const value = key === 'dose' ? doseOf(source, t) : textOf(source[key]);
    if (value === undefined) return [];
    const shown = key === 'date' ? dateInWords(value, language) : value;
    return [{ key, label: t(`verifier.vaccination.${key}`), value: shown }];
  });
}

export function personFacts(certificate: Certificate, t: Translate, language: string): Fact[] {
  const unknown = t('common.unknown');
  return [
    { key: 'name', label: t('verifier.person.name'), value: certificate.name ?? unknown },
    {
      key: 'birthDate',
      label: t('verifier.person.birthDate'),
      value: certificate.birthDate ? dateInWords(certificate.birthDate, language) : unknown,
    },
  ];
}

export function issuerFacts(certificate: Certificate, t: Translate, language: string): Fact[] {
  const { issuer, issuedAt, expiresAt, commitment } = certificate;
  const rows: [string, string | null | undefined, boolean?][] = [
    ['name', issuer?.name],
    ['country', issuer?.country],
    ['issuedAt', issuedAt && dateInWords(issuedAt, language)],
    ['expiresAt', expiresAt && dateInWords(expiresAt, language)],
    ['account', issuer?.account, true],
    ['commitment', commitment, true],
  ];
  return rows.flatMap(([key, value, code]) =>
    value ? [{ key, label: t(`verifier.issuer.${key}`), value, code: code ?? false }] : [],
  );
}

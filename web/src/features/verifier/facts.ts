import type { Certificate, VerdictReport } from '@/api/salus';
import type { Fact } from '@/ui/UiFacts.vue';
import { dateInWords, dayOf } from '@/ui/format';

type Translate = (key: string, named?: Record<string, unknown>) => string;

/** The vaccination's fields in the order in which people ask for them. */
const vaccinationFields = [
  'disease',
  'vaccine',
  'kindOfVaccine',
  'manufacturer',
  'dose',
  'date',
  'lot',
  'performer',
  'country',
] as const satisfies (keyof Certificate)[];

function doseInWords(dose: string, t: Translate): string {
  const [, number, total] = /^(\d+) of (\d+)$/.exec(dose) ?? [];
  return number && total ? t('verifier.vaccination.doseOf', { number, total }) : dose;
}

export function vaccinationFacts(certificate: Certificate, t: Translate, language: string): Fact[] {
  return vaccinationFields.flatMap((key) => {
    const value = certificate[key];
    if (!value) return [];
    let shown = value;
    if (key === 'dose') shown = doseInWords(value, t);
    // The day where it was given; the viewer's time zone must not move it.
    if (key === 'date') shown = dateInWords(dayOf(value), language);
    return [{ key, label: t(`verifier.vaccination.${key}`), value: shown }];
  });
}

export function personFacts(certificate: Certificate, t: Translate, language: string): Fact[] {
  const { name, birthDate } = certificate;
  const unknown = t('common.unknown');
  return [
    { key: 'name', label: t('verifier.person.name'), value: name ?? unknown },
    {
      key: 'birthDate',
      label: t('verifier.person.birthDate'),
      value: birthDate ? dateInWords(birthDate, language) : unknown,
    },
  ];
}

export function issuerFacts(report: VerdictReport, t: Translate, language: string): Fact[] {
  const { certificate, hospital } = report;
  if (!certificate) return [];
  const { issued, expires } = certificate;
  const rows: [string, string | undefined, boolean?][] = [
    ['hospital', hospital || certificate.issuedBy],
    ['issuerCountry', certificate.issuerCountry],
    ['issued', issued && dateInWords(issued, language)],
    ['expires', expires && dateInWords(expires, language)],
    ['issuerAccount', certificate.issuerAccount, true],
    ['commitment', certificate.commitment, true],
  ];
  return rows.flatMap(([key, value, code = false]) =>
    value ? [{ key, label: t(`verifier.issuer.${key}`), value, code }] : [],
  );
}

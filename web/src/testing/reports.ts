import type { Check, VerdictReport } from '@/api/salus';

const names = ['structure', 'signature', 'issuer', 'validity', 'chain'];

/** A valid verdict; a test states only the difference. */
export function report(difference: Partial<VerdictReport> = {}): VerdictReport {
  return {
    overall: 'valid',
    mode: 'online',
    checks: names.map((name) => ({ name, outcome: 'passed', code: `${name}.ok`, message: 'fine' })),
    checkedAt: '2026-11-22T15:00:00Z',
    trustList: { ageSeconds: 120, blockNumber: 1234 },
    hospital: 'Hôpital Sainte-Claire',
    certificate: {
      name: 'Amélie Durand-Lefèvre',
      birthDate: '1987-04-19',
      disease: 'COVID-19',
      vaccine: 'Comirnaty',
      dose: '2 of 2',
      date: '2026-10-02',
      country: 'FR',
      issued: '2026-10-02T10:00:00Z',
      expires: '2027-10-02T10:00:00Z',
      issuerAccount: '0x70997970c51812dc3a010c7d01b50e0d17dc79c8',
      commitment: `0x${'ab'.repeat(32)}`,
    },
    ...difference,
  };
}

/** A verdict in which one check has another outcome, and those after it were not made. */
export function failing(
  overall: VerdictReport['overall'],
  changed: Pick<Check, 'name' | 'outcome' | 'code'>,
): VerdictReport {
  const place = names.indexOf(changed.name);
  const checks = report().checks.map((check, index): Check => {
    if (index === place) return { ...changed, message: 'a clause of the node' };
    if (index < place) return check;
    return { ...check, outcome: 'not_checked', code: `${check.name}.not_checked` };
  });
  return report({ overall, checks });
}

/** Dates, numbers and hashes as text; pure, in the language that is given. */

const steps: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** `seconds` and `now` in Unix seconds. A clock that is a little behind never gives "in 2 seconds". */
export function ago(seconds: number, now: number, language: string): string {
  const past = Math.max(0, Math.round(now - seconds));
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const [unit, size] = steps.find(([, length]) => past >= length) ?? ['second', 1];
  return format.format(-Math.floor(past / size), unit);
}

export function dateTime(seconds: number, language: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' }).format(
    new Date(seconds * 1000),
  );
}

/** The day of a FHIR dateTime as it was recorded, whatever its time zone. */
export const dayOf = (text: string): string =>
  /^\d{4}-\d{2}-\d{2}T/.test(text) ? text.slice(0, 10) : text;

const isoMonth = /^(\d{4})-(\d{2})$/;
const isoDate = /^(\d{4})-(\d{2})-(\d{2})$/;

/**
 * A FHIR or DCC date in words. A date without time has no zone and must not move by one; a year
 * alone stays as it is, as does what is no date at all.
 */
export function dateInWords(text: string, language: string): string {
  const day = isoDate.exec(text);
  if (day) {
    const date = new Date(Date.UTC(Number(day[1]), Number(day[2]) - 1, Number(day[3])));
    return new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' }).format(date);
  }
  const month = isoMonth.exec(text);
  if (month) {
    const date = new Date(Date.UTC(Number(month[1]), Number(month[2]) - 1));
    const style = { month: 'long', year: 'numeric', timeZone: 'UTC' } as const;
    return new Intl.DateTimeFormat(language, style).format(date);
  }
  if (!/^\d{4}-\d{2}-\d{2}T/.test(text)) return text;
  const time = Date.parse(text);
  return Number.isNaN(time) ? text : dateTime(time / 1000, language);
}

export function integer(value: number | bigint, language: string): string {
  return new Intl.NumberFormat(language).format(value);
}

/** Start and end of a long hexadecimal value. */
export function shorten(hash: string, kept = 6): string {
  return hash.length <= 2 * kept + 3 ? hash : `${hash.slice(0, kept + 2)}…${hash.slice(-kept)}`;
}

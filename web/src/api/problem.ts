/** What can go wrong between this page and the node; the words for each stand in the strings file. */
export type ProblemKind =
  | 'offline' // no answer: network down or node stopped
  | 'timeout'
  | 'busy' // 429 or 503
  | 'tooLarge' // 413
  | 'refused' // any other 4xx
  | 'server' // any other 5xx
  | 'malformed' // an answer that is not what the interface promises
  | 'missing'; // a block, transaction or page that does not exist

export class Problem extends Error {
  readonly kind: ProblemKind;
  /** The node's own sentence (RFC 9457 `detail`), when it sent one. */
  readonly detail: string | undefined;

  constructor(kind: ProblemKind, detail?: string, cause?: unknown) {
    super(detail ?? kind, { cause });
    this.name = 'Problem';
    this.kind = kind;
    this.detail = detail;
  }
}

export function kindOfStatus(status: number): ProblemKind {
  if (status === 413) return 'tooLarge';
  if (status === 429 || status === 503) return 'busy';
  if (status === 404) return 'missing';
  return status >= 500 ? 'server' : 'refused';
}

// Runs the same cases on both machines, finds the first instruction at which they part, and makes
// a case that differs smaller.
import { isUnseen, KNOWN } from './known';
import { runSalus, traceSalus, type Verdict } from './salus';
import type { Scenario, StateTest } from './scenario';
import { type Outcome, runSecond, type Step } from './second';

export interface Difference {
  scenario: Scenario;
  what: string;
  second: Outcome;
  salus: Verdict | undefined;
}

export interface BatchResult {
  cases: number;
  instructions: number;
  refused: number;
  known: Map<string, number>;
  differences: Difference[];
}

/** Fills in what the second EVM makes of the case. */
async function judge(scenario: Scenario): Promise<Outcome> {
  const { bytes, ...outcome } = await runSecond(scenario);
  const post = {
    hash: outcome.stateRoot,
    logs: outcome.logsHash,
    indexes: { data: 0, gas: 0, value: 0 },
    ...(bytes !== undefined && { txbytes: bytes }),
    ...(outcome.refusal !== undefined && { expectException: 'TransactionException' }),
  };
  scenario.test.post = { [scenario.fork]: [post] };
  return outcome;
}

function difference(second: Outcome, salus: Verdict | undefined): string | undefined {
  if (salus === undefined) return 'salus says nothing';
  if ((second.refusal === undefined) !== (salus.refusal === undefined)) {
    return `refused by one: second ${second.refusal}, salus ${salus.refusal}`;
  }
  const fields = ['stateRoot', 'logsHash', 'gasUsed', 'steps', 'digest'] as const;
  return fields.find((field) => second[field] !== undefined && second[field] !== salus[field]);
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

export async function compare(binary: string, cases: Scenario[]): Promise<BatchResult> {
  const outcomes: Outcome[] = [];
  for (const scenario of cases) outcomes.push(await judge(scenario));
  const verdicts = await runSalus(binary, cases);
  const out: BatchResult = {
    cases: cases.length,
    instructions: 0,
    refused: 0,
    known: new Map(),
    differences: [],
  };
  for (const [i, scenario] of cases.entries()) {
    const second = outcomes[i] as Outcome;
    const salus = verdicts.get(scenario.name);
    out.instructions += salus?.steps ?? 0;
    if (salus?.refusal !== undefined) ++out.refused;
    if (second.steps === undefined) count(out.known, KNOWN.revertUnbounded.name);
    const what = difference(second, salus);
    if (what === undefined) continue;
    const onlyObserved = what === 'steps' || what === 'digest';
    if (onlyObserved && (await firstDifference(binary, scenario, isUnseen)) === undefined) {
      count(out.known, KNOWN.revertUnseen.name);
    } else {
      out.differences.push({ scenario, what, second, salus });
    }
  }
  return out;
}

// --- where they part ----------------------------------------------------------------------------

function show(step: Step | undefined): string {
  if (step === undefined) return 'nothing';
  const stack = step.stack.slice(-6).map((item) => `0x${item.toString(16)}`);
  return `depth ${step.depth} pc ${step.pc} gas ${step.gas} height ${step.stack.length} top ${stack.reverse().join(' ')}`;
}

/** The first instruction that differs, with the one before it; some of salus left out. */
export async function firstDifference(
  binary: string,
  scenario: Scenario,
  leaveOut: (step: Step) => boolean = () => false,
): Promise<string | undefined> {
  const second: Step[] = [];
  const salus: Step[] = [];
  await runSecond(scenario, (step) => second.push(step));
  await traceSalus(binary, scenario, (step) => {
    if (!leaveOut(step)) salus.push(step);
  });
  for (let i = 0; i < Math.max(second.length, salus.length); ++i) {
    const [a, b] = [second[i], salus[i]].map(show);
    if (a === b) continue;
    const op = salus[i - 1]?.op.toString(16) ?? '';
    return `step ${i}, after 0x${op} at ${show(salus[i - 1])}\n  second: ${a}\n  salus:  ${b}`;
  }
  return undefined;
}

// --- smaller ------------------------------------------------------------------------------------

const JUMPDEST = 0x5b;

/** Ever smaller versions of a case. */
function* smaller(test: StateTest): Generator<(copy: StateTest) => void> {
  for (const address of Object.keys(test.pre)) {
    yield (copy) => void Reflect.deleteProperty(copy.pre, address);
    yield (copy) => void Object.assign(copy.pre[address] ?? {}, { storage: {} });
  }
  for (const key of ['accessLists', 'authorizationList'] as const) {
    if (test.transaction[key]) yield (copy) => void (copy.transaction[key] = [[]] as never);
  }
  yield (copy) => void (copy.transaction.data = ['0x']);
  for (const [address, { code }] of Object.entries(test.pre)) {
    const bytes = Buffer.from(code.slice(2), 'hex');
    const put = (copy: StateTest, changed: Buffer) => {
      const account = copy.pre[address];
      if (account) account.code = `0x${changed.toString('hex')}`;
    };
    for (let size = bytes.length >> 1; size >= 1; size >>= 1) {
      yield (copy) => put(copy, bytes.subarray(0, bytes.length - size));
      for (let at = 0; at < bytes.length; at += size) {
        if (bytes.subarray(at, at + size).every((it) => it === JUMPDEST)) continue;
        yield (copy) => put(copy, Buffer.from(bytes).fill(JUMPDEST, at, at + size));
      }
    }
  }
}

async function differs(binary: string, scenario: Scenario): Promise<boolean> {
  const { differences } = await compare(binary, [scenario]);
  return differences.length > 0;
}

/** Leaves out what the difference does not need, in a bounded number of tries. */
export async function minimize(binary: string, scenario: Scenario, tries = 400): Promise<Scenario> {
  let best = scenario;
  let left = tries;
  for (let again = true; again;) {
    again = false;
    for (const change of smaller(best.test)) {
      if (left-- <= 0) return best;
      const test = structuredClone(best.test);
      change(test);
      const candidate = { ...best, test };
      if (!(await differs(binary, candidate))) continue;
      best = candidate;
      again = true;
      break;
    }
  }
  return best;
}

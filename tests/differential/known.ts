// What the second EVM does wrong, each with the rule that it breaks. None of it is in what a
// transaction leads to; both are faults of its observer of instructions.
import type { Step } from './second';

const REVERT = 0xfd;

export const KNOWN = {
  revertUnseen: {
    name: 'revert-with-an-empty-stack-unseen',
    reason:
      '@ethereumjs/evm 10.1.3, _runStepHook: looks at two items of the stack of a REVERT before ' +
      'it tells of the instruction, and says nothing where they are not there (EIP-3155: every one)',
  },
  revertUnbounded: {
    name: 'revert-of-a-huge-length-breaks-the-observer',
    reason:
      '@ethereumjs/evm 10.1.3, _runStepHook: reads the memory of a REVERT before gas has bounded ' +
      'its length (Yellow Paper 9.4.2: out of gas); run again unobserved, results must agree',
  },
} as const;

/** Instructions of salus that the second EVM's observer does not tell of. */
export function isUnseen(step: Step): boolean {
  return step.op === REVERT && step.stack.length < 2;
}

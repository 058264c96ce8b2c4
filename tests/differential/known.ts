// Differences in which the second EVM is wrong, each with the rule that it breaks.
import type { Scenario } from './scenario';
import type { Outcome } from './second';

interface Known {
  name: string;
  reason: string;
  applies: (scenario: Scenario, second: Outcome) => boolean;
}

export const KNOWN: readonly Known[] = [];

export function isKnown(scenario: Scenario, second: Outcome): string | undefined {
  return KNOWN.find(({ applies }) => applies(scenario, second))?.name;
}

import { countRepairs, type RepairKind, type Repairs, repairKinds, sumRepairs } from '../trees/repair.ts';
import { formatCount } from '../util/format.ts';

/** What had to be repaired, over all trees. */
export class RepairCount {
  repaired = 0;
  #trees = 0;
  #total = sumRepairs([]);

  add(repairs: Repairs): void {
    this.#trees++;
    if (countRepairs(repairs) > 0) this.repaired++;
    this.#total = sumRepairs([this.#total, repairs]);
  }

  describe(): string {
    const kinds = (Object.keys(this.#total) as RepairKind[]).filter((kind) => this.#total[kind] > 0);
    const rows = kinds.map((kind) => `  ${formatCount(this.#total[kind])} ${repairKinds[kind]}`);
    const trees = `${formatCount(this.repaired)} of ${formatCount(this.#trees)}`;
    return [`repaired trees: ${trees}`, ...rows].join('\n');
  }
}

/** What stands for what a head gives that is left out: nothing, or its mean over all places of the texts. */
export const ablations = ['zero', 'mean'] as const;
export type Ablation = (typeof ablations)[number];

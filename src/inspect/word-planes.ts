// How places of a word may be laid out.
export const planes = ['pca', 'umap'] as const;
export type PlaneKind = (typeof planes)[number];

// Words that stand first after `tx report` for a table of its own. Completion knows them too, so nothing is loaded here.

/** What decoders keep of each token. A run of this name is `./kv-cache`. */
export const KV_CACHE = 'kv-cache';

/** The numbers that a cache may be kept in. */
export const CACHE_DTYPES = ['float16', 'float32'] as const;
export type CacheDtype = (typeof CACHE_DTYPES)[number];

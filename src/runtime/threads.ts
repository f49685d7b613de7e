// How many threads the native kernels may use. Apart from sessions, whose library takes long to load.
import { z } from 'zod';

export const MAX_THREADS = 256;

/** Threads inside an operator; 0 is one a core. More than a machine has processors bring nothing. */
export const threadsSchema = z.int().min(0).max(MAX_THREADS).default(0);

// The library of RASP-L, written in its core as in np-rasp, whose names, parameters and results it has. What differs:
// argmax, argmin and mode, which fail there, and do here what they are for; and first_true takes the least index where it
// takes the mean of one. The comments are the functions' documentation.
export const LIBRARY = `
# x == y, for select, kqv and seq_map; so are the four below, with their operators.
def equals(x, y) { return x == y; }
# x <= y.
def leq(x, y) { return x <= y; }
# x < y.
def lt(x, y) { return x < y; }
# x >= y.
def geq(x, y) { return x >= y; }
# x > y.
def gt(x, y) { return x > y; }

# x moved n places to the right, the default where nothing comes from. A negative n gives the default everywhere: what
# comes later is not known.
def shift_right(x, n, default=0) {
  return kqv(indices(x) + n, indices(x), x, equals, default=default);
}

# How many places so far are true.
def cumsum(bool_array) {
  return sel_width(select(bool_array, bool_array, lambda k, q: k));
}

# x_if where the condition holds, else y_else. "x if c else y" is short for it.
def where(condition, x_if, y_else) {
  x_masked = seq_map(x_if, condition, lambda x, m: x if m else 0);
  y_masked = seq_map(y_else, condition, lambda y, m: y if not m else 0);
  return seq_map(x_masked, y_masked, lambda x, y: x if y == 0 else y);
}

# x where the mask is true, else mask_val.
def mask(x, bool_mask, mask_val=0) {
  return where(bool_mask, x, full(x, mask_val));
}

# The largest value so far.
def maximum(x) {
  return kqv(x, x, x, lambda k, q: True, reduction="max");
}

# The least value so far.
def minimum(x) {
  return -maximum(-x);
}

# Where the largest value so far stands; the last place of several.
def argmax(x) {
  return kqv(x, maximum(x), indices(x), equals, reduction="max");
}

# Where the least value so far stands; the last place of several.
def argmin(x) {
  return argmax(-x);
}

# How many values of x so far equal the query.
def num_prev(x, queries) {
  return sel_width(select(x, queries, equals));
}

# Whether a value of x so far equals the query.
def has_seen(x, queries) {
  return kqv(x, queries, full(x, True), equals, default=0);
}

# The first place of x so far that equals the query.
def firsts(x, queries, default=-1) {
  return kqv(x, queries, indices(x), equals, default=default, reduction="min");
}

# The last place of x so far that equals the query.
def lasts(x, queries, default=-1) {
  return kqv(x, queries, indices(x), equals, default=default, reduction="max");
}

# x at the place idx; the default where that is below 0 or not reached yet.
def index_select(x, idx, default=0) {
  return kqv(indices(x), idx, x, equals, default=default);
}

# The first place that is true (1).
def first_true(x, default=-1) {
  seen_true = kqv(x, full(x, 1), full(x, True), equals, default=0);
  first_occ = seq_map(seen_true, shift_right(seen_true, 1), lambda curr, prev: curr and not prev);
  return kqv(first_occ, full(x, 1), indices(x), equals, default=default, reduction="min");
}

# The most frequent value so far; of several the one that was the first to be so frequent last.
def mode(x) {
  num_prev_matching = num_prev(x, x);
  return index_select(x, argmax(num_prev_matching));
}

# Whether more of the values so far are 1 than 0.
def binary_mode(x) {
  num_prev_zeros = num_prev(x, full(x, 0));
  num_prev_ones = num_prev(x, full(x, 1));
  return num_prev_ones > num_prev_zeros;
}

# v at offset places behind the first place of k that equals the query; the default where that is not reached. null_val
# is a number that stands nowhere in k and q.
def induct_kqv(k, q, v, offset, default=0, null_val=-999) {
  indices_to_copy = firsts(shift_right(k, offset, default=null_val), q, default=null_val);
  return index_select(v, indices_to_copy, default=default);
}

# induct_kqv with the keys as values: what followed when the query first occurred, as an induction head copies.
def induct(k, q, offset, default=0, null_val=-999) {
  return induct_kqv(k, q, k, offset, default=default, null_val=null_val);
}

# induct for an offset below 0: what stands before the first place of k that equals the query.
def induct_prev(k, q, offset, default=0, null_val=-999) {
  indices_to_copy = firsts(k, q, default=null_val) + offset;
  return index_select(k, indices_to_copy, default=default);
}
`;

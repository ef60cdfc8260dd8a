// A zigzag long is computed in floating point, which holds 53 bits: below -2^52 the sign bit is rounded away and another
// number comes out, without an error. Inside these bounds it is exact.
const bound = 2 ** 52

/** Whether a long that was read in floating point is the one that was written. */
export const isExact = (value: number): boolean => value > -bound && value < bound

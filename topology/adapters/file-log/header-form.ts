/**
 * Headers as text behind a record's key. One of:
 *
 * - nothing: no headers
 * - whole: how many, the length of each name, the names; then two characters of length for each value, and the values. The part with
 *   the names is the same in nearly all records, and is looked at once.
 * - repeated: the mark, and a bit for each header, seven to a character, the first the lowest: those not set are as in the record before, whose names these
 *   are; of the others the lengths and the values
 * - JSON, for what does not fit, which begins with a brace
 *
 * The first record of a run of frames never repeats: each run is read by itself.
 */
export const mostHeaders = 120
export const headersRepeat = 121
export const maskWidth = 7
export const longestName = 127
export const longestValue = 16_383

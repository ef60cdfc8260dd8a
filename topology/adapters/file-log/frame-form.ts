/**
 * A batch's records in one run of bytes. Each frame, little endian: offset minus the batch's base (4 bytes), timestamp (8, a
 * double), length of the key in UTF-16 units (4), of the text in bytes (4; the highest bit is set when it is ASCII), of the value (4; all
 * ones for a tombstone), then the text (UTF-8: the key, and the headers as header-form.ts has them), and the value.
 */
export const frameHead = 24
export const ascii = 0x80000000

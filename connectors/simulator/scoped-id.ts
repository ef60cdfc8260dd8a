/** The business-scoped id of who has this number: what WhatsApp tells of people who do not show it. */
export const scopedIdOf = (number: string): string => `BR.77${number}`

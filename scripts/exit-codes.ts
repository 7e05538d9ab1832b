/** The command did its work and found something wrong, or could not do it. */
export const finding = 1
/** The command line was wrong. */
export const usageError = 2

/** The version of every function, as package.json has it. */
export const version = '0.1.0'

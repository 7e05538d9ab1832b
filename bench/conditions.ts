// What is the same for all who are compared.
export const connections = 16
export const serverProcessor = 0
export const loadProcessor = 1
export const warmUpSeconds = 1

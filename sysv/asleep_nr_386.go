package sysv

// sysSemop: the 32-bit machines have no such call.
const sysSemop = -1

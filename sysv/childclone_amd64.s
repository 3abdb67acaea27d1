//go:build !race && !msan && !asan

#include "textflag.h"

// func cloneOnto(flags, stack uintptr, p *childPlan) (pid uintptr)
TEXT ·cloneOnto(SB), NOSPLIT, $0-32
	MOVQ	flags+0(FP), DI
	MOVQ	stack+8(FP), SI
	MOVQ	p+16(FP), R12 // which the child gets, too
	XORL	DX, DX
	XORL	R10, R10
	XORL	R8, R8
	MOVL	$56, AX // clone
	SYSCALL
	TESTQ	AX, AX
	JEQ	child
	MOVQ	AX, pid+24(FP)
	RET

child:
	XORL	BP, BP
	MOVQ	R12, 0(SP)
	CALL	·childMain(SB)
	INT	$3
